//! What continuous integration does with a fleet: the lists of its workflows, and the commands that they run.
//!
//! Knows the workflows of GitHub, and those of other services as far as they have lists named `matrix` and texts with
//! commands. Knows no rule.

use std::collections::BTreeSet;

use crate::check::deployment::{image_name, scalars};
use crate::check::document::{Node, Value};
use crate::check::roster::{Roster, words};
use crate::check::view::{FileView, FleetView};

/// Files of other services than GitHub, by their paths.
const OTHERS: &[&str] = &[
    ".gitlab-ci.yml",
    "azure-pipelines.yml",
    "bitbucket-pipelines.yml",
    ".circleci/config.yml",
    ".woodpecker.yml",
    ".drone.yml",
];

/// Keys whose texts are commands.
const COMMANDS: &[&str] = &["run", "script", "before_script", "after_script", "commands", "bash", "command"];

/// What cargo does to packages.
const CARGO: &[&str] = &["build", "test", "check", "clippy", "nextest", "b", "t", "c", "llvm-cov"];

/// One file of continuous integration.
pub struct Workflow<'v, 'a> {
    pub file: &'v FileView<'a>,
    /// Each `matrix`, with its key.
    pub matrices: Vec<(&'v Node, &'v Node)>,
    /// Texts with commands.
    pub commands: Vec<&'v Node>,
    /// What is used: actions, and other workflows.
    pub uses: Vec<&'v Node>,
}

/// Whether a file says what continuous integration does.
pub fn is_workflow(path: &str) -> bool {
    let in_folder = path.strip_prefix(".github/workflows/").is_some_and(|name| !name.contains('/'));
    let is_yaml = path.rsplit_once('.').is_some_and(|(_, end)| matches!(end, "yml" | "yaml"));
    (in_folder && is_yaml) || OTHERS.contains(&path)
}

/// All that can be read.
pub fn workflows<'v, 'a>(fleet: &'v FleetView<'a>) -> Vec<Workflow<'v, 'a>> {
    let files = fleet.all().filter(|file| file.is_suspect() && is_workflow(file.path));
    files
        .filter_map(|file| {
            let mut workflow = Workflow { file, matrices: Vec::new(), commands: Vec::new(), uses: Vec::new() };
            for root in file.documents()?.ok()? {
                workflow.read(root);
            }
            Some(workflow)
        })
        .collect()
}

impl<'v> Workflow<'v, '_> {
    fn read(&mut self, node: &'v Node) {
        match &node.value {
            Value::List(items) => items.iter().for_each(|item| self.read(item)),
            Value::Map(entries) => {
                for (key, value) in entries {
                    match key.word().unwrap_or_default() {
                        "matrix" => self.matrices.push((key, value)),
                        "uses" => self.uses.push(value),
                        word if COMMANDS.contains(&word) => scalars(value, &mut |text| self.commands.push(text)),
                        _ => {}
                    }
                    self.read(value);
                }
            }
            Value::Text(_) | Value::Plain(_) => {}
        }
    }

    /// The servers whose packages are named in commands.
    pub fn packages(&self, roster: &Roster<'_>) -> BTreeSet<usize> {
        let texts = self.commands.iter().filter_map(|command| command.word());
        texts.flat_map(|text| roster.certain_in(text).collect::<Vec<_>>()).collect()
    }

    /// The cargo commands.
    pub fn cargo(&self) -> impl Iterator<Item = Cargo<'v>> {
        self.commands.iter().filter_map(|command| command.word()).flat_map(cargo_commands)
    }

    /// Whether it runs `mcpgen check`, by a command or an action of that name.
    pub fn runs_mcpgen(&self) -> bool {
        let is_used = |node: &&Node| node.word().is_some_and(|uses| words(uses).any(|word| word.starts_with("mcpgen")));
        let in_command = |command: &&Node| {
            commands(command.word().unwrap_or_default()).any(|command| {
                let mut words = command.iter().skip_while(|word| image_name(word) != "mcpgen").skip(1);
                words.find(|word| !word.starts_with('-')) == Some(&"check")
            })
        };
        self.uses.iter().any(is_used) || self.commands.iter().any(in_command)
    }
}

