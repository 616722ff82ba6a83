//! `mcpgen check --live`: asks a running server, and holds its answers against its spec where that is known.
//!
//! Knows which server it may be: the one that the path names, or the one of the fleet around whose id `/info` gives.
//! Renders nothing.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, bail};
use serde_json::Value;

use super::target::{self, Target};
use crate::check::live::{Expected, LiveView, service_name};
use crate::check::waiver::Waivers;
use crate::check::{self, Checked, Selection, Verdict, verdict};
use crate::cli::CheckArgs;
use crate::commands::{read_if_there, registry_of, today};
use crate::live::{self, Address, Keys, Unreachable};
use crate::ports::Store;
use crate::spec::{self, Spec};
use crate::text::quote;
use crate::{fleet, plan};

/// Where servers are described that may be running.
struct Known {
    target: Option<Target>,
    /// The servers that it may be; empty: any.
    ids: Vec<String>,
    /// Whether a path names one of them.
    is_named: bool,
}

/// What is known of the server that runs.
struct Description {
    id: String,
    version: Option<String>,
    port: Option<u16>,
    spec: Spec,
    lists: Value,
}

/// What is found in the server at `url`.
///
/// # Errors
///
/// When there is none, it lets nobody in, or its spec cannot be read.
pub fn judge(url: &str, args: &CheckArgs, here: &Path, selection: &Selection) -> Result<Verdict> {
    // The text itself may hold a password.
    let address = Address::parse(url).map_err(|why| anyhow!("the URL of `--live` cannot be asked: {why}"))?;
    let known = Known::find(&args.paths, here)?;
    let answers = live::ask(&address, &keys()?).map_err(|why| unreachable(&address, &why))?;
    let description = match service_name(&answers).or_else(|| known.only().map(str::to_owned)) {
        Some(id) if known.ids.contains(&id) => known.describe(&id)?,
        _ => None,
    };
    let view = LiveView {
        url: address.as_str(),
        answers: &answers,
        known: &known.ids,
        expected: description.as_ref().map(Description::expected),
    };
    let findings = check::live(&view);
    let today = today();
    let is_without_spec = description.is_none();
    let name = description.map_or_else(|| address.as_str().to_owned(), |description| description.id);
    let checked = Checked { servers: vec![name], files: 0, is_without_spec };
    let weigh = |waivers| verdict(findings, selection, waivers, checked, args.strict, false);
    let Some(Target { fleet: Some(fleet), inner, .. }) = &known.target else {
        return Ok(weigh(Waivers::new(&[], "", "", &today)));
    };
    let text = read_if_there(&fleet.folder.join(fleet::FILE))?.unwrap_or_default();
    Ok(weigh(Waivers::new(&fleet.settings.waivers, inner, &text, &today)))
}

/// What opens the doors of the server, from the environment variables that it takes them from itself.
///
/// # Errors
///
/// When one cannot be sent.
fn keys() -> Result<Keys> {
    let first = |name: &str| {
        let Some(value) = std::env::var_os(name) else { return Ok(None) };
        let value = value.to_string_lossy();
        match value.split([',', '\n']).map(str::trim).find(|part| !part.is_empty()) {
            Some(key) if !key.chars().all(|c| c.is_ascii_graphic()) => {
                let help = "give a key of letters, digits and signs, without blanks";
                bail!("the environment variable `{name}` holds what no request can carry\n  help: {help}")
            }
            key => Ok(key.map(str::to_owned)),
        }
    };
    Ok(Keys { auth: first("AUTH_TOKEN")?, metrics: first("METRICS_TOKEN")? })
}

fn unreachable(address: &Address, why: &Unreachable) -> anyhow::Error {
    let (said, help) = match why {
        Unreachable::NoConnection(why) => {
            (format!("no server can be reached at `{address}`: {why}"), "start it, or name its address and port")
        }
        Unreachable::NoAnswer(why) => (
            format!("no server of HTTP answers at `{address}`: {why}"),
            if address.as_str().starts_with("https:") {
                "look which process listens there, and whether this system trusts its certificate"
            } else {
                "look which process listens there, and whether it hangs"
            },
        ),
        Unreachable::NeedsKey => (
            format!("the server at `{address}` asks for a key"),
            "set the environment variable `AUTH_TOKEN` to one of the server's keys, or to an access token for it",
        ),
        Unreachable::RefusesKey => (
            format!("the server at `{address}` does not take the key in `AUTH_TOKEN`"),
            "set the environment variable `AUTH_TOKEN` to one of the server's keys, or to an access token for it",
        ),
        Unreachable::RefusesHost => (
            format!("the server at `{address}` does not know itself by this name, and refuses whoever uses it"),
            "name the host in the server's setting `ALLOWED_HOSTS`, or ask by a name that is allowed",
        ),
    };
    anyhow!("{said}\n  help: {help}")
}

