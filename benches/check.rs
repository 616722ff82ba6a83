//! What `mcpgen check` costs in a fleet of a thousand servers, beside a bare process that walks the same folder and reads
//! the same files: `cargo bench --bench check`, on Linux.
//!
//! The bare process is this program itself, called with `bare`. Whole processes in turn, A B A B, on the wall clock; the
//! ratio is taken pair by pair, and its median counts. Twice: where all is well, so that nothing needs parsing, and where a
//! comment was added to every file, so that everything is parsed and told. Fails where the promise for the first is broken.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use walkdir::WalkDir;

const SERVERS: usize = 1_000;
const PAIRS: usize = 11;
/// Pairs where everything is parsed.
const FEW_PAIRS: usize = 3;

/// What is promised where all is well, as a multiple of the bare process.
const LIMIT: f64 = 4.0;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    if let ["bare", folder] = args.iter().map(String::as_str).collect::<Vec<_>>()[1..] {
        return bare(Path::new(folder));
    }
    let mcpgen = build();
    let folder = tempfile::tempdir().expect("a folder for files that come and go");
    let folder = folder.path();
    make(&mcpgen, folder);
    let (files, bytes) = sizes(folder);
    println!("{SERVERS} servers, {files} files, {:.1} MB; medians of {PAIRS} pairs, in milliseconds", megabytes(bytes));
    println!("{:16} {:>8}  {:>8}  {:>6}  {:>12}", "", "mcpgen", "bare", "ratio", "memory (MiB)");

    let well = measure("all is well", &mcpgen, &args[0], folder, PAIRS, 0);
    for entry in WalkDir::new(folder).into_iter().map(|entry| entry.expect("a folder that can be read")) {
        comment(entry.path());
    }
    measure("all is parsed", &mcpgen, &args[0], folder, FEW_PAIRS, 1);
    assert!(well <= LIMIT, "`mcpgen check` takes {well:.2} times the bare process; {LIMIT} is promised");
}

/// Prints a row and gives the ratio.
fn measure(what: &str, mcpgen: &Path, this: &str, folder: &Path, pairs: usize, code: i32) -> f64 {
    let check = || {
        let mut command = Command::new(mcpgen);
        command.arg("check").current_dir(folder);
        command
    };
    let bare = || {
        let mut command = Command::new(this);
        command.arg("bare").arg(folder);
        command
    };
    // Once each before it counts, so that both find the files in memory.
    milliseconds(&mut bare(), 0);
    let memory = peak(&mut check());
    let (ours, theirs): (Vec<f64>, Vec<f64>) =
        (0..pairs).map(|_| (milliseconds(&mut check(), code), milliseconds(&mut bare(), 0))).unzip();
    let ratio = median(ours.iter().zip(&theirs).map(|(a, b)| a / b).collect());
    println!("{what:16} {:>8.1}  {:>8.1}  {ratio:>6.2}  {memory:>12.1}", median(ours), median(theirs));
    ratio
}

/// The program as `cargo install` makes it.
fn build() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/as-installed");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--release", "--locked", "--bin", "mcpgen", "--target-dir"]).arg(&folder);
    assert!(cargo.current_dir(env!("CARGO_MANIFEST_DIR")).status().expect("cargo").success(), "it does not build");
    folder.join("release/mcpgen")
}

/// A fleet of the examples in turn.
fn make(mcpgen: &Path, folder: &Path) {
    let run = |args: &[&str]| {
        let output = Command::new(mcpgen).args(args).current_dir(folder).output().expect("a program that starts");
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    run(&["init"]);
    run(&["ports", "range", "add", "v2", "10000-12999"]);
    for n in 0..SERVERS {
        let example = ["hello", "weather", "everything"][n % 3];
        run(&["new", &format!("server_{n}"), "--example", example]);
    }
}

/// Walks a folder and reads every file in it.
fn bare(folder: &Path) {
    let mut bytes = 0;
    for entry in WalkDir::new(folder).into_iter().map(|entry| entry.expect("a folder that can be read")) {
        if entry.file_type().is_file() {
            bytes += fs::read(entry.path()).expect("a file that can be read").len();
        }
    }
    println!("{bytes}");
}

fn sizes(folder: &Path) -> (usize, u64) {
    let entries = WalkDir::new(folder).into_iter().map(|entry| entry.expect("a folder that can be read"));
    entries
        .filter(|entry| entry.file_type().is_file())
        .fold((0, 0), |(files, bytes), entry| (files + 1, bytes + entry.metadata().expect("a file").len()))
}

fn megabytes(bytes: u64) -> f64 {
    f64::from(u32::try_from(bytes / 1_000).expect("less than 4 TB")) / 1e3
}

/// Adds a comment to a file whose format has some, but not to what says what was rendered.
fn comment(path: &Path) {
    let line = match path.extension().and_then(|end| end.to_str()) {
        Some("rs") => "// One more line.\n",
        Some("toml") => "# One more line.\n",
        Some("md") => "\nOne more line.\n",
        None if path.ends_with("Dockerfile") => "# One more line.\n",
        _ => return,
    };
    let text = fs::read_to_string(path).expect("a file that can be read");
    fs::write(path, text + line).expect("a file that can be written");
}

/// Runs a process to its end.
fn milliseconds(command: &mut Command, code: i32) -> f64 {
    let begin = Instant::now();
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().expect("a program that starts");
    let wall = begin.elapsed().as_secs_f64() * 1e3;
    assert_eq!(status.code(), Some(code), "{command:?}");
    wall
}

/// The most memory that a process had, in MiB: what the kernel said of it until it ended.
fn peak(command: &mut Command) -> f64 {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a program that starts");
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    while child.try_wait().expect("a child to wait for").is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kibibytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u32>().ok());
        most = most.max(kibibytes.unwrap_or_default());
        thread::sleep(Duration::from_millis(1));
    }
    f64::from(most) / 1024.0
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}
