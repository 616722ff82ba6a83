//! `mcpgen ports import`.

mod files;
mod machine;
mod report;

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

use anyhow::{Context as _, bail};

use super::Registry;
use crate::cli::ImportArgs;
use crate::commands::{Output, today};
use crate::disk;
use crate::ports::Ports;
use crate::ports::import::{self, Answers, Refusal, Survey, resolution};
use crate::text::{count, visible};

use files::Input;

/// What became of an import.
pub struct Attempt {
    /// What was found.
    pub survey: Survey,
    /// The registry before, and after; nothing where it was not made.
    pub ports: Option<(Ports, Ports)>,
    /// What answers say that no file does, with their lines.
    pub remarks: Vec<(usize, String)>,
}

/// A resolution file that was asked for.
pub struct Plan<'a> {
    /// Its path.
    pub path: &'a Path,
    /// How many servers it has answers about.
    pub servers: usize,
    /// How many other answers it has.
    pub others: usize,
}

impl Plan<'_> {
    /// Whether there is anything to decide; where there is not, no file is written.
    pub fn is_needed(&self) -> bool {
        self.servers + self.others > 0
    }
}

pub fn run(of: &Registry, args: &ImportArgs, json: bool) -> anyhow::Result<Output> {
    let input = match files::read(&args.files) {
        Ok(input) => input,
        Err(refusals) => return Ok(refused(&refusals)),
    };
    let digest = resolution::digest(input.bytes.iter().map(Vec::as_slice), args.environment.as_deref());
    let registry = of.store.location().spelled();
    let answers = match &args.apply {
        None => None,
        Some(path) => match answers(path, &digest)? {
            Ok(answers) => Some(answers),
            Err(errors) => return Ok(Output::refused(wrong(Some(path), &errors))),
        },
    };
    // Only who imports asks for the lock: a plan and a report read what is there.
    let is_dry_run = args.dry_run || args.plan.is_some();
    let attempt = of.change(is_dry_run, |ports| Ok(attempt(&input, args, answers.as_ref(), ports)))?;
    let attempt = match attempt {
        Ok(attempt) => attempt,
        Err(Failure::Input(refusals)) => return Ok(refused(&refusals)),
        Err(Failure::Registry(errors)) => return Ok(Output::refused(wrong(args.apply.as_deref(), &errors))),
    };
    let plan = match &args.plan {
        Some(path) => Some(plan(path, &attempt.survey, &digest, args, &registry)?),
        None => None,
    };
    let told = report::outcome(&attempt, args, &registry, plan.as_ref());
    // Whoever has a plan in hand has what he came for; without one, contradictions are what is wrong.
    let is_open = attempt.ports.is_none() && args.plan.is_none();
    let report = if json {
        super::machine(&machine::report(&attempt, &input, args, plan.as_ref()))
    } else {
        report::text(&attempt.survey, &input)
    };
    Ok(Output { stdout: report, stderr: told, code: u8::from(is_open) })
}

/// Why nothing was imported.
enum Failure {
    Input(Vec<Refusal>),
    /// What the answers say, or what would come of it; with the lines of the answers.
    Registry(Vec<(usize, String)>),
}

/// Imports into a registry, unless something contradicts and nobody has decided; whether it changed.
fn attempt(
    input: &Input,
    args: &ImportArgs,
    answers: Option<&Answers>,
    ports: &mut Ports,
) -> (Result<Attempt, Failure>, bool) {
    let survey = import::survey(input.files.clone(), &input.refused, ports, args.environment.as_deref());
    let survey = match survey {
        Ok(survey) => survey,
        Err(refusals) => return (Err(Failure::Input(refusals)), false),
    };
    if args.plan.is_some() || (answers.is_none() && !survey.contradictions.is_empty()) {
        return (Ok(Attempt { survey, ports: None, remarks: Vec::new() }), false);
    }
    match survey.build(ports, answers, &today()) {
        Ok(built) => {
            let before = std::mem::replace(ports, built.clone());
            let changed = before != built;
            let remarks = answers.map(|answers| survey.remarks_on(answers)).unwrap_or_default();
            (Ok(Attempt { survey, ports: Some((before, built)), remarks }), changed)
        }
        Err(errors) => (Err(Failure::Registry(errors)), false),
    }
}