/// The servers in a matrix, without those that are taken out of it again: those that are certain, and those that are
/// probable.
pub fn in_matrix(matrix: &Node, roster: &Roster<'_>) -> (BTreeSet<usize>, BTreeSet<usize>) {
    let (mut certain, mut probable) = (BTreeSet::new(), BTreeSet::new());
    each_in_matrix(matrix, &mut |_, node| {
        let word = node.word().unwrap_or_default();
        certain.extend(roster.certain_in(word));
        probable.extend(words(word).filter_map(|word| roster.probable(word)));
    });
    (certain, probable)
}

/// Every scalar of a matrix that is run, with the key that it is under.
pub fn each_in_matrix<'n>(matrix: &'n Node, visit: &mut impl FnMut(&'n str, &'n Node)) {
    for item in matrix.items() {
        each_in_matrix(item, visit);
    }
    for (key, axis) in matrix.entries().filter(|(key, _)| key.word() != Some("exclude")) {
        values(key.word().unwrap_or_default(), axis, visit);
    }
}

/// The scalars of a value, keys not.
fn values<'n>(key: &'n str, node: &'n Node, visit: &mut impl FnMut(&'n str, &'n Node)) {
    if node.word().is_some() {
        visit(key, node);
    }
    node.items().iter().for_each(|item| values(key, item, visit));
    node.entries().for_each(|(key, value)| values(key.word().unwrap_or_default(), value, visit));
}

/// A command of cargo.
pub struct Cargo<'t> {
    /// What follows `cargo`.
    pub words: Vec<&'t str>,
}

impl Cargo<'_> {
    /// Whether it is for all packages of the workspace that it runs in.
    pub fn is_for_all(&self) -> bool {
        let names_one = |word: &&str| {
            matches!(*word, "-p" | "--package" | "--manifest-path" | "--bin")
                || word.starts_with("--package=")
                || word.starts_with("--manifest-path=")
                || (word.starts_with("-p") && word.len() > 2)
        };
        self.words.iter().any(|word| matches!(*word, "--workspace" | "--all")) || !self.words.iter().any(names_one)
    }
}

/// The cargo commands of a shell's text that are about packages.
fn cargo_commands(text: &str) -> impl Iterator<Item = Cargo<'_>> {
    commands(text).filter_map(|words| {
        let at = words.iter().position(|word| word.rsplit('/').next() == Some("cargo"))?;
        let rest: Vec<&str> = words[at + 1..].iter().copied().filter(|word| !word.starts_with('+')).collect();
        rest.first().is_some_and(|first| CARGO.contains(first)).then_some(Cargo { words: rest })
    })
}

/// The commands of a shell's text, in words, as far as they can be told apart without a shell.
pub fn commands(text: &str) -> impl Iterator<Item = Vec<&str>> {
    let text = text.split_inclusive('\n').collect::<Vec<_>>();
    let mut lines: Vec<Vec<&str>> = Vec::new();
    let mut is_continued = false;
    for line in text {
        let line = line.trim();
        let bare = line.trim_end_matches('\\');
        for (index, part) in bare.split([';', '|', '&']).enumerate() {
            let words = part.split_whitespace().take_while(|word| !word.starts_with('#'));
            let words = words.map(|word| word.trim_matches(['"', '\'', '(', ')']));
            match lines.last_mut().filter(|_| is_continued && index == 0) {
                Some(last) => last.extend(words),
                None => lines.push(words.collect()),
            }
        }
        is_continued = bare.len() < line.len();
    }
    lines.into_iter().filter(|words| !words.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_told_apart() {
        let read = |text| commands(text).map(|words| words.join(" ")).collect::<Vec<_>>();
        assert_eq!(read("a b && c; d # no\ne \\\n  f\n\n(g)"), ["a b", "c", "d", "e f", "g"]);
    }

    #[test]
    fn cargo_is_for_all_packages_or_for_some() {
        let is_for_all = |text| cargo_commands(text).map(|cargo| cargo.is_for_all()).collect::<Vec<_>>();
        assert_eq!(is_for_all("cargo test --locked"), [true]);
        assert_eq!(is_for_all("cargo +stable test -p weather_v2 && cargo build --workspace"), [false, true]);
        assert_eq!(is_for_all("cargo fmt --check\necho cargo"), [false; 0]);
    }

    #[test]
    fn workflows_are_known_by_where_they_are() {
        assert!(is_workflow(".github/workflows/ci.yml") && is_workflow(".gitlab-ci.yml"));
        assert!(!is_workflow(".github/dependabot.yml") && !is_workflow(".github/workflows/README.md"));
        assert!(!is_workflow("hello/.github/workflows/ci.yml"));
    }
}
