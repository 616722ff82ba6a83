//! The servers that are measured, built as they are deployed.

use std::fs;
use std::io::{BufRead as _, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;

/// A server that runs, and ends with this value.
pub struct Server {
    pub address: SocketAddr,
    child: Child,
    panics: Arc<AtomicUsize>,
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
        let (told, address) = mpsc::channel();
        let panics = Arc::new(AtomicUsize::new(0));
        for stream in [Box::new(out) as Box<dyn Read + Send>, Box::new(log)] {
            let (told, panics) = (told.clone(), Arc::clone(&panics));
            thread::spawn(move || {
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    let word = line.split("listening on ").nth(1).and_then(|rest| rest.split(' ').next());
                    if let Some(address) = word.and_then(|word| word.trim_start_matches("http://").parse().ok()) {
                        let _ = told.send(address);
                    }
                    if line.contains("panicked") {
                        eprintln!("{line}");
                        panics.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
        drop(told);
        let address = address.recv().unwrap_or_else(|_| panic!("{} does not start", binary.display()));
        Self { address, child, panics }
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

    /// How often its log speaks of a panic.
    pub fn panics(&self) -> usize {
        self.panics.load(Ordering::Relaxed)
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
    generated_with("")
}

/// The same with these tables at the end of its spec.
pub fn generated_with(more: &str) -> PathBuf {
    let fleet = scratch().join("wire-fleet");
    let _ = fs::remove_dir_all(&fleet);
    fs::create_dir_all(&fleet).expect("a folder that can be made");
    let spec = fleet.join("spec.toml");
    let text = fs::read_to_string(here().join("server.toml")).expect("it is there");
    fs::write(&spec, text + more).expect("a file that can be written");
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
