//! `mcpgen spec check`, `schema`, `new`: what is known of specs, for people, editors and scripts.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};

use crate::name::ServerName;
use crate::spec::{self, Problems, Spec};
use crate::text::{any_of, count, nearest, quote};

/// What a command says and how it ends.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Output {
    /// Data, for standard output.
    pub data: String,
    /// Talk, for standard error.
    pub talk: String,
    /// 0: fine, 1: problems were found, 2: the command could not do its work.
    pub code: u8,
}

impl Output {
    fn data(data: String) -> Self {
        Self { data, ..Self::default() }
    }

    fn failure(message: &str, help: &str) -> Self {
        Self { talk: format!("error: {message}\nhelp: {help}\n"), code: 2, ..Self::default() }
    }
}

/// The specs that come with mcpgen.
pub const EXAMPLES: &[(&str, &str)] = &[("weather", include_str!("../../examples/weather/server.toml"))];

/// Where the schema of a fleet is, seen from one of its servers.
pub const SCHEMA: &str = "../server.schema.json";

/// `mcpgen spec schema`.
#[must_use]
pub fn schema() -> Output {
    Output::data(format!("{:#}\n", spec::schema()))
}

/// `mcpgen spec new [NAME] [--example EXAMPLE]`.
#[must_use]
pub fn new(name: Option<&str>, example: Option<&str>) -> Output {
    let parsed = match name.map(ServerName::parse).transpose() {
        Ok(parsed) => parsed,
        Err(error) => {
            let help =
                error.suggestion.map_or("choose another name".to_owned(), |near| format!("try {}", quote(&near)));
            let message = format!("the server name {} {}", quote(name.unwrap_or_default()), error.reason);
            return Output::failure(&message, &help);
        }
    };
    let Some(example) = example else {
        let name = parsed.or_else(|| ServerName::parse("my_server").ok());
        return Output::data(name.map(|name| spec::template(&name, SCHEMA)).unwrap_or_default());
    };
    let names: Vec<&str> = EXAMPLES.iter().map(|(name, _)| *name).collect();
    let Some((own_name, text)) = EXAMPLES.iter().find(|(known, _)| *known == example) else {
        let help = match nearest(example, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there is {}", any_of(&names)),
        };
        return Output::failure(&format!("there is no example {}", quote(example)), &help);
    };
    let text = match parsed {
        Some(name) => text.replacen(&format!("name = \"{own_name}\""), &format!("name = \"{name}\""), 1),
        None => (*text).to_owned(),
    };
    Output::data(format!("#:schema {SCHEMA}\n{text}"))
}

/// `mcpgen spec check [FILE…]`: without a file `server.toml`; a folder stands for the one in it, `-` for standard input.
#[must_use]
pub fn check(files: &[PathBuf], as_json: bool, colour: bool) -> Output {
    let here = [PathBuf::from("server.toml")];
    let files = if files.is_empty() { &here[..] } else { files };
    let checked: Vec<Checked> = files.iter().map(|file| Checked::read(file)).collect();
    let unreadable = checked.iter().any(|file| matches!(file.result, Outcome::Unreadable(_)));
    let wrong = checked.iter().any(|file| matches!(file.result, Outcome::Wrong(_)));
    let code = if unreadable { 2 } else { u8::from(wrong) };
    if as_json {
        let files: Vec<Json> = checked.iter().map(Checked::to_json).collect();
        let problems: usize = checked.iter().map(Checked::problems).sum();
        let report = json!({ "version": 1, "files": files, "problems": problems });
        return Output { code, ..Output::data(format!("{report:#}\n")) };
    }
    let data = checked.iter().filter_map(|file| file.data(colour)).collect();
    Output { data, talk: checked.iter().filter_map(Checked::talk).collect(), code }
}

/// One file that was looked at.
struct Checked {
    name: String,
    result: Outcome,
}

enum Outcome {
    Fine(Box<Spec>),
    Wrong(Problems),
    Unreadable(io::Error),
}

