//! A server in a folder of another name.

use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::view::ServerView;

pub static RULE: Rule = Rule {
    id: "MCP006",
    name: "misnamed-folder",
    severity: Severity::Error,
    summary: "a server's folder has another name than its spec gives it",
    docs: "The folder, the crate and the id in the registry are one name: that of the spec, with `_v2`. A folder that was \
           renamed, or a spec whose name was changed, breaks that.\n\nGive one of them the name of the other. To rename a \
           server that runs, make it under its new name with `mcpgen new NAME --spec FILE`, move your code over, and \
           release the old port with `mcpgen ports release NAME`.",
    check: Check::Server(check),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let Some(spec) = server.sound_spec().filter(|_| server.is_in_fleet) else { return };
    let expected = spec.server.name.crate_name();
    let is_copy = server.ids.contains(&expected);
    // A suffix that stands there twice, and a copy of a server that stands beside it, have rules of their own.
    if server.id == expected || is_copy || crate::name::fold(server.id).ends_with("_v2_v2") {
        return;
    }
    let message =
        format!("the spec in `{}` is of `{}`, whose folder would be `{expected}`", server.id, spec.server.name);
    out.add(server.files.place("server.toml"), message)
        .help(format!("rename the folder to `{expected}`, or give the spec its name back"));
}