/// Reads what was decided.
fn answers(path: &Path, digest: &str) -> anyhow::Result<Result<Answers, Vec<(usize, String)>>> {
    let shown = path.display();
    let length = fs::metadata(path).with_context(|| format!("cannot read `{shown}`"))?.len();
    if length > resolution::MAX_BYTES {
        bail!("`{shown}` has more than {} MB: that is no resolution", resolution::MAX_BYTES / 1_000_000);
    }
    let text = fs::read_to_string(path).with_context(|| format!("cannot read `{shown}`"))?;
    Ok(import::parse(&text).and_then(|answers| {
        if answers.input == digest {
            return Ok(answers);
        }
        let help = "\n  help: make a new one with `--plan`; with `--environment`, name the same one both times";
        Err(vec![(
            0,
            format!("is a resolution for other files: these have changed since, or are named in another order{help}"),
        )])
    }))
}

/// Writes the resolution file, if there is anything to decide.
fn plan<'a>(
    path: &'a Path,
    survey: &Survey,
    digest: &str,
    args: &ImportArgs,
    registry: &Path,
) -> anyhow::Result<Plan<'a>> {
    let shown = path.display();
    let others: BTreeSet<_> = survey
        .contradictions
        .iter()
        .filter(|contradiction| !contradiction.is_about_servers())
        .map(|contradiction| (contradiction.kind, &contradiction.subject))
        .collect();
    let plan = Plan { path, servers: survey.contested().count(), others: others.len() };
    if !plan.is_needed() {
        return Ok(plan);
    }
    let taken = || {
        anyhow::anyhow!(
            "`{shown}` is there already, maybe with answers of yours\n  help: name another file, or remove it"
        )
    };
    if fs::symlink_metadata(path).is_ok() {
        return Err(taken());
    }
    let text = resolution::write(survey, digest, &command(args, "--apply", path, registry));
    if text.len() as u64 > resolution::MAX_BYTES || import::parse(&text).is_err() {
        bail!(
            "`{shown}` could not be read back: the files contradict each other in too much\n  help: import fewer files at once"
        );
    }
    if !args.dry_run {
        write_new(path, text.as_bytes()).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => taken(),
            _ => anyhow::Error::new(error).context(format!("cannot write `{shown}`")),
        })?;
    }
    Ok(plan)
}

/// Writes a file that is not there yet. What came in between is somebody's answers, and stays.
fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    disk::check_limit(bytes.len())?;
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if written.is_err() {
        // The first error is the one to tell.
        let _ = fs::remove_file(path);
    }
    written
}

/// The command that does something with a resolution file: `--plan` or `--apply`.
fn command(args: &ImportArgs, what: &str, path: &Path, registry: &Path) -> String {
    let mut words = vec!["mcpgen ports import".to_owned()];
    words.extend(args.files.iter().map(|file| report::argument(file)));
    if let Some(environment) = &args.environment {
        words.extend(["--environment".to_owned(), report::argument(Path::new(environment))]);
    }
    words.extend([what.to_owned(), report::argument(path), "--registry".to_owned(), report::argument(registry)]);
    words.join(" ")
}

fn refused(refusals: &[Refusal]) -> Output {
    let lines: Vec<String> = refusals.iter().map(|refusal| harmless(&format!("error: {refusal}"))).collect();
    Output::refused(lines.join("\n") + "\n")
}

/// What is wrong with a resolution file, or with what was made without one, a line each; those of no line first.
fn wrong(path: Option<&Path>, errors: &[(usize, String)]) -> String {
    let mut out = String::new();
    for (line, error) in errors {
        out += &harmless(&format!("error: {}{error}", at(path, *line)));
        out.push('\n');
    }
    out + &format!("{}; the registry is as it was\n", count(errors.len(), "error"))
}

/// A line of a resolution file, before what is said of it.
fn at(path: Option<&Path>, line: usize) -> String {
    match (path, line) {
        (None, _) => String::new(),
        (Some(path), 0) => format!("{}: ", path.display()),
        (Some(path), line) => format!("{}:{line}: ", path.display()),
    }
}

/// A text of several lines, none of which a terminal acts upon.
fn harmless(text: &str) -> String {
    text.split('\n').map(visible).collect::<Vec<_>>().join("\n")
}
