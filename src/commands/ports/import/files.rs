//! The files of an import: reading them, and following those that only say where to look instead.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};

use crate::disk;
use crate::ports::import::{self, FileClaims, MAX_BYTES, Refusal, Refused};
use crate::text::quote;

/// How many redirects are followed one after the other.
const MAX_REDIRECTS: usize = 8;

/// What was read.
pub struct Input {
    /// What the files say, in their order; those that were followed come after who sent there.
    pub files: Vec<FileClaims>,
    /// Their bytes, in the same order.
    pub bytes: Vec<Vec<u8>>,
    /// Redirects that were followed: from which file to which.
    pub followed: Vec<(usize, usize)>,
    /// Redirects that were not.
    pub refused: Vec<Refused>,
}

/// Reads files.
///
/// # Errors
///
/// All files that cannot be read or are not JSON.
pub fn read(paths: &[PathBuf]) -> Result<Input, Vec<Refusal>> {
    let mut reading = Reading {
        input: Input { files: Vec::new(), bytes: Vec::new(), followed: Vec::new(), refused: Vec::new() },
        seen: BTreeMap::new(),
        refusals: Vec::new(),
    };
    for path in paths {
        reading.file(path, None, &[]);
    }
    if reading.refusals.is_empty() { Ok(reading.input) } else { Err(reading.refusals) }
}

struct Reading {
    input: Input,
    /// What was read already, and whether it was named: a file counts once, and a circle of redirects ends.
    seen: BTreeMap<PathBuf, bool>,
    refusals: Vec<Refusal>,
}

impl Reading {
    /// Reads a file, and the one that it leads to; `chain` is what has led to it, the first first.
    fn file(&mut self, path: &Path, from: Option<usize>, chain: &[PathBuf]) {
        let shown = path.display().to_string();
        let mut refuse = |message: String| {
            self.refusals.push(Refusal::of_whole(&shown, message));
        };
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        match self.seen.insert(real.clone(), from.is_none()) {
            Some(true) if from.is_none() => return refuse("is named twice".into()),
            // It was followed to before it was named.
            Some(_) => return,
            None => {}
        }
        let bytes = match bytes(path) {
            Ok(bytes) => bytes,
            Err(error) => return refuse(format!("cannot be read: {error}")),
        };
        let index = self.input.files.len();
        let claims = match import::read(index, &shown, &bytes) {
            Ok(claims) => claims,
            Err(refusal) => return self.refusals.push(refusal),
        };
        let redirect = claims.redirect.clone().filter(|_| claims.is_stub());
        self.input.files.push(claims);
        self.input.bytes.push(bytes);
        self.input.followed.extend(from.map(|from| (from, index)));
        let Some((to, place)) = redirect else { return };
        let refused = |why: &str| Refused { to: to.clone(), why: why.to_owned(), place };
        let chain = [chain, &[real]].concat();
        let target = match target(path, &to) {
            Err(why) => return self.input.refused.push(refused(&why)),
            Ok(target) => target,
        };
        let real = fs::canonicalize(&target).unwrap_or_default();
        if chain.contains(&real) {
            self.input.refused.push(refused("leads in a circle"));
        } else if self.seen.contains_key(&real) {
            // It is among the files already.
        } else if chain.len() > MAX_REDIRECTS {
            self.input.refused.push(refused("is one too many in a row"));
        } else {
            self.file(&target, Some(index), &chain);
        }
    }
}

/// The file that a stub means: below its own folder, or below one above it up to the root of the repository.
fn target(stub: &Path, to: &str) -> Result<PathBuf, String> {
    let relative = Path::new(to);
    if to.is_empty()
        || to.contains(['\\', '\0'])
        || !relative.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
    {
        return Err("is not followed: only a path downwards is".into());
    }
    let real = fs::canonicalize(stub).map_err(|error| format!("cannot be followed: {error}"))?;
    let folder = disk::folder(&real);
    let root = root(folder);
    for base in folder.ancestors() {
        let candidate = base.join(relative);
        if candidate.is_file() {
            let real = fs::canonicalize(&candidate).map_err(|error| format!("cannot be followed: {error}"))?;
            return if real.starts_with(&root) {
                Ok(shown(stub, &real))
            } else {
                Err(format!("is not followed: it leads out of {}", where_to(&root)))
            };
        }
        if base == root {
            break;
        }
    }
    Err(format!("cannot be followed: there is no such file, neither beside it nor above it up to {}", where_to(&root)))
}

/// How far up a redirect may lead: to the root of the repository, else to the current folder, else not at all.
fn root(folder: &Path) -> PathBuf {
    if let Some(repository) = folder.ancestors().find(|above| above.join(".git").exists()) {
        return repository.to_owned();
    }
    let here = fs::canonicalize(".").unwrap_or_default();
    if !here.as_os_str().is_empty() && folder.starts_with(&here) { here } else { folder.to_owned() }
}

fn where_to(root: &Path) -> String {
    quote(&root.file_name().map_or_else(|| "/".into(), |name| name.to_string_lossy()))
}

/// A path as one would name it beside the path of the stub.
fn shown(stub: &Path, real: &Path) -> PathBuf {
    if stub.is_absolute() {
        return real.to_owned();
    }
    let here = fs::canonicalize(".").unwrap_or_default();
    real.strip_prefix(&here).map_or_else(|_| real.to_owned(), Path::to_owned)
}

fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        let message = format!("it has more than {} MB: that is no registry", MAX_BYTES / 1_000_000);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    Ok(bytes)
}
