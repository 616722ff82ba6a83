//! Questions that get no answer.

use crate::check::finding::{Findings, Severity};
use crate::check::live::LiveView;
use crate::check::rule::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "MCP1001",
    name: "live-no-answer",
    severity: Severity::Error,
    summary: "a running server gives no answer, or one that is too slow, too long or no HTTP",
    docs: "`mcpgen check --live` waits five seconds for an answer, one minute for all of them, and reads 1 MiB of \
           each. A client gives up likewise.\n\nLook into the server's log; where it is overloaded or its limit of \
           requests a second is low, ask again when it has less to do.",
    check: Check::Live(check),
};

fn check(view: &LiveView<'_>, out: &mut Findings) {
    for (question, given) in &view.answers.given {
        if let Err(why) = given {
            let message = format!("{} is not answered: {why}", question.told());
            out.add(view.place(*question), message).help("the server's log may say why");
        }
    }
    if view.answers.is_cut_short {
        let message = "one minute was over before everything was asked: the answers come too slowly";
        out.add(view.at(""), message).help("ask again when the server has less to do");
    }
}
