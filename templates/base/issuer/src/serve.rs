// Owned by mcpgen: edits are overwritten.
//! As little of an HTTP server as an issuer needs: one request a connection.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use crate::Issuer;

/// Longer than any client takes to send its request.
const PATIENCE: Duration = Duration::from_secs(10);

/// Answers until the process ends.
pub(crate) fn serve(listener: &TcpListener, issuer: &Issuer) {
    for stream in listener.incoming() {
        // A client that goes away is its own affair.
        let _ = stream.and_then(|stream| answer(stream, issuer));
    }
}

fn answer(mut stream: TcpStream, issuer: &Issuer) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut lines = BufReader::new(&stream).lines();
    let line = lines.next().transpose()?.unwrap_or_default();
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    let path = line.split(' ').nth(1).unwrap_or_default();
    let (status, body) = match issuer.answer(path) {
        Some(body) => ("200 OK", body.to_string()),
        None => ("503 Service Unavailable", String::new()),
    };
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n{body}"
    )
}
