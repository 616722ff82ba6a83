//! The README says what the program has, and nothing else.

use std::collections::BTreeSet;

use clap::CommandFactory as _;
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
