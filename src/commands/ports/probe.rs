//! What listens on this machine now.
//!
//! Asks the machine; knows nothing of registries. Other machines, and containers with a network of their own, are not
//! seen.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener};

/// A process that listens on a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Its id.
    pub pid: u32,
    /// The name of its program.
    pub name: String,
}

/// Whether a server could not listen on the port because something else does. This is asked by trying, because a process
/// of another user is hidden from those who ask who it is.
pub fn is_busy(port: u16) -> bool {
    let addresses = [IpAddr::V4(Ipv4Addr::UNSPECIFIED), IpAddr::V4(Ipv4Addr::LOCALHOST), Ipv6Addr::UNSPECIFIED.into()];
    addresses.into_iter().any(|address| {
        // Anything else, such as a port that only root may have, says nothing of who listens.
        TcpListener::bind((address, port)).is_err_and(|error| error.kind() == ErrorKind::AddrInUse)
    })
}

/// Who listens on which port, as far as this user may know.
pub fn holders() -> BTreeMap<u16, Holder> {
    let all = listeners::get_all().unwrap_or_default();
    let tcp = all.into_iter().filter(|listener| listener.protocol == listeners::Protocol::TCP);
    tcp.map(|listener| {
        let listeners::Process { pid, name, .. } = listener.process;
        (listener.socket.port(), Holder { pid, name })
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_busy_while_something_listens_wherever_that_is() {
        for address in ["127.0.0.1:0", "0.0.0.0:0"] {
            let listener = TcpListener::bind(address).unwrap();
            let port = listener.local_addr().unwrap().port();
            assert!(is_busy(port), "{address}");
            if cfg!(any(target_os = "linux", target_os = "macos", target_os = "windows")) {
                assert_eq!(holders().get(&port).map(|holder| holder.pid), Some(std::process::id()), "{address}");
            }
            drop(listener);
            assert!(!is_busy(port), "{address}");
        }
    }
}
