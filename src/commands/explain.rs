//! `mcpgen explain`: what a rule of `check` finds, why, and what to do about it.

use std::fmt::Write as _;

use anyhow::{Result, anyhow};

use super::Output;
use crate::check::{Rule, by_selector, near, rules};
use crate::cli::ExplainArgs;
use crate::excerpt::width;
use crate::text::quote;

/// The columns that a text is wrapped to: what reads well, however wide the terminal is.
const WIDEST: usize = 100;

/// Runs `mcpgen explain`.
///
/// # Errors
///
/// When there is no such rule.
pub fn run(args: &ExplainArgs) -> Result<Output> {
    let Some(wanted) = &args.rule else {
        let stderr = "next: `mcpgen explain RULE` says more of one, by its id or name\n".to_owned();
        return Ok(Output { stdout: list(), stderr, code: 0 });
    };
    let rule = by_selector(wanted).ok_or_else(|| {
        let help = match near(wanted) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`mcpgen explain` lists them".to_owned(),
        };
        anyhow!("there is no rule {}\n  help: {help}", quote(wanted))
    })?;
    Ok(Output { stdout: explanation(rule), ..Output::default() })
}

/// All rules, by family.
fn list() -> String {
    let longest = rules().map(|rule| rule.name.len()).max().unwrap_or_default();
    let mut out = String::new();
    let mut family = "";
    for rule in rules() {
        if rule.family() != family {
            let blank = if family.is_empty() { "" } else { "\n" };
            family = rule.family();
            let _ = writeln!(out, "{blank}{family}");
        }
        let (severity, name) = (rule.severity.as_str(), rule.name);
        let _ = writeln!(out, "  {:7}  {severity:7}  {name:longest$}  {}", rule.id, rule.summary);
    }
    out
}

fn explanation(rule: &Rule) -> String {
    let mut out = format!("{} {}\n", rule.id, rule.name);
    let title = format!("{} of the family \"{}\": {}", rule.severity, rule.family(), rule.summary);
    for paragraph in std::iter::once(title.as_str()).chain(rule.docs.split("\n\n")) {
        let _ = writeln!(out, "\n{}", wrapped(paragraph));
    }
    out
}

/// A paragraph in lines of [`WIDEST`] columns; code stays in one line, and so does what is a line of its own.
fn wrapped(paragraph: &str) -> String {
    let lines = paragraph.lines().map(|line| {
        if line.starts_with("    ") || line.starts_with("```") {
            return line.to_owned();
        }
        let mut out = String::new();
        let mut column = 0;
        for word in words(line) {
            let wide = width(word);
            if column > 0 && column + 1 + wide > WIDEST {
                out.push('\n');
                column = 0;
            }
            if column > 0 {
                out.push(' ');
                column += 1;
            }
            out.push_str(word);
            column += wide;
        }
        out
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// What a line may be broken between: its words, a piece of code being one.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let mut in_code = false;
    let ends = move |c: char| {
        in_code ^= c == '`';
        c == ' ' && !in_code
    };
    line.split(ends).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{WIDEST, width, wrapped};

    #[test]
    fn lines_are_wrapped_between_words_and_not_within_code() {
        let text = format!("{} `one piece of code that is in one line` and the rest", "word ".repeat(17));
        let shown = wrapped(&text);
        assert_eq!(shown.lines().count(), 2, "{shown}");
        assert!(shown.lines().all(|line| width(line) <= WIDEST && line.trim() == line), "{shown}");
        assert!(shown.lines().nth(1).unwrap().starts_with("`one piece of code that is in one line`"), "{shown}");
        assert_eq!(wrapped("    a   b"), "    a   b");
    }
}
