// Owned by mcpgen: edits are overwritten.
//! `healthcheck`: asks the running server, so that an image needs no other program for it.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

use crate::server::Server;
use crate::settings::{self, Environment};
use crate::start_error::{StartError, exit};

const PATIENCE: Duration = Duration::from_secs(2);

/// Asks the server that runs with the same settings.
pub(crate) fn healthcheck<S: Send + Sync + 'static>(
    server: &Server<S>,
    environment: &Environment,
) -> Result<u8, StartError> {
    let table = settings::base_table(&server.defaults(), &[])?;
    let values = table.read(environment).map_err(|problems| StartError::settings(&problems))?;
    let port = values["port"].as_u64().and_then(|port| u16::try_from(port).ok());
    let bind = values["bind"].as_str().and_then(|bind| bind.parse().ok());
    let (Some(port), Some(bind)) = (port, bind) else {
        return Err(StartError::new("`PORT` and `BIND` are no address").with_code(exit::SETTINGS));
    };
    let address = SocketAddr::new(reachable(bind), port);
    let answer = ask(address).map_err(|cause| {
        StartError::new(format!("no answer from http://{address}/health: {cause}"))
    })?;
    if answer.starts_with("HTTP/1.1 200 ") {
        return Ok(exit::OK);
    }
    let line = answer.lines().next().unwrap_or("nothing").to_owned();
    Err(StartError::new(format!("http://{address}/health answers `{line}`")))
}

fn ask(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.take(4096).read_to_string(&mut answer)?;
    Ok(answer)
}

/// A server on every address is asked on loopback.
fn reachable(bind: IpAddr) -> IpAddr {
    match bind {
        IpAddr::V4(address) if address.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(address) if address.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        other => other,
    }
}
