//! `mcpgen spec check`, `new`, `schema`: what is known of specs, for people, editors and scripts.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};

use super::Output;
use super::files::Files;
use crate::check::document;
use crate::check::tools_list::ToolsList;
use crate::cli::{SpecArgs, SpecCommand, SpecNewArgs};
use crate::name::ServerName;
use crate::spec::{self, Problem, Problems, SCHEMA, Spec};
use crate::text::{all_of, any_of, count, nearest, quote};
use crate::{fleet, plan};

/// Runs `mcpgen spec …`. `colour`: standard output may have some.
#[must_use]
pub fn run(args: &SpecArgs, colour: bool) -> Output {
    match &args.command {
        SpecCommand::Check(args) => check(&args.files, args.json, colour),
        SpecCommand::New(args) => new(args).unwrap_or_else(|why| Output::refused(format!("error: {why}\n"))),
        SpecCommand::Schema => Output { stdout: format!("{:#}\n", spec::schema()), ..Output::default() },
    }
}

/// The text of a new spec; where it cannot be made, why.
fn new(args: &SpecNewArgs) -> Result<Output, String> {
    let name = args.name.as_deref().map(server_name).transpose()?;
    let Some(example) = &args.example else {
        let name = name.unwrap_or_else(ServerName::placeholder);
        return Ok(Output {
            stdout: spec::template(&name, SCHEMA),
            stderr: "next: write this to a file, and check it with `mcpgen spec check FILE`\n".to_owned(),
            code: 0,
        });
    };
    let text = spec::example(example).ok_or_else(|| {
        let names = spec::example_names();
        let help = match nearest(example, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it can be {}", any_of(&names)),
        };
        format!("there is no example {}\nhelp: {help}", quote(example))
    })?;
    let stderr = spec::read(text, example).map_or_else(|_| String::new(), |spec| files_talk(&spec, example));
    let text = name.map_or_else(|| text.to_owned(), |name| spec::rename(text, &name));
    Ok(Output { stdout: format!("#:schema {SCHEMA}\n{text}"), stderr, ..Output::default() })
}

/// What whoever gets an example must know of the files that it names.
fn files_talk(spec: &Spec, example: &str) -> String {
    let files = spec.files();
    let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    if paths.is_empty() {
        return String::new();
    }
    let (those, there) = if let [_] = paths[..] { ("it", "a file") } else { ("them", "files") };
    format!(
        "note: it names {there} beside it: {}; `mcpgen new NAME --example {example}` brings {those}\n",
        all_of(&paths)
    )
}

fn server_name(text: &str) -> Result<ServerName, String> {
    ServerName::parse(text).map_err(|error| {
        let help = match &error.suggestion {
            Some(near) => format!("write {}", quote(near)),
            None => "choose another name".to_owned(),
        };
        format!("the server name {} {}\nhelp: {help}", quote(text), error.reason)
    })
}

/// Looks at every file. A folder stands for the `server.toml` in it, `-` for standard input.
fn check(files: &[PathBuf], as_json: bool, colour: bool) -> Output {
    let here = [PathBuf::from("server.toml")];
    let files = if files.is_empty() { &here[..] } else { files };
    let checked: Vec<Checked> = files.iter().map(|file| Checked::read(file)).collect();
    let code = checked.iter().map(Checked::code).max().unwrap_or_default();
    if as_json {
        let files: Vec<Json> = checked.iter().map(Checked::to_json).collect();
        let problems: usize = checked.iter().map(|file| file.problems().map_or(0, Problems::len)).sum();
        let report = json!({ "version": 1, "files": files, "problems": problems });
        return Output { stdout: format!("{report:#}\n"), code, ..Output::default() };
    }
    let shown = checked.iter().filter_map(Checked::problems).map(|problems| problems.render(colour));
    Output { stdout: shown.collect(), stderr: checked.iter().filter_map(Checked::talk).collect(), code }
}

/// One file that was looked at.
struct Checked {
    name: String,
    outcome: Outcome,
}

enum Outcome {
    Fine(Box<Spec>, Size),
    Wrong(Problems),
    /// It is valid, and its tools take more than they may.
    Large(Problems, Box<Spec>, Size),
    Unreadable(io::Error),
    /// What the fleet around it decided cannot be read.
    Unsettled(String),
}

/// How large the list of its tools is, and may be.
struct Size {
    list: ToolsList,
    budget: Option<u32>,
}

