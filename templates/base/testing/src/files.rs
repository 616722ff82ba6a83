// Owned by mcpgen: edits are overwritten.
//! Files that are gone when their test is over: secrets as an orchestrator mounts them.

use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

/// A folder that is removed with all that is in it.
#[derive(Debug)]
pub(crate) struct Files(PathBuf);

impl Files {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("mcp-testing-{}-{number}", process::id()));
        // A process with the same id may have left one behind.
        let _ = std::fs::remove_dir_all(&folder);
        if let Err(error) = std::fs::create_dir_all(&folder) {
            panic!("the folder `{}` cannot be made: {error}", folder.display());
        }
        Self(folder)
    }

    /// Writes a file with a newline at its end, as editors and `echo` do.
    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        if let Err(error) = std::fs::write(&path, format!("{text}\n")) {
            panic!("the file `{}` cannot be written: {error}", path.display());
        }
        path
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        // The folder is in the system's place for such: what stays is removed there.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Reads a file below `tests/data` of the server that is tested.
pub(crate) fn read(below_data: &Path) -> String {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| ".".into());
    let path = Path::new(&package).join("tests/data").join(below_data);
    match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => panic!("`{}` cannot be read: {error}", path.display()),
    }
}

/// The same as JSON.
pub(crate) fn read_json(below_data: &Path) -> serde_json::Value {
    match serde_json::from_str(&read(below_data)) {
        Ok(value) => value,
        Err(error) => panic!("`tests/data/{}` is no JSON: {error}", below_data.display()),
    }
}
