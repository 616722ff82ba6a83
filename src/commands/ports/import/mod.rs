//! `mcpgen ports import`.

mod files;
mod machine;
mod report;

use std::fs;
use std::io::ErrorKind;
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
pub struct Done {
    /// What was found.
    pub survey: Survey,
    /// The registry before, and after; nothing where it was not made.
    pub ports: Option<(Ports, Ports)>,
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
            Err(errors) => return Ok(Output::refused(wrong(path, &errors))),
        },
    };
    // Only who imports asks for the lock: a plan and a report read what is there.
    let is_dry_run = args.dry_run || args.plan.is_some();
    let done = of.change(is_dry_run, |ports| Ok(attempt(&input, args, answers.as_ref(), ports)))?;
    let done = match done {
        Ok(done) => done,
        Err(Failure::Input(refusals)) => return Ok(refused(&refusals)),
        Err(Failure::Answers(errors)) => {
            return Ok(Output::refused(wrong(args.apply.as_deref().unwrap_or(Path::new("")), &errors)));
        }
    };
    let written = match &args.plan {
        Some(path) => Some(plan(path, &done.survey, &digest, args, &registry)?),
        None => None,
    };
    let told = report::outcome(&done, args, &registry, written);
    // Whoever has a plan in hand has what he came for; without one, contradictions are what is wrong.
    let is_open = done.ports.is_none() && args.plan.is_none();
    let code = u8::from(is_open);
    Ok(if json {
        Output { stdout: super::machine(&machine::report(&done, &input, args.dry_run)), stderr: told, code }
    } else {
        Output { stdout: report::text(&done.survey, &input) + &told, stderr: String::new(), code }
    })
}

/// Why nothing was imported.
enum Failure {
    Input(Vec<Refusal>),
    Answers(Vec<(usize, String)>),
}

/// Imports into a registry, unless something contradicts and nobody has decided; whether it changed.
fn attempt(
    input: &Input,
    args: &ImportArgs,
    answers: Option<&Answers>,
    ports: &mut Ports,
) -> (Result<Done, Failure>, bool) {
    let survey = import::survey(input.files.clone(), &input.refused, ports, args.environment.as_deref());
    let survey = match survey {
        Ok(survey) => survey,
        Err(refusals) => return (Err(Failure::Input(refusals)), false),
    };
    if args.plan.is_some() || (answers.is_none() && !survey.conflicts.is_empty()) {
        return (Ok(Done { survey, ports: None }), false);
    }
    match survey.build(ports, answers, &today()) {
        Ok(built) => {
            let before = std::mem::replace(ports, built.clone());
            let changed = before != built;
            (Ok(Done { survey, ports: Some((before, built)) }), changed)
        }
        Err(errors) => (Err(Failure::Answers(errors)), false),
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

/// Writes the resolution file; how many servers are in it.
fn plan(path: &Path, survey: &Survey, digest: &str, args: &ImportArgs, registry: &Path) -> anyhow::Result<usize> {
    let shown = path.display();
    let taken = || {
        anyhow::anyhow!(
            "`{shown}` is there already, maybe with answers of yours\n  help: name another file, or remove it"
        )
    };
    match fs::symlink_metadata(path) {
        Ok(_) => return Err(taken()),
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(|| format!("cannot write `{shown}`")),
    }
    let text = resolution::write(survey, digest, &command(args, "--apply", path, registry));
    if !args.dry_run {
        disk::atomic_write(path, text.as_bytes()).with_context(|| format!("cannot write `{shown}`"))?;
    }
    Ok(survey.contested().count())
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

/// What is wrong with a resolution file, a line each; those of no line first.
fn wrong(path: &Path, errors: &[(usize, String)]) -> String {
    let shown = path.display();
    let mut out = String::new();
    for (line, error) in errors {
        let at = if *line == 0 { String::new() } else { format!(":{line}") };
        out += &harmless(&format!("error: {shown}{at}: {error}"));
        out.push('\n');
    }
    out + &format!("{}; the registry is as it was\n", count(errors.len(), "error"))
}

/// A text of several lines, none of which a terminal acts upon.
fn harmless(text: &str) -> String {
    text.split('\n').map(visible).collect::<Vec<_>>().join("\n")
}