impl Checked {
    fn read(file: &Path) -> Self {
        let path = if file.is_dir() { file.join("server.toml") } else { file.to_owned() };
        let name = if file == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() };
        let outcome = match bytes_of(&path) {
            Err(error) => Outcome::Unreadable(error),
            Ok(bytes) => match read_beside(&bytes, &path, &name) {
                Ok(spec) => weigh(spec, &bytes, file, &name),
                Err(problems) => Outcome::Wrong(problems),
            },
        };
        Self { name, outcome }
    }

    fn code(&self) -> u8 {
        match self.outcome {
            Outcome::Fine(..) => 0,
            Outcome::Wrong(_) | Outcome::Large(..) => 1,
            Outcome::Unreadable(_) | Outcome::Unsettled(_) => 2,
        }
    }

    fn problems(&self) -> Option<&Problems> {
        match &self.outcome {
            Outcome::Wrong(problems) | Outcome::Large(problems, ..) => Some(problems),
            Outcome::Fine(..) | Outcome::Unreadable(_) | Outcome::Unsettled(_) => None,
        }
    }

    fn talk(&self) -> Option<String> {
        match &self.outcome {
            Outcome::Fine(spec, size) => {
                Some(format!("{} is fine: {}\n  its `tools/list`: {}\n", self.name, summary(spec), size.list.told()))
            }
            Outcome::Unreadable(error) => Some(unreadable(&self.name, error)),
            Outcome::Unsettled(why) => Some(format!(
                "error: {why}\nhelp: mend it: it may say how large `tools/list` of {} may be\n",
                self.name
            )),
            Outcome::Wrong(_) | Outcome::Large(..) => None,
        }
    }

    fn to_json(&self) -> Json {
        match &self.outcome {
            Outcome::Fine(spec, size) => {
                let server = spec.server.name.snake();
                json!({ "path": self.name, "server": server, "tools_list": size.to_json(), "problems": [] })
            }
            Outcome::Large(problems, spec, size) => json!({
                "path": self.name,
                "server": spec.server.name.snake(),
                "tools_list": size.to_json(),
                "problems": problems_as_json(problems),
            }),
            Outcome::Wrong(problems) => json!({ "path": self.name, "problems": problems_as_json(problems) }),
            Outcome::Unreadable(error) => json!({ "path": self.name, "error": error.to_string(), "problems": [] }),
            Outcome::Unsettled(why) => json!({ "path": self.name, "error": why, "problems": [] }),
        }
    }
}

/// Reads a spec and looks at the files that it names; what comes through standard input has nothing beside it.
fn read_beside(bytes: &[u8], path: &Path, name: &str) -> Result<Spec, Problems> {
    match str::from_utf8(bytes) {
        Ok(text) if path != Path::new("-") => {
            let files = Files::beside(path);
            spec::read_with_files(text, name, None, &|file| files.look_at(file))
        }
        _ => spec::read_bytes(bytes, name),
    }
}

/// A valid spec, and whether its tools take no more than it or the fleet around it allows.
fn weigh(spec: Spec, bytes: &[u8], file: &Path, name: &str) -> Outcome {
    let of_fleet = match budget_around(file) {
        Ok(budget) => budget,
        Err(error) => return Outcome::Unsettled(format!("{error:#}")),
    };
    let own = spec.server.schema_budget_bytes;
    let size = Size { list: ToolsList::of(&plan::lists(&spec)), budget: own.or(of_fleet) };
    let text = String::from_utf8_lossy(bytes);
    match size.list.over(own, of_fleet, document::toml(&text).ok().as_ref()) {
        None => Outcome::Fine(Box::new(spec), size),
        Some(over) => {
            let problem = Problem::new(over.span, over.message).help(over.help);
            Outcome::Large(Problems::new(name, &text, vec![problem]), Box::new(spec), size)
        }
    }
}

/// What the fleet that a file is in says of the lists of tools in it; what comes through standard input is in none.
fn budget_around(file: &Path) -> anyhow::Result<Option<u32>> {
    if file == Path::new("-") {
        return Ok(None);
    }
    let file = std::path::absolute(file)?;
    let folder = if file.is_dir() { &file } else { file.parent().unwrap_or(&file) };
    Ok(fleet::find(folder)?.and_then(|fleet| fleet.settings.schema_budget_bytes))
}

impl Size {
    fn to_json(&self) -> Json {
        let tools = self.list.largest_first().iter().map(|(name, bytes)| json!({ "name": name, "bytes": bytes }));
        json!({
            "bytes": self.list.bytes(),
            "estimated_tokens": self.list.estimated_tokens(),
            "budget_bytes": self.budget,
            "tools": tools.collect::<Vec<_>>(),
        })
    }
}

/// The bytes of a file, no more of them than can be a spec.
fn bytes_of(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = spec::LARGEST as u64 + 1;
    if path == Path::new("-") {
        io::stdin().lock().take(most).read_to_end(&mut bytes)?;
    } else {
        fs::File::open(path)?.take(most).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

fn problems_as_json(problems: &Problems) -> Vec<Json> {
    let one = |problem: &Problem| {
        let (place, end) = (problems.place(problem), problems.end(problem));
        json!({
            "line": place.line,
            "column": place.column,
            "end_line": end.line,
            "end_column": end.column,
            "message": problem.message,
            "help": problem.help,
        })
    };
    problems.iter().map(one).collect()
}

/// What a spec describes, in a few words.
fn summary(spec: &Spec) -> String {
    let parts = [(spec.tools.len(), "tool"), (spec.resources.len(), "resource"), (spec.prompts.len(), "prompt")];
    let parts: Vec<String> = parts.iter().filter(|(n, _)| *n > 0).map(|(n, noun)| count(*n, noun)).collect();
    format!("`{}` with {}", spec.server.name, parts.join(", "))
}

fn unreadable(name: &str, error: &io::Error) -> String {
    let help = match error.kind() {
        io::ErrorKind::NotFound => "name the file, or begin one with `mcpgen spec new NAME > server.toml`",
        _ => "check what the path is and who may read it",
    };
    format!("error: cannot read `{name}`: {error}\nhelp: {help}\n")
}
