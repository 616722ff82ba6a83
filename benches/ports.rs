//! What `mcpgen ports` costs beside bare processes that do no more than they must: `cargo bench --bench ports`, on Linux.
//!
//! `allocate` beside one that locks, reads, parses, writes the same bytes, fsyncs and renames; `show` beside one that reads
//! and parses. The bare processes are this program itself, called with `bare`. Whole processes in turn, A B A B, on the
//! wall clock, because waiting for the disk is what most of it is; the ratio is taken pair by pair, and its median counts.
//!
//! `mcpgen` is built for this as its users build it. The one that cargo builds beside a benchmark has the features that
//! dependencies of tests ask of shared crates: twice the data to relocate at each start.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use mcpgen::ports::Ports;
use mcpgen::spec::PortRequest;

const PAIRS: usize = 101;

/// How many servers the registry has.
const SIZES: [u16; 2] = [10, 30_000];

/// What is promised, as multiples of the bare process.
const ALLOCATE_LIMIT: f64 = 2.0;
const SHOW_LIMIT: f64 = 1.5;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[1..] {
        ["bare", "allocate", path] => return bare_allocate(Path::new(path)),
        ["bare", "show", path] => return bare_show(Path::new(path)),
        _ => {}
    }
    let mcpgen = build();
    let folder = tempfile::tempdir().expect("a folder for files that come and go");
    println!("{PAIRS} pairs each; medians in milliseconds");
    println!("{:10} {:>8}  {:>8}  {:>8}  {:>6}", "", "servers", "mcpgen", "bare", "ratio");
    let mut broken = Vec::new();
    for size in SIZES {
        let path = folder.path().join(format!("{size}.json"));
        let path_text = path.to_str().expect("a path in Unicode");
        let text = registry(size);
        fs::write(&path, &text).expect("a file that can be written");
        for (name, limit) in [("allocate", ALLOCATE_LIMIT), ("show", SHOW_LIMIT)] {
            let what = if name == "allocate" { "newcomer" } else { "server_5" };
            let (mut ours, mut theirs) = (Vec::new(), Vec::new());
            for _ in 0..PAIRS {
                ours.push(milliseconds(Command::new(&mcpgen).args(["ports", name, what, "--registry", path_text])));
                if name == "allocate" {
                    fs::write(&path, &text).expect("a file that can be written");
                }
                theirs.push(milliseconds(Command::new(&args[0]).args(["bare", name, path_text])));
            }
            let ratio = median(ours.iter().zip(&theirs).map(|(a, b)| a / b).collect());
            println!("{name:10} {size:>8}  {:>8.2}  {:>8.2}  {ratio:>6.2}", median(ours), median(theirs));
            if ratio > limit {
                broken
                    .push(format!("`{name}` with {size} servers takes {ratio:.2} times the bare process, not {limit}"));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("; "));
}

/// The program as `cargo install` makes it.
fn build() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/as-installed");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--release", "--locked", "--bin", "mcpgen", "--target-dir"]).arg(&folder);
    assert!(cargo.current_dir(env!("CARGO_MANIFEST_DIR")).status().expect("cargo").success(), "it does not build");
    folder.join("release/mcpgen")
}

/// A registry with so many servers and a range that has room for more.
fn registry(size: u16) -> String {
    let mut ports = Ports::default();
    ports.unreserve(1, u16::MAX);
    ports.add_range("v2", 1_000, 65_535, None).expect("a range");
    for n in 0..size {
        let exact = PortRequest::Exact(1_000 + 2 * n);
        let name = format!("server_{n}");
        ports.allocate(&name, &exact, "2026-11-22").expect("a free port");
        ports.describe(&name, "Does what a server of this name does");
    }
    ports.to_text()
}

fn bare_allocate(path: &Path) {
    let lock = OpenOptions::new().write(true).create(true).truncate(false).open(path.with_extension("lock"));
    let lock = lock.expect("a lock file");
    lock.lock().expect("a lock");
    let text = fs::read_to_string(path).expect("a file that can be read");
    let parsed: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert!(parsed.is_object());
    let temp = path.with_extension("tmp");
    let mut file = File::create(&temp).expect("a file that can be made");
    file.write_all(text.as_bytes()).expect("room on the disk");
    file.sync_all().expect("a disk");
    fs::rename(&temp, path).expect("a folder that can be changed");
    let folder = path.parent().expect("a folder");
    File::open(folder).and_then(|folder| folder.sync_all()).expect("a disk");
}

fn bare_show(path: &Path) {
    let text = fs::read_to_string(path).expect("a file that can be read");
    let parsed: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    println!("{}", parsed["servers"]["server_5"]);
}

/// Runs a process to its end.
fn milliseconds(command: &mut Command) -> f64 {
    let begin = Instant::now();
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().expect("a program that starts");
    assert!(status.success(), "{command:?} failed");
    begin.elapsed().as_secs_f64() * 1e3
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}
