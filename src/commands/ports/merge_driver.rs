//! `mcpgen ports merge-driver`: git merges the registry by its meaning.
//!
//! A driver is two things: a line in `.gitattributes`, which the repository shares, and a setting, which every clone needs
//! for itself.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde_json::json;

use super::git::{At, configure, root};
use super::{JSON_VERSION, Registry, machine};
use crate::commands::{Output, read_if_there};
use crate::disk;
use crate::ports::{self, Merged, Ports};

/// What the driver is called in `.gitattributes` and in the settings of git.
const NAME: &str = "mcpgen-ports";

/// Tells git of the driver.
pub fn install(registry: &Registry, is_dry_run: bool, json: bool) -> Result<Output> {
    let path = registry.store.file()?;
    let file = disk::resolve(path).with_context(|| format!("cannot find the folder of `{}`", path.display()))?;
    let root = root(&file)?;
    let real = fs::canonicalize(&root).with_context(|| format!("cannot read `{root}`"))?;
    let inner = file.strip_prefix(&real).ok().and_then(Path::to_str).map(|inner| inner.replace('\\', "/"));
    let inner = inner.with_context(|| format!("`{}` is not below `{root}`", path.display()))?;

    let attributes = real.join(".gitattributes");
    if fs::symlink_metadata(&attributes).is_ok_and(|found| !found.is_file()) {
        bail!(
            "`{}` is not a regular file\n  help: replace it by one, for git does not follow a link",
            attributes.display()
        );
    }
    let known = read_if_there(&attributes)?.unwrap_or_default();
    let line = format!("{} merge={NAME} text eol=lf", pattern(&inner)?);
    let is_known = known.lines().any(|known| known.trim() == line);
    if !is_known && !is_dry_run {
        let gap = if known.is_empty() || known.ends_with('\n') { "" } else { "\n" };
        disk::atomic_write(&attributes, format!("{known}{gap}{line}\n").as_bytes())
            .with_context(|| format!("cannot write `{}`", attributes.display()))?;
    }
    let key = |name: &str| format!("merge.{NAME}.{name}");
    let command = driver(&program()?);
    let mut changed = configure(&root, &key("name"), "the ports registry of mcpgen, by its meaning", is_dry_run)?;
    changed |= configure(&root, &key("driver"), &command, is_dry_run)?;

    let mut told = match (is_known, is_dry_run) {
        (true, _) => format!("`{}` names the driver already\n", attributes.display()),
        (false, false) => {
            format!("added `{line}` to `{}`: commit it, on the base branch first\n", attributes.display())
        }
        (false, true) => format!("would add `{line}` to `{}`\n", attributes.display()),
    };
    told += match (changed, is_dry_run) {
        (false, _) => "this clone knows the driver already\n",
        (true, false) => "told git in this clone of the driver; every other clone needs this command too\n",
        (true, true) => "would tell git in this clone of the driver\n",
    };
    let value = json!({
        "version": JSON_VERSION, "attributes": !is_known, "settings": changed, "driver": command, "dry_run": is_dry_run,
    });
    Ok(Output { stdout: if json { machine(&value) } else { String::new() }, stderr: told, code: 0 })
}

/// A path as a pattern of `.gitattributes` that means this path and no other.
fn pattern(path: &str) -> Result<String> {
    if path.chars().any(|c| c.is_control() || c == '"') {
        bail!("`{}` cannot be named in `.gitattributes`", path.escape_debug());
    }
    let special = |c: char| matches!(c, '*' | '?' | '[' | '\\');
    let plain: String = path.chars().flat_map(|c| special(c).then_some('\\').into_iter().chain([c])).collect();
    // A pattern with blanks stands in quotes, where a backslash counts twice.
    Ok(if plain.contains(' ') { format!("\"/{}\"", plain.replace('\\', "\\\\")) } else { format!("/{plain}") })
}

/// The command that git runs in a shell. Where the program refuses, or is not there (a graphical client often has another
/// `PATH`), git's own merge by lines takes its place: without it the file would be this branch's, with no sign of the other.
fn driver(program: &str) -> String {
    let labels = "-L 'this branch' -L 'the common ancestor' -L 'the other branch'";
    format!("{program} ports merge-driver run -- %O %A %B %P || {{ git merge-file {labels} %A %O %B; exit 1; }}")
}

/// How git is to call this program: by its name where the shell finds this very program by it, so that a newer one in its
/// place is found too.
fn program() -> Result<String> {
    let own = env::current_exe().and_then(fs::canonicalize).context("cannot tell where this program is")?;
    let name = format!("mcpgen{}", env::consts::EXE_SUFFIX);
    let folders = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&folders).map(|folder| folder.join(&name)).find(|path| path.is_file());
    if found.and_then(|found| fs::canonicalize(found).ok()) == Some(own.clone()) {
        return Ok("mcpgen".into());
    }
    // Git replaces what begins with `%`, and the shell keeps what is in quotes.
    Ok(format!("'{}'", own.display().to_string().replace('%', "%%").replace('\'', "'\\''")))
}

/// Merges three files into the second, which stays as it is where they cannot be merged.
pub fn run([base, ours, theirs]: [&PathBuf; 3], path: &str) -> Result<Output> {
    let merged = match merged([base, ours, theirs], path) {
        Ok(merged) => merged,
        Err(error) => {
            let stderr = format!("`{path}` is merged by its lines: {error:#}\n");
            return Ok(Output { stderr, code: 1, ..Output::default() });
        }
    };
    let text = merged.ports.to_text();
    disk::atomic_write(ours, text.as_bytes()).with_context(|| format!("cannot write `{}`", ours.display()))?;
    Ok(Output { stderr: told(&merged, path), ..Output::default() })
}

fn merged([base, ours, theirs]: [&PathBuf; 3], path: &str) -> Result<Merged> {
    let read = |side: &Path, name: &str| -> Result<Option<Ports>> {
        let bytes = fs::read(side).with_context(|| format!("cannot read `{}`", side.display()))?;
        if bytes.is_empty() {
            return Ok(None);
        }
        let problems = match Ports::from_bytes(&bytes) {
            Ok(ports) => return Ok(Some(ports)),
            Err(problems) => problems,
        };
        bail!("the registry {name} cannot be trusted as it is\n{}", problems.in_file(path))
    };
    let (base, ours, theirs) =
        (read(base, "of the common ancestor")?, read(ours, "of this branch")?, read(theirs, "of the other branch")?);
    let (ours, theirs) = (
        ours.context("the registry of this branch is empty")?,
        theirs.context("the registry of the other branch is empty")?,
    );
    let base = base.unwrap_or_else(|| ports::common(&ours, &theirs));
    let settled: Vec<Ports> = At::repository(path).settled(None)?.into_iter().map(|(_, ports)| ports).collect();
    Ok(ports::merge(&base, &ours, &theirs, &settled)?)
}

fn told(merged: &Merged, path: &str) -> String {
    let mut told = String::new();
    for ports::Move { id, from, to, keeper } in &merged.moves {
        let _ =
            writeln!(told, "`{path}`: `{id}` moves from port `{from}` to `{to}`, because `{keeper}` keeps `{from}`");
    }
    for remark in &merged.remarks {
        let _ = writeln!(told, "`{path}`: {remark}");
    }
    if !merged.moves.is_empty() {
        told +=
            "  help: `mcpgen ports resolve` gives the files of its server the new port; commit them with the merge\n";
    }
    told
}
