// Owned by mcpgen: edits are overwritten.
//! A Redis of one test alone, on a free port and in a folder of its own.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// It is gone, with its folder, when this is dropped.
pub(super) struct Process {
    port: u16,
    folder: PathBuf,
    child: Child,
}

impl Process {
    pub(super) fn start() -> Self {
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = free.local_addr().expect("an address").port();
        drop(free);
        let folder = std::env::temp_dir().join(format!("mcp-redis-{}-{port}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let child = spawn(port, &folder);
        Self {
            port,
            folder,
            child,
        }
    }

    pub(super) fn url(&self) -> String {
        format!("redis://:hunter2@127.0.0.1:{}/0", self.port)
    }

    pub(super) fn kill(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    /// The same again, empty.
    pub(super) fn restart(&mut self) {
        self.child = spawn(self.port, &self.folder);
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn spawn(port: u16, folder: &Path) -> Child {
    Command::new("redis-server")
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", ""])
        .args(["--requirepass", "hunter2"])
        .current_dir(folder)
        .stdout(Stdio::null())
        .spawn()
        .expect("`redis-server` is installed")
}