impl Checked {
    fn read(file: &Path) -> Self {
        let path = if file.is_dir() { file.join("server.toml") } else { file.to_owned() };
        let name = if file == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() };
        let result = match bytes_of(&path) {
            Err(error) => Outcome::Unreadable(error),
            Ok(bytes) => match spec::read_bytes(&bytes, &name) {
                Ok(spec) => Outcome::Fine(Box::new(spec)),
                Err(problems) => Outcome::Wrong(problems),
            },
        };
        Self { name, result }
    }

    fn data(&self, colour: bool) -> Option<String> {
        match &self.result {
            Outcome::Wrong(problems) => Some(problems.render(colour)),
            Outcome::Fine(_) | Outcome::Unreadable(_) => None,
        }
    }

    fn talk(&self) -> Option<String> {
        match &self.result {
            Outcome::Fine(spec) => Some(format!("{} is fine: {}\n", self.name, summary(spec))),
            Outcome::Unreadable(error) => Some(unreadable_help(&self.name, error)),
            Outcome::Wrong(_) => None,
        }
    }

    fn problems(&self) -> usize {
        if let Outcome::Wrong(problems) = &self.result { problems.len() } else { 0 }
    }

    fn to_json(&self) -> Json {
        match &self.result {
            Outcome::Fine(spec) => json!({ "path": self.name, "server": spec.server.name.snake(), "problems": [] }),
            Outcome::Wrong(problems) => json!({ "path": self.name, "problems": problems_as_json(problems) }),
            Outcome::Unreadable(error) => json!({ "path": self.name, "error": error.to_string(), "problems": [] }),
        }
    }
}

fn bytes_of(path: &Path) -> io::Result<Vec<u8>> {
    if path == Path::new("-") {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    fs::read(path)
}

fn problems_as_json(problems: &Problems) -> Vec<Json> {
    let one = |problem| {
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

fn unreadable_help(name: &str, error: &io::Error) -> String {
    let help = match error.kind() {
        io::ErrorKind::NotFound => "name the file, or begin one with `mcpgen spec new NAME > server.toml`",
        _ => "check what the path is and who may read it",
    };
    format!("error: cannot read `{name}`: {error}\nhelp: {help}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_new_prints_is_a_spec() {
        for (name, example) in
            [(None, None), (Some("Big-Shop"), None), (None, Some("weather")), (Some("x"), Some("weather"))]
        {
            let output = new(name, example);
            let spec = spec::read(&output.data, "server.toml").unwrap_or_else(|problems| panic!("{problems}"));
            let expected =
                name.map_or(example.unwrap_or("my_server"), |name| if name == "x" { "x" } else { "big_shop" });
            assert_eq!((spec.server.name.snake(), output.code), (expected, 0));
            assert!(output.data.starts_with("#:schema "));
        }
    }

    #[test]
    fn what_new_cannot_do_it_says() {
        assert_eq!(new(Some("4x"), None).code, 2);
        let output = new(None, Some("wether"));
        assert_eq!((output.code, output.data.as_str()), (2, ""));
        assert!(output.talk.contains("did you mean `weather`?"), "{}", output.talk);
    }

    #[test]
    fn check_tells_the_worst_of_all_files() {
        let folder = tempfile::tempdir().unwrap();
        let (good, bad) = (folder.path().join("server.toml"), folder.path().join("bad.toml"));
        fs::write(&good, EXAMPLES[0].1).unwrap();
        fs::write(&bad, "[server]\nname = 3\ndescription = \"x\"\n\u{1b}").unwrap();
        let missing = folder.path().join("none.toml");
        assert_eq!(check(&[folder.path().to_owned()], false, false).code, 0);
        assert_eq!(check(&[good.clone(), bad.clone()], false, false).code, 1);
        let output = check(&[good, bad, missing], true, false);
        let report: Json = serde_json::from_str(&output.data).unwrap();
        assert_eq!((output.code, &report["version"], &report["files"][0]["server"]), (2, &json!(1), &json!("weather")));
        assert_eq!(report["problems"], report["files"][1]["problems"].as_array().unwrap().len());
        assert!(report["files"][2]["error"].is_string());
    }

    #[test]
    fn a_file_that_is_not_text_has_a_place() {
        let problems = spec::read_bytes(b"[server]\nname = \"\xff\"", "f").unwrap_err();
        assert!(problems.to_string().contains("f:2:9"), "{problems}");
    }
}
