//! A server of another version than the one in the repository.

use super::data;
use crate::check::finding::{Findings, Severity};
use crate::check::live::{LiveView, Question};
use crate::check::rule::{Check, Rule};
use crate::text::quote;

pub static RULE: Rule = Rule {
    id: "MCP1006",
    name: "live-version",
    severity: Severity::Warning,
    summary: "another version runs than the one in `Cargo.toml`",
    docs: "`version` of `/info` is the version of the server's crate. Where another one runs than the repository has, \
           other findings may be due to that.\n\nDeploy the version of the repository, or check from the commit that \
           is deployed.",
    check: Check::Live(check),
};

fn check(view: &LiveView<'_>, out: &mut Findings) {
    let (Some(data), Some(wanted)) = (data(view, Question::Info), view.expected.and_then(|it| it.version)) else {
        return;
    };
    if let Some(version) = data["version"].as_str()
        && version != wanted
    {
        let message = format!("version {} runs, and `Cargo.toml` has {}", quote(version), quote(wanted));
        let help = "deploy what is in the repository, or check from the commit that is deployed";
        out.add(view.place(Question::Info), message).help(help);
    }
}
