//! Faults in the system calls of a command: `strace` makes a call fail, or kills the process at it.
//!
//! There is no seam for this in the product. A switch inside it would cost a branch in each write, would miss the
//! calls that nobody thought of, and would prove that the switch works; here the real binary gets real errors at
//! every call it makes. The price is a tool, so these tests belong to the slow tier; the default one has faults that
//! need none (limits, permissions, `kill -9`).

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

/// The calls that can change a disk, and those around them.
const CALLS: &str = "openat,read,write,fsync,fdatasync,rename,renameat,renameat2,fchmod,fchown,ftruncate,lseek,flock,\
                     unlink,unlinkat,mkdir,rmdir,getdents64,statx,readlink,close";

/// What happens to a call.
#[derive(Debug, Clone, Copy)]
pub enum Fault {
    /// It does nothing and fails with this error: `ENOSPC`, `EIO`.
    Error(&'static str),
    /// It is the last one: the process is killed at it.
    Kill,
}

/// Runs a command once for each call that it makes, with the fault at that call.
///
/// `prepare` makes the world as it is before the command and gives the command; `verify` looks at the world after.
/// Gives the number of runs.
pub fn at_every_call(
    fault: Fault,
    mut prepare: impl FnMut() -> Command,
    mut verify: impl FnMut(ExitStatus, &str),
) -> usize {
    let log = tempfile::NamedTempFile::new().unwrap();
    let counted = traced(&prepare(), log.path(), None);
    verify(counted, "no fault");
    let counts = count(&std::fs::read_to_string(log.path()).unwrap());
    assert!(counts.len() > 5, "strace saw only {counts:?}");
    let mut runs = 0;
    for (call, times) in &counts {
        // No file system refuses to close; the standard library ends the process where a folder's close fails.
        if call == "close" && matches!(fault, Fault::Error(_)) {
            continue;
        }
        for nth in 1..=*times {
            let effect = match fault {
                Fault::Error(error) => format!("error={error}"),
                Fault::Kill => "signal=KILL".to_owned(),
            };
            let inject = format!("inject={call}:{effect}:when={nth}");
            let status = traced(&prepare(), log.path(), Some(&inject));
            verify(status, &inject);
            runs += 1;
        }
    }
    runs
}

/// The calls that a command makes, one a line as `strace` prints them.
pub fn calls(command: &Command) -> String {
    let log = tempfile::NamedTempFile::new().unwrap();
    assert!(traced(command, log.path(), None).success());
    std::fs::read_to_string(log.path()).unwrap()
}

fn traced(command: &Command, log: &Path, inject: Option<&str>) -> ExitStatus {
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-o"]).arg(log).arg("-e").arg(format!("trace={CALLS}"));
    if let Some(inject) = inject {
        strace.args(["-e", inject]);
    }
    if let Some(folder) = command.get_current_dir() {
        strace.current_dir(folder);
    }
    // For the command alone: `strace` itself is found by the path that the tests have.
    for (name, value) in command.get_envs() {
        let pair = [name, value.unwrap_or_default()].join(OsStr::new("="));
        strace.arg("-E").arg(pair);
    }
    strace.arg(command.get_program()).args(command.get_args());
    strace.stdout(Stdio::null()).stderr(Stdio::null());
    strace.status().expect("the slow tier needs `strace`, and leave to trace")
}

/// How often each call was made. A line is `PID call(…`.
fn count(log: &str) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for line in log.lines() {
        let call = line.split_whitespace().nth(1).and_then(|rest| rest.split_once('('));
        if let Some((call, _)) = call {
            *counts.entry(call.to_owned()).or_default() += 1;
        }
    }
    counts
}
