//! The README says what the program has, and nothing else.

use std::collections::BTreeSet;

use clap::CommandFactory as _;
use mcpgen::cli::Cli;

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

/// Whatever option the README names, some command has.
#[test]
fn every_option_exists() {
    let mut known = BTreeSet::from(["help".to_owned(), "version".to_owned()]);
    let mut cli = Cli::command();
    cli.build();
    let mut below = vec![cli];
    while let Some(command) = below.pop() {
        known.extend(command.get_arguments().filter_map(|argument| argument.get_long()).map(str::to_owned));
        below.extend(command.get_subcommands().cloned());
    }
    let mut cells = README.lines().filter(|line| line.starts_with("| `mcpgen ")).flat_map(|line| line.split('`'));
    let unknown: Vec<_> = cells
        .by_ref()
        .filter_map(|cell| cell.strip_prefix("--"))
        .filter(|cell| !known.contains(cell.split([' ', '=']).next().unwrap_or_default()))
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}