impl Known {
    fn find(paths: &[PathBuf], here: &Path) -> Result<Self> {
        let targets = if paths.is_empty() && fleet::find(here)?.is_none() {
            // A server somewhere can be asked from anywhere.
            Vec::new()
        } else {
            target::find(paths, here)?
        };
        let mut targets = targets.into_iter();
        let (target, others) = (targets.next(), targets.next());
        let Some(target) = target else { return Ok(Self { target: None, ids: Vec::new(), is_named: false }) };
        if others.is_some() || target.only.len() > 1 {
            bail!("`--live` asks one server\n  help: name the path of that one, or of its fleet");
        }
        let ids = match (&target.fleet, target.only.as_slice()) {
            (Some(_), [one]) if folder(&target, one).join("server.toml").exists() => vec![one.clone()],
            (Some(_), [other]) => bail!(
                "{} is no server with a `server.toml`\n  help: name the path of a server, or of its fleet",
                quote(other)
            ),
            (Some(fleet), _) => servers(&fleet.folder)?,
            (None, _) => alone(&target.root)?.into_iter().collect(),
        };
        let is_named = !target.only.is_empty() || (target.fleet.is_none() && !paths.is_empty());
        Ok(Self { target: Some(target), ids, is_named })
    }

    /// The server that was named.
    fn only(&self) -> Option<&str> {
        self.ids.first().filter(|_| self.is_named).map(String::as_str)
    }

    /// What stands in the repository about a server.
    fn describe(&self, id: &str) -> Result<Option<Description>> {
        let Some(target) = &self.target else { return Ok(None) };
        let folder = folder(target, id);
        let Some(text) = read_if_there(&folder.join("server.toml"))? else { return Ok(None) };
        let spec = spec::read(&text, "server.toml").map_err(|_| {
            let path = folder.join("server.toml");
            let help = "`mcpgen spec check` says what is wrong with it";
            anyhow!("`{}` is not a valid spec, so the server cannot be held against it\n  help: {help}", path.display())
        })?;
        let registered = match &target.fleet {
            Some(fleet) => {
                let ports = Store::at(registry_of(fleet)?).load()?;
                ports.and_then(|ports| Some(ports.by_name(id)?.port))
            }
            None => None,
        };
        let lists = plan::lists(&spec);
        Ok(Some(Description { id: id.to_owned(), version: version(&folder), port: registered, spec, lists }))
    }
}

impl Description {
    fn expected(&self) -> Expected<'_> {
        let Self { id, version, port, spec, lists } = self;
        Expected { id, version: version.as_deref(), port: *port, spec, lists }
    }
}

fn folder(target: &Target, id: &str) -> PathBuf {
    let folder = target.root.join(&target.inner);
    if target.fleet.is_some() { folder.join(id) } else { folder }
}

/// The servers of a fleet that have a spec.
fn servers(folder: &Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read `{}`", folder.display()))?;
    let has_spec = |entry: &fs::DirEntry| entry.path().join("server.toml").exists();
    let names = entries.flatten().filter(has_spec).map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.collect();
    names.sort_unstable();
    Ok(names)
}

/// The name of a crate that is in no fleet, where it has a spec.
fn alone(folder: &Path) -> Result<Option<String>> {
    if !folder.join("server.toml").exists() {
        return Ok(None);
    }
    Ok(manifest(folder)?.and_then(|manifest| Some(manifest.get("package")?.get("name")?.as_str()?.to_owned())))
}

/// The version of a crate, where its own manifest says it.
fn version(folder: &Path) -> Option<String> {
    Some(manifest(folder).ok()??.get("package")?.get("version")?.as_str()?.to_owned())
}

fn manifest(folder: &Path) -> Result<Option<toml::Table>> {
    Ok(read_if_there(&folder.join("Cargo.toml"))?.and_then(|text| text.parse().ok()))
}
