// Owned by mcpgen: edits are overwritten.
//! `--stdio`: one client, on the process's own streams. Nothing else may write to stdout.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use rmcp::service::{ServerInitializeError, serve_server_with_ct};
use rmcp::transport::io::stdio_pipes;
use tokio::io::{AsyncRead, ReadBuf};
use tokio_util::sync::CancellationToken;

use super::calls::Handler;
use crate::site::Site;
use crate::start_error::StartError;

/// Serves the client until it closes its end or `stop` is cancelled.
pub(crate) async fn serve_stdio(
    site: Arc<Site>,
    stop: CancellationToken,
) -> Result<(), StartError> {
    // Whoever has left hears of nothing any more, and the end is not to wait for that.
    let gone = stop.child_token();
    // There is one client, so it can be remembered at no cost.
    let handler = Handler::new(&site, gone.clone()).with_session();
    let (reader, writer) = stdio_pipes();
    match serve_server_with_ct(handler, (Watched { reader, gone }, writer), stop).await {
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

/// What a client writes; `gone` is cancelled when that ends.
struct Watched<R> {
    reader: R,
    gone: CancellationToken,
}

impl<R: AsyncRead + Unpin> AsyncRead for Watched<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = ready!(Pin::new(&mut self.reader).poll_read(context, buffer));
        if read.is_err() || (buffer.filled().len() == before && buffer.remaining() > 0) {
            self.gone.cancel();
        }
        Poll::Ready(read)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt as _;

    use super::*;

    #[tokio::test]
    async fn the_end_of_what_a_client_writes_is_told() {
        let gone = CancellationToken::new();
        let mut reader = Watched {
            reader: &b"words"[..],
            gone: gone.clone(),
        };
        let mut words = [0; 5];
        reader.read_exact(&mut words).await.expect("they are there");
        assert!(!gone.is_cancelled());
        assert_eq!(reader.read(&mut words).await.expect("it is an end"), 0);
        assert!(gone.is_cancelled());
    }
}
