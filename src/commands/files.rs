//! The files that a spec names: looked for beside it, read, and kept for the server that is made of it.
//!
//! Reads the disk. Follows no link: what a spec names lies below its own folder.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::disk::{self, read};
use crate::spec::{self, NamedFile, Unusable};
use crate::text::{nearest, quote};
use crate::tree::{Found, RelPath};

/// Where the files of a spec are, and those that were looked at.
pub struct Files {
    /// Where they lie; none: in the program, with the examples.
    folder: Option<PathBuf>,
    found: RefCell<BTreeMap<RelPath, Vec<u8>>>,
}

impl Files {
    /// Those beside a spec in a file.
    pub fn beside(spec: &Path) -> Self {
        Self { folder: Some(disk::folder(spec).to_owned()), found: RefCell::default() }
    }

    /// Those of the examples.
    pub fn of_examples() -> Self {
        Self { folder: None, found: RefCell::default() }
    }

    /// Those that were looked at and could be read.
    pub fn into_found(self) -> Vec<(RelPath, Vec<u8>)> {
        self.found.into_inner().into_iter().collect()
    }

    /// Reads a file.
    ///
    /// # Errors
    ///
    /// When it cannot be had, or is not the text that it must be.
    pub fn look_at(&self, file: NamedFile<'_>) -> Result<(), Unusable> {
        let path = file.path.as_str();
        let unusable = |why: &str, help: &str| {
            Err(Unusable { message: format!("the file {} {why}", quote(path)), help: help.to_owned() })
        };
        let bytes = match &self.folder {
            Some(folder) => read::bytes_below(folder, path),
            None => spec::file_of_example(path).map(<[u8]>::to_vec).ok_or(None),
        };
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(None) => {
                let help = match self.nearest_to(path) {
                    Some(near) => format!("did you mean {}?", quote(&near)),
                    None => "put it beside the spec, below its folder".to_owned(),
                };
                return unusable("is not there", &help);
            }
            Err(Some(Found::Large(_))) => return unusable("has more than 1 MiB", "make it smaller"),
            Err(Some(Found::Unreadable(why))) => return unusable(&format!("cannot be read: {why}"), "let it be read"),
            Err(Some(_)) if self.is_folder(path) => {
                return unusable("is a folder", "name a file that is in it");
            }
            Err(Some(_)) => {
                let why = "is no file, or is behind a link";
                return unusable(why, "put a file of its own in its place, in folders of its own");
            }
        };
        if file.is_text && str::from_utf8(&bytes).is_err() {
            return unusable("is not text in UTF-8", "save it as UTF-8, or name a media type that is no text");
        }
        self.found.borrow_mut().insert(file.path.clone(), bytes);
        Ok(())
    }

    fn is_folder(&self, path: &str) -> bool {
        let found = self.folder.as_ref().and_then(|folder| fs::symlink_metadata(folder.join(path)).ok());
        found.is_some_and(|found| found.is_dir())
    }

    /// A file in the same folder whose name is like that in the path.
    fn nearest_to(&self, path: &str) -> Option<String> {
        /// More than these are not looked at.
        const MOST: usize = 1_000;
        let (folder, name) = path.rsplit_once('/')?;
        let entries = fs::read_dir(self.folder.as_ref()?.join(folder)).ok()?.take(MOST).flatten();
        let files = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
        let mut names: Vec<String> = files.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort_unstable();
        Some(format!("{folder}/{}", nearest(name, names.iter().map(String::as_str))?))
    }
}
