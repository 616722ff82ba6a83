//! `mcpgen explain`: what a rule of `check` finds, why, and what to do about it.

use std::fmt::Write as _;

use anyhow::{Result, anyhow};

use super::Output;
use crate::check::{by_selector, rules};
use crate::cli::ExplainArgs;
use crate::text::{nearest, quote};

/// Runs `mcpgen explain`.
///
/// # Errors
///
/// When there is no such rule.
pub fn run(args: &ExplainArgs) -> Result<Output> {
    let Some(wanted) = &args.rule else {
        let width = rules().map(|rule| rule.name.len()).max().unwrap_or_default();
        let mut out = String::new();
        for rule in rules() {
            let _ =
                writeln!(out, "{:7}  {:width$}  {:7}  {}", rule.id, rule.name, rule.severity.as_str(), rule.summary);
        }
        return Ok(Output { stdout: out, ..Output::default() });
    };
    let rule = by_selector(wanted).ok_or_else(|| {
        let known = rules().flat_map(|rule| [rule.id, rule.name]);
        let help = match nearest(wanted, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`mcpgen explain` lists them".to_owned(),
        };
        anyhow!("there is no rule {}\n  help: {help}", quote(wanted))
    })?;
    let mut out = format!("# {} {} ({})\n\nFinds: {}.\n", rule.id, rule.name, rule.severity, rule.summary);
    for paragraph in rule.docs.split("\n\n") {
        let _ = writeln!(out, "\n{paragraph}");
    }
    Ok(Output { stdout: out, ..Output::default() })
}
