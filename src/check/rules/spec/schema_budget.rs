//! A list of tools that is larger than somebody decided.

use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::view::ServerView;

pub static RULE: Rule = Rule {
    id: "MCP211",
    name: "schema-budget",
    severity: Severity::Error,
    summary: "`tools/list` of a server has more bytes than its spec or the fleet allows",
    docs: "A model reads the name, description and schemas of every tool before the first call, and again with every \
           conversation: what tools say costs context and money, and makes it harder to choose the right one. \
           `schema_budget_bytes` in `[server]`, or for all servers in `mcpgen.toml`, is the most that the list may have; \
           without either there is no limit.\n\n`mcpgen spec check` says how large the list is and which tools are the \
           largest. Shorten descriptions, leave out what no caller needs, split the server, or raise the budget.",
    check: Check::Server(check),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let (Some(spec), Some(list)) = (server.sound_spec(), &server.tools_list) else { return };
    let Some(file) = server.files.get("server.toml") else { return };
    if let Some(over) = list.over(spec.server.schema_budget_bytes, server.schema_budget, file.document()) {
        out.add(file.bytes(over.span), over.message).help(over.help);
    }
}
