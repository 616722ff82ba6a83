//! The README says what the program has, and nothing else; the files for pre-commit and GitHub call what there is.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use clap::CommandFactory as _;
use mcpgen::check::document::{self, Node};
use mcpgen::check::rules;
use mcpgen::cli::Cli;
use mcpgen::ports::Code;

const README: &str = include_str!("../../README.md");

/// Every command that does something, with the commands it is below: `ports range add`.
fn commands(command: &clap::Command, before: &str, found: &mut BTreeSet<String>) {
    let below: Vec<_> = command.get_subcommands().filter(|command| command.get_name() != "help").collect();
    if below.is_empty() {
        found.insert(before.to_owned());
    }
    for command in below {
        commands(command, format!("{before} {}", command.get_name()).trim(), found);
    }
}

/// The commands that the README has a row for, without what follows them.
fn rows() -> BTreeSet<String> {
    let (_, table) = README.split_once("## Commands").unwrap();
    let (table, _) = table.split_once("\n## ").unwrap();
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `mcpgen ")?.split('`').next());
    let is_name = |word: &&str| word.starts_with(|c: char| c.is_ascii_lowercase());
    rows.map(|row| row.split(' ').take_while(is_name).collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn every_command_has_a_row_and_every_row_its_command() {
    let mut all = BTreeSet::new();
    let mut cli = Cli::command();
    cli.build();
    commands(&cli, "", &mut all);
    let rows = rows();
    let missing: Vec<_> = all.difference(&rows).collect();
    let unknown: Vec<_> = rows.difference(&all).collect();
    assert!(missing.is_empty() && unknown.is_empty(), "no row: {missing:?}; no such command: {unknown:?}");
}

/// A list of the examples in words, as the help has it.
#[test]
fn the_help_lists_the_examples_that_there_are() {
    let names = mcpgen::text::any_of(&mcpgen::spec::example_names()).replace('`', "");
    let mut cli = Cli::command();
    cli.build();
    for path in [&["new"][..], &["spec", "new"]] {
        let command = path.iter().try_fold(&cli, |command, name| command.find_subcommand(name)).unwrap();
        let option = command.get_arguments().find(|option| option.get_id() == "example").unwrap();
        let help = option.get_help().unwrap().to_string();
        assert_eq!(help, format!("A spec that comes with mcpgen: {names}"), "{path:?}");
    }
}

/// Whatever option the row of a command names, that command has.
#[test]
fn every_option_is_of_the_command_whose_row_names_it() {
    let mut cli = Cli::command();
    cli.build();
    let mut unknown = Vec::new();
    let mut seen = 0;
    for row in README.lines().filter_map(|line| line.strip_prefix("| `mcpgen ")) {
        let words = row.split('`').next().unwrap().split(' ');
        let mut command = &cli;
        for word in words {
            let Some(below) = command.find_subcommand(word) else { break };
            command = below;
        }
        let known: BTreeSet<&str> = command.get_arguments().filter_map(clap::Arg::get_long).collect();
        for option in row.split('`').filter_map(|cell| cell.strip_prefix("--")) {
            seen += 1;
            let option = option.split([' ', '=']).next().unwrap_or_default();
            if !known.contains(option) {
                unknown.push(format!("`{}` has no `--{option}`", command.get_name()));
            }
        }
    }
    assert!(unknown.is_empty() && seen > 10, "{unknown:?}, of {seen}");
}

/// Scripts know findings by their codes: the README has each, and no other.
#[test]
fn every_code_of_check_has_a_row_and_every_row_its_code() {
    const CHECK: &str = include_str!("../../src/commands/ports/check.rs");
    let (_, table) = README.split_once("\n| code |").unwrap();
    let (table, _) = table.split_once("\n\n").unwrap();
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).map(str::to_owned);
    // What is wrong with the registry alone has its codes there; what is wrong with the fleet, in the command itself.
    let own =
        CHECK.lines().filter_map(|line| line.strip_prefix("const ")?.split_once(": &str = \"")?.1.split('"').next());
    let own: BTreeSet<String> = own.map(str::to_owned).collect();
    assert!(own.len() == 4 && !CHECK.contains("code: \""), "a code that is no constant, or not counted: {own:?}");
    let all = Code::ALL.iter().map(|code| code.as_str().to_owned()).chain(own).collect();
    assert_eq!(rows.collect::<BTreeSet<_>>(), all);
}

/// Set to write the README's table of rules anew, after a rule has become another.
const UPDATE: &str = "MCPGEN_UPDATE_README";

/// What the table of rules begins with.
const RULES: &str = "| rule | name | severity | finds |\n|---|---|---|---|\n";

fn in_project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

#[test]
fn the_readme_has_a_row_for_every_rule() {
    let mut table = String::new();
    for rule in rules() {
        let _ = writeln!(table, "| `{}` | `{}` | {} | {} |", rule.id, rule.name, rule.severity, rule.summary);
    }
    let text = fs::read_to_string(in_project("README.md")).unwrap();
    let (before, rest) = text.split_once(RULES).unwrap();
    let rows = rest.split_inclusive('\n').take_while(|line| line.starts_with('|')).map(str::len).sum();
    let (found, after) = rest.split_at(rows);
    if std::env::var_os(UPDATE).is_some() {
        fs::write(in_project("README.md"), [before, RULES, &table, after].concat()).unwrap();
    } else {
        assert!(found == table, "the table of rules is not current\nhelp: run this test with {UPDATE}=1");
    }
}

/// What `mcpgen explain` prints, and what the table is made of.
#[test]
fn every_rule_says_what_it_finds_and_what_to_do() {
    let mut wrong = Vec::new();
    let mut last = 0;
    let mut names = BTreeSet::new();
    for rule in rules() {
        let number: Option<u32> = rule.id.strip_prefix("MCP").and_then(|digits| digits.parse().ok());
        let is_name =
            |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        let paragraphs: Vec<&str> = rule.docs.split("\n\n").collect();
        let ends = |paragraph: &&str| paragraph.trim_end().ends_with(['.', '`']);
        let says = [
            ("an id that is no number, or not in order", number.is_some_and(|number| number > last)),
            ("a name that others have, or that is none", names.insert(rule.name) && rule.name.split('-').all(is_name)),
            ("no summary of less than 100 characters", (1..100).contains(&rule.summary.chars().count())),
            (
                "a summary with a full stop or a bar",
                !rule.summary.ends_with('.') && !rule.summary.contains(['|', '\n']),
            ),
            ("docs of one paragraph", paragraphs.len() >= 2 && paragraphs.iter().all(|text| !text.trim().is_empty())),
            ("docs without sentences", paragraphs.iter().all(ends)),
        ];
        wrong.extend(says.iter().filter(|(_, is_so)| !is_so).map(|(what, _)| format!("{} has {what}", rule.id)));
        last = number.unwrap_or(last);
    }
    assert!(wrong.is_empty() && !names.is_empty(), "{}", wrong.join("\n"));
}

fn yaml(path: &str) -> Node {
    let text = fs::read_to_string(in_project(path)).unwrap();
    document::yaml(&text).unwrap_or_else(|why| panic!("{path}: {why:?}")).remove(0)
}

/// Whether the words of a shell that follow `mcpgen` are a command of it, with options that it has.
fn is_known(words: &[&str]) -> bool {
    let mut cli = Cli::command();
    cli.build();
    let mut command = &cli;
    let mut words = words.iter();
    let mut rest = Vec::new();
    for word in words.by_ref() {
        let Some(below) = command.find_subcommand(word) else {
            rest.push(*word);
            break;
        };
        command = below;
    }
    rest.extend(words.copied());
    let known: BTreeSet<&str> = command.get_arguments().filter_map(clap::Arg::get_long).collect();
    let is_known = |option: &str| known.contains(option);
    command.get_name() != "mcpgen"
        && rest.iter().filter_map(|word| word.strip_prefix("--")).all(|it| it.is_empty() || is_known(it))
}

#[test]
fn the_hooks_of_pre_commit_call_commands_that_there_are() {
    let hooks = yaml(".pre-commit-hooks.yaml");
    let words = |hook: &Node, key: &str| hook.get(key).and_then(Node::word).unwrap_or_default().to_owned();
    for hook in hooks.items() {
        let entry = words(hook, "entry");
        let entry: Vec<&str> = entry.split(' ').collect();
        assert!(entry[0] == "mcpgen" && is_known(&entry[1..]), "{entry:?}");
        assert_eq!(words(hook, "language"), "rust");
        assert!(README.contains(&format!("- id: {}", words(hook, "id"))), "{entry:?}");
    }
    assert_eq!(hooks.items().len(), 2);
    assert!(!is_known(&["chekc"]) && !is_known(&["check", "--bogus"]) && is_known(&["check", "--strict", "--"]));
}

#[test]
fn the_action_calls_commands_that_there_are_and_no_actions_of_others() {
    let action = yaml("action.yml");
    let steps = action.at(&["runs", "steps"]).unwrap().items();
    assert_eq!(steps.len(), 2);
    let mut calls = 0;
    for step in steps {
        assert!(step.get("uses").is_none(), "an action of somebody else");
        let script = step.get("run").and_then(Node::word).unwrap();
        assert!(!script.contains("${{"), "text of others in a script: {script}");
        for call in script.split("\"$mcpgen\" ").skip(1) {
            let words = call.lines().next().unwrap().split(' ').take_while(|word| *word != "--");
            assert!(is_known(&words.collect::<Vec<_>>()), "{call}");
            calls += 1;
        }
    }
    assert_eq!(calls, 2);
    for (name, input) in action.get("inputs").unwrap().entries() {
        let name = name.word().unwrap();
        assert!(
            input.get("description").is_some() && README.contains(&format!("`{name}`"))
                || README.contains(&format!("{name}:"))
        );
    }
}

/// Whatever command of mcpgen's a rule tells people to run, there is.
#[test]
fn every_command_that_a_rule_names_exists() {
    let mut cli = Cli::command();
    cli.build();
    let (mut seen, mut unknown) = (0, BTreeSet::new());
    let sources = walkdir::WalkDir::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/check")).into_iter();
    for entry in sources.map(Result::unwrap).filter(|entry| entry.path().extension().is_some_and(|end| end == "rs")) {
        let text = fs::read_to_string(entry.path()).unwrap();
        // Long texts go on in the next line.
        let lines: Vec<&str> = text.split("\\\n").map(str::trim_start).collect();
        for words in lines.concat().split("`mcpgen ").skip(1).map(|rest| rest.split('`').next().unwrap()) {
            let mut command = &cli;
            for word in words.split([' ', '…']) {
                let is_name = word.starts_with(|c: char| c.is_ascii_lowercase());
                match command.find_subcommand(word) {
                    Some(below) => command = below,
                    None if is_name && command.has_subcommands() => _ = unknown.insert(words.to_owned()),
                    None => {}
                }
                let option = word.strip_prefix("--").map(|option| option.split('=').next().unwrap_or_default());
                if option.is_some_and(|option| !command.get_arguments().any(|it| it.get_long() == Some(option))) {
                    unknown.insert(words.to_owned());
                }
            }
            seen += 1;
        }
    }
    assert!(unknown.is_empty() && seen > 50, "{unknown:?}, of {seen}");
}
