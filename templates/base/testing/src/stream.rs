// Owned by mcpgen: edits are overwritten.
//! A request whose answer is a stream of events: some of them are questions, to be answered while
//! it goes on.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::http::{Request, events};
use crate::response::Response;

/// Longer than any test waits for an answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Sends a request and reads the whole answer; what `answer` makes of an event is sent at once.
pub(crate) async fn send_and_answer(
    request: Request,
    address: SocketAddr,
    mut answer: impl FnMut(&Value) -> Option<Request>,
) -> Response {
    let asked = request.asked();
    let exchange = async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(&request.bytes(address)).await?;
        let (mut received, mut seen) = (Vec::new(), 0);
        while stream.read_buf(&mut received).await? > 0 {
            let events = events(&received);
            for event in &events[seen..] {
                if let Some(request) = answer(event) {
                    let response = request.send(address).await;
                    assert_eq!(response.status(), 202, "an answer is refused: {response}");
                }
            }
            seen = events.len();
        }
        std::io::Result::Ok(received)
    };
    match tokio::time::timeout(PATIENCE, exchange).await {
        Ok(Ok(received)) => Response::parse(&asked, &received),
        Ok(Err(error)) => panic!("`{asked}` cannot be sent to {address}: {error}"),
        Err(late) => panic!("`{asked}` is not answered in {PATIENCE:?}: {late}"),
    }
}
