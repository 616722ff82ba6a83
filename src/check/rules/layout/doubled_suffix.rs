//! A server that carries its generation twice.

use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::view::ServerView;

pub static RULE: Rule = Rule {
    id: "MCP004",
    name: "doubled-suffix",
    severity: Severity::Error,
    summary: "a server's folder ends with `_v2_v2`",
    docs: "A server's folder, crate and id are its name and `_v2`, once. A suffix that stands there twice is what a script \
           leaves that adds it to whatever it finds; ports, images and dashboards then go by two names.\n\nRename the \
           folder and the crate, and release the port of the wrong name: `mcpgen ports release NAME`.",
    check: Check::Server(check),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let id = crate::name::fold(server.id);
    if let Some(name) = id.strip_suffix("_v2").filter(|name| name.ends_with("_v2")) {
        let message = format!("the folder `{}` has the suffix twice", server.id);
        out.add(server.files.place(""), message).help(format!("rename it to `{name}`"));
    }
}
