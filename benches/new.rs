//! What `mcpgen new` costs beside `cp -r` of the very files that it renders: `cargo bench --bench new`, on Linux.
//!
//! Whole processes in turn, A B A B. The CPU time is the kernel's own account of the finished process, user and system
//! together; the ratio is taken pair by pair. Fails where the promise of three times `cp -r` is broken.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
use walkdir::WalkDir;

const PAIRS: usize = 31;

/// What is promised: at most this many times the CPU time of `cp -r`.
const LIMIT: f64 = 3.0;

/// A server, and the one that is in the fleet already.
const CASES: &[(&str, Option<&str>)] =
    &[("hello", None), ("everything", None), ("hello", Some("weather")), ("everything", Some("weather"))];

#[derive(Clone, Copy)]
struct Cost {
    cpu: f64,
    wall: f64,
}

fn main() {
    let root = tempfile::tempdir().expect("a folder for files that come and go");
    println!("{PAIRS} pairs each; medians in milliseconds");
    println!("{:38} {:>5}  {:>15}  {:>15}  {:>11}", "", "", "mcpgen", "cp -r", "mcpgen / cp");
    println!("{:38} {:>5}  cpu      wall    cpu      wall    cpu    wall", "", "files");
    let worst = CASES.iter().map(|(name, before)| measure(root.path(), name, *before)).fold(0.0, f64::max);
    assert!(worst <= LIMIT, "`mcpgen new` takes {worst:.2} times the CPU time of `cp -r`; {LIMIT} is promised");
}

/// Prints a row and gives the ratio of CPU times.
fn measure(root: &Path, name: &str, before: Option<&str>) -> f64 {
    let [fleet, made, rendered, scratch] = ["fleet", "made", "rendered", "scratch"].map(|folder| root.join(folder));
    for folder in [&fleet, &made, &rendered, &scratch] {
        make_anew(folder);
    }
    if let Some(before) = before {
        cost(&mut new(before, &fleet));
    }
    copy(&fleet, &made);
    cost(&mut new(name, &made));
    let files = difference(&made, &fleet, &rendered);

    // Prepared and on the disk before the first pair: whoever syncs a file would pay for what others wrote before.
    let folders: Vec<[PathBuf; 2]> = (0..PAIRS)
        .map(|i| ["fleet", "copy"].map(|folder| scratch.join(i.to_string()).join(folder)))
        .inspect(|folders| folders.iter().for_each(|folder| make_anew(folder)))
        .inspect(|[ours, _]| copy(&fleet, ours))
        .collect();
    cost(&mut Command::new("sync"));
    let (ours, theirs): (Vec<Cost>, Vec<Cost>) =
        folders.iter().map(|[ours, theirs]| (cost(&mut new(name, ours)), cost(&mut cp(&rendered, theirs)))).unzip();
    let column = |costs: &[Cost], of: fn(&Cost) -> f64| median(costs.iter().map(of).collect());
    let ratio = |of: fn(&Cost) -> f64| median(ours.iter().zip(&theirs).map(|(a, b)| of(a) / of(b)).collect());
    let what = match before {
        None => format!("`{name}`, which makes the fleet"),
        Some(before) => format!("`{name}` beside `{before}`"),
    };
    println!(
        "{what:38} {files:>5}  {:<7.2}  {:<6.2}  {:<7.2}  {:<6.2}  {:<5.2}  {:.2}",
        column(&ours, |cost| cost.cpu),
        column(&ours, |cost| cost.wall),
        column(&theirs, |cost| cost.cpu),
        column(&theirs, |cost| cost.wall),
        ratio(|cost| cost.cpu),
        ratio(|cost| cost.wall),
    );
    ratio(|cost| cost.cpu)
}

fn new(example: &str, folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mcpgen"));
    command.args(["new", example, "--example", example]).current_dir(folder);
    command
}

fn cp(from: &Path, to: &Path) -> Command {
    let mut command = Command::new("cp");
    command.arg("-r").arg(from.join(".")).arg(to);
    command
}

fn copy(from: &Path, to: &Path) {
    cost(&mut cp(from, to));
}

fn make_anew(folder: &Path) {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).expect("a folder that can be made");
}

/// Puts what `made` has and `fleet` has not, or has otherwise, into `rendered`, and counts it. Lock files are empty.
fn difference(made: &Path, fleet: &Path, rendered: &Path) -> usize {
    let (made, fleet) = (texts(made), texts(fleet));
    let new: Vec<_> = made.iter().filter(|(path, text)| !text.is_empty() && fleet.get(*path) != Some(text)).collect();
    for (path, text) in &new {
        let target = rendered.join(path);
        fs::create_dir_all(target.parent().expect("a folder above")).expect("a folder that can be made");
        fs::write(target, text).expect("a file that can be written");
    }
    new.len()
}

fn texts(root: &Path) -> BTreeMap<PathBuf, String> {
    let files = WalkDir::new(root).into_iter().map(|entry| entry.expect("a folder that can be read"));
    let files = files.filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| {
            let inner = entry.path().strip_prefix(root).expect("a path below the root").to_owned();
            (inner, fs::read_to_string(entry.path()).expect("a text"))
        })
        .collect()
}

/// Runs a process to its end. Before it is reaped the kernel tells the time that it had a processor.
fn cost(command: &mut Command) -> Cost {
    let begin = Instant::now();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a program that starts");
    let pid = Pid::from_child(&child);
    waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT).expect("a child to wait for");
    let wall = begin.elapsed().as_secs_f64() * 1e3;
    let account = fs::read_to_string(format!("/proc/{}/schedstat", pid.as_raw_nonzero())).expect("Linux");
    let nanoseconds = account.split(' ').next().and_then(|word| word.parse::<f64>().ok()).expect("a number");
    assert!(child.wait().expect("a child to wait for").success(), "{command:?} failed");
    Cost { cpu: nanoseconds / 1e6, wall }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}
