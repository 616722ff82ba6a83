//! A folder of its own for each test, and the binary run in it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use mcpgen::ports::Ports;
use tempfile::TempDir;

/// What a run printed, and how it ended.
#[derive(Debug, PartialEq)]
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

impl Ran {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap()
    }

    #[track_caller]
    pub fn fine(self) -> Self {
        assert_eq!(self.code, Some(0), "{}", self.stderr);
        self
    }

    #[track_caller]
    pub fn refused(&self, why: &str) {
        assert_eq!((self.code, self.stdout.as_str()), (Some(2), ""), "{}", self.stderr);
        assert!(self.stderr.contains(why), "no `{why}` in: {}", self.stderr);
    }
}

/// The binary, run as somebody to whom permissions apply: as another user if this is root. The folder holds the binary then,
/// because where it was built nobody else may go.
#[cfg(unix)]
pub fn unprivileged() -> (Command, TempDir) {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    use std::os::unix::process::CommandExt as _;
    const NOBODY: u32 = 65_534;
    let shared = tempfile::tempdir().unwrap();
    if shared.path().metadata().unwrap().uid() != 0 {
        return (Command::new(env!("CARGO_BIN_EXE_mcpgen")), shared);
    }
    fs::set_permissions(shared.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let program = shared.path().join("mcpgen");
    // Not copied by this process: another thread's child could hold the file open for writing for a moment.
    assert!(Command::new("cp").arg(env!("CARGO_BIN_EXE_mcpgen")).arg(&program).status().unwrap().success());
    let mut command = Command::new(program);
    command.uid(NOBODY).gid(NOBODY);
    (command, shared)
}

/// An empty folder that may become a fleet.
pub struct Sandbox {
    folder: TempDir,
}

impl Sandbox {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self, inner: &str) -> PathBuf {
        self.folder.path().join(inner)
    }

    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    pub fn write(&self, inner: &str, text: &str) {
        let path = self.path(inner);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn read(&self, inner: &str) -> String {
        fs::read_to_string(self.path(inner)).unwrap_or_else(|error| panic!("{inner}: {error}"))
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mcpgen"));
        command.args(args).current_dir(self.root());
        command
    }

    pub fn run(&self, args: &[&str]) -> Ran {
        Ran::from(self.command(args).output().unwrap())
    }

    pub fn ports(&self) -> Ports {
        Ports::from_bytes(&fs::read(self.path("consolidated_mcp_ports.json")).unwrap()).unwrap()
    }

    /// Every file and its text, but for locks, whose content is nobody's business.
    pub fn everything(&self) -> BTreeMap<String, String> {
        let walk = walkdir::WalkDir::new(self.root()).into_iter().map(Result::unwrap);
        walk.filter(|entry| entry.file_type().is_file())
            .map(|entry| {
                let inner = entry.path().strip_prefix(self.root()).unwrap().to_str().unwrap().replace('\\', "/");
                (inner, String::from_utf8_lossy(&fs::read(entry.path()).unwrap()).into_owned())
            })
            .filter(|(inner, _)| !inner.ends_with(".json.lock") && inner != ".mcpgen/lock")
            .collect()
    }
}
