//! Where the fleet is, seen from a folder.
//!
//! Knows the disk as far as it must: it walks up to `mcpgen.toml`. Writes nothing.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};

use super::{FILE, Settings, parse};

/// A fleet on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fleet {
    /// Its folder.
    pub folder: PathBuf,
    /// Its settings.
    pub settings: Settings,
}

/// The fleet that `start` lies in: the nearest folder above with `mcpgen.toml`.
///
/// # Errors
///
/// When that file cannot be read or is not valid; there being none is `None`.
pub fn find(start: &Path) -> Result<Option<Fleet>> {
    for folder in start.ancestors() {
        let file = folder.join(FILE);
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error).with_context(|| format!("cannot read `{}`", file.display())),
        };
        let settings = parse(&text).map_err(|error| anyhow!("`{}` is not valid: {error}", file.display()))?;
        return Ok(Some(Fleet { folder: folder.to_path_buf(), settings }));
    }
    Ok(None)
}
