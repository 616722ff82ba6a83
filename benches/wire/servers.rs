//! The servers that are measured, built as they are deployed, and the upstream that they ask.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;

/// What the upstream says to everything.
const FORECAST: &str = r#"{"summary":"Rain, later sun","low":4.5,"high":11.0}"#;

/// A server that runs, and ends with this value.
pub struct Server {
    pub address: SocketAddr,
    child: Child,
}

impl Server {
    /// Starts it, and waits until it says where it listens. `before` is what runs it, such as `valgrind`.
    pub fn start(binary: &Path, upstream: SocketAddr, before: &[String], settings: &[(&str, &str)]) -> Self {
        let mut words = before.iter().map(AsRef::as_ref).chain([binary.as_os_str()]);
        let mut command = Command::new(words.next().expect("a program"));
        command.args(words).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.env("PORT", "0").env("WIRE_ENDPOINT", format!("http://{upstream}")).envs(settings.iter().copied());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        // The generated server keeps stdout for MCP; the others have no log.
        let out = child.stdout.take().expect("it is a pipe");
        let log = child.stderr.take().expect("it is a pipe");
        let (told, address) = std::sync::mpsc::channel();
        for stream in [Box::new(out) as Box<dyn std::io::Read + Send>, Box::new(log)] {
            let told = told.clone();
            thread::spawn(move || {
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    let word = line.split("listening on").nth(1).map(|rest| rest.trim().trim_start_matches("http://"));
                    if let Some(address) = word.and_then(|word| word.parse().ok()) {
                        let _ = told.send(address);
                    }
                    assert!(!line.contains("panicked"), "{line}");
                }
            });
        }
        drop(told);
        let address = address.recv().unwrap_or_else(|_| panic!("{} does not start", binary.display()));
        Self { address, child }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The time that it had a processor, in microseconds, as the kernel counts it for each thread.
    pub fn cpu(&self) -> f64 {
        let threads = fs::read_dir(format!("/proc/{}/task", self.pid())).expect("Linux");
        let threads = threads.map(|thread| thread.expect("a folder that can be read").path().join("schedstat"));
        let nanoseconds =
            threads.filter_map(|path| fs::read_to_string(path).ok()?.split(' ').next()?.parse::<f64>().ok());
        nanoseconds.sum::<f64>() / 1e3
    }

    /// A line of its status, such as `VmRSS`, in KiB where it is memory.
    pub fn status(&self, name: &str) -> u64 {
        let text = fs::read_to_string(format!("/proc/{}/status", self.pid())).expect("Linux");
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).expect("a number")
    }

    /// How many files it has open.
    pub fn files(&self) -> usize {
        fs::read_dir(format!("/proc/{}/fd", self.pid())).expect("Linux").count()
    }

    /// Stops it as an orchestrator does, and waits.
    pub fn stop(&mut self) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("it runs");
        self.child.wait().expect("a child to wait for");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Renders the server of `server.toml` and builds it for release.
pub fn generated() -> PathBuf {
    let fleet = scratch().join("wire-fleet");
    let _ = fs::remove_dir_all(&fleet);
    fs::create_dir_all(&fleet).expect("a folder that can be made");
    let spec = here().join("server.toml");
    let mut mcpgen = Command::new(env!("CARGO_BIN_EXE_mcpgen"));
    mcpgen.args(["new", "wire", "--spec"]).arg(spec).current_dir(&fleet).stdout(Stdio::null()).stderr(Stdio::null());
    assert!(mcpgen.status().expect("mcpgen").success(), "{mcpgen:?} failed");
    build(&fleet, "wire_v2", "release-target")
}

/// Builds one of the servers beside this file for release.
pub fn peer(name: &str) -> PathBuf {
    build(&here().join(name), name, "wire-target")
}

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/wire")
}

fn scratch() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
}

fn build(folder: &Path, package: &str, target: &str) -> PathBuf {
    let target = scratch().join(target);
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--release", "--locked", "--quiet", "-p", package]).current_dir(folder);
    cargo.env("CARGO_TARGET_DIR", &target);
    assert!(cargo.status().expect("cargo").success(), "{package} does not build");
    target.join("release").join(package)
}

/// An upstream that answers everything at once.
pub fn upstream() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            thread::spawn(move || answer(stream));
        }
    });
    address
}

fn answer(mut stream: TcpStream) {
    let _ = stream.set_nodelay(true);
    let length = FORECAST.len();
    let answer =
        format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{FORECAST}");
    let (mut buffer, mut filled) = ([0; 4096], 0);
    while let Ok(read) = stream.read(&mut buffer[filled..]) {
        filled += read;
        // No request of these servers has a body.
        if buffer[..filled].ends_with(b"\r\n\r\n") {
            if stream.write_all(answer.as_bytes()).is_err() {
                return;
            }
            filled = 0;
        }
        if read == 0 || filled == buffer.len() {
            return;
        }
    }
}
