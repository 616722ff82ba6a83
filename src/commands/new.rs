//! `mcpgen new` and `mcpgen init`: from a spec to a server that stands in its fleet.
//!
//! Everything is computed first, then applied as a whole or not at all: see [`intent`](super::intent) and
//! [`settle`](super::settle).

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow, bail};

use super::files::Files;
use super::intent::{Wanted, intend};
use super::settle::in_fleet;
use super::{Output, report};
use crate::cli::{InitArgs, NewArgs};
use crate::name::ServerName;
use crate::spec::{self, PortRequest};
use crate::{fleet, text};

/// Runs `mcpgen new`.
///
/// # Errors
///
/// When the name or the spec is wrong, something is in the way, no port can be had, or the disk refuses. Nothing has
/// changed then.
pub fn run(args: &NewArgs, start: &Path) -> Result<Output> {
    let (name, source, file_name) = source(args)?;
    let files = match &args.spec {
        Some(path) => Files::beside(path),
        None => Files::of_examples(),
    };
    let request = match (args.port, &args.range) {
        (Some(port), _) => Some(PortRequest::Exact(port)),
        (None, Some(range)) => Some(PortRequest::Range(range.clone())),
        (None, None) => None,
    };
    let spec = match spec::read_with_files(&source, &file_name, Some(&name), &|file| files.look_at(file)) {
        Ok(spec) => spec,
        Err(problems) => return Ok(Output::refused(problems.render(false))),
    };
    let wanted = Wanted { spec, text: source, files: files.into_found(), request };
    in_fleet(
        start,
        args.dry_run,
        |found, ports| intend(found, ports, Some(&wanted)),
        |intent| report::new(intent, args),
    )
}

/// Runs `mcpgen init`.
///
/// # Errors
///
/// When there is a fleet already, something is in the way, or the disk refuses.
pub fn init(args: &InitArgs, start: &Path) -> Result<Output> {
    let folder = args.dir.as_ref().map_or_else(|| start.to_owned(), |dir| start.join(dir));
    if let Some(fleet) = fleet::find(&folder)? {
        bail!(
            "`{}` is in the fleet of `{}` already\n  help: `mcpgen new NAME` adds a server to it",
            folder.display(),
            fleet.folder.display()
        );
    }
    if !args.dry_run {
        fs::create_dir_all(&folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    }
    in_fleet(&folder, args.dry_run, |found, ports| intend(found, ports, None), |intent| report::init(intent, args))
}

/// The name, the text of the spec with that name in it, and what to call its file in messages.
fn source(args: &NewArgs) -> Result<(ServerName, String, String)> {
    let name = ServerName::parse(&args.name).map_err(|error| {
        let help = error.suggestion.as_ref().map(|near| format!("\n  help: try `{near}`")).unwrap_or_default();
        anyhow!("`{}` cannot be the name of a server: it {error}{help}", args.name.escape_debug())
    })?;
    let (text, file) = match (&args.spec, &args.example) {
        (Some(path), _) => {
            let text =
                fs::read_to_string(path).with_context(|| format!("cannot read the spec `{}`", path.display()))?;
            (text, path.display().to_string())
        }
        (None, Some(example)) => {
            let text = spec::example(example).ok_or_else(|| {
                let known = text::any_of(&spec::example_names());
                anyhow!("there is no example `{}`\n  help: it is {known}", example.escape_debug())
            })?;
            (with_schema(text), format!("examples/{example}.toml"))
        }
        (None, None) => (with_schema(&spec::default_spec(&name)), "server.toml".to_owned()),
    };
    Ok((name, text, file))
}

/// A spec of ours with the line by which editors find its schema.
fn with_schema(text: &str) -> String {
    format!("#:schema {}\n{text}", spec::SCHEMA)
}
