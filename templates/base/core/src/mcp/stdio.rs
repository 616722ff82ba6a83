// Owned by mcpgen: edits are overwritten.
//! `--stdio`: one client, on the process's own streams. Nothing else may write to stdout.

use std::sync::Arc;

use rmcp::service::{ServerInitializeError, serve_server_with_ct};
use rmcp::transport::io::stdio_pipes;
use tokio_util::sync::CancellationToken;

use super::calls::Handler;
use crate::site::Site;
use crate::start_error::StartError;

/// Serves the client until it closes its end or `stop` is cancelled.
pub(crate) async fn serve_stdio(
    site: Arc<Site>,
    stop: CancellationToken,
) -> Result<(), StartError> {
    // There is one client, so it can be remembered at no cost.
    let handler = Handler::new(&site, stop.clone()).with_session();
    match serve_server_with_ct(handler, stdio_pipes(), stop).await {
        Ok(service) => {
            service.waiting().await?;
            Ok(())
        }
        // A client that leaves before it has said anything has done nothing wrong.
        Err(ServerInitializeError::ConnectionClosed(_) | ServerInitializeError::Cancelled) => {
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}
