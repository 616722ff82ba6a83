//! What `new` and `init` say: to people, and as JSON.
//!
//! Knows the wording. Decides nothing.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::Output;
use super::intent::{Intent, NewServer};
use crate::cli::{InitArgs, NewArgs};
use crate::text;
use crate::tree::Owner;

/// The version of the JSON.
const VERSION: u32 = 1;

/// The report of `mcpgen new`.
pub fn new(intent: &Intent, args: &NewArgs) -> Output {
    let Some(server) = &intent.server else { return Output::default() };
    if args.json {
        return Output { stdout: json_text(&as_json(intent, args.dry_run)), ..Output::default() };
    }
    let mut talk = opening(intent, args.dry_run);
    let id = &server.context.crate_name;
    let verb = if args.dry_run { "would make" } else { "made" };
    let _ = writeln!(
        talk,
        "{verb} `{id}` in `{}`, on port {}, with {}",
        intent.folder.join(id).display(),
        server.context.port,
        tools(server)
    );
    if args.dry_run {
        return Output { stdout: listing(intent), stderr: talk, code: 0 };
    }
    talk.push_str(&next_steps(intent, server));
    Output { stderr: talk, ..Output::default() }
}

/// The report of `mcpgen init`.
pub fn init(intent: &Intent, args: &InitArgs) -> Output {
    if args.json {
        return Output { stdout: json_text(&as_json(intent, args.dry_run)), ..Output::default() };
    }
    let mut talk = opening(intent, args.dry_run);
    if args.dry_run {
        return Output { stdout: listing(intent), stderr: talk, code: 0 };
    }
    let _ = writeln!(talk, "\nnext:\n  cd {}\n  mcpgen new hello --example hello", intent.folder.display());
    Output { stderr: talk, ..Output::default() }
}

fn opening(intent: &Intent, is_dry_run: bool) -> String {
    let mut talk = String::new();
    if intent.is_new_fleet {
        let verb = if is_dry_run { "would make" } else { "made" };
        let _ = writeln!(talk, "{verb} a fleet in `{}`", intent.folder.display());
    }
    for remark in &intent.remarks {
        let _ = writeln!(talk, "note: {remark}");
    }
    talk
}

fn tools(server: &NewServer) -> String {
    let all = text::count(server.context.tools.len(), "tool");
    match unwritten(server).len() {
        0 => all,
        open => format!("{all}; {} to be written by you", text::count(open, "body")),
    }
}

/// The bodies that the user writes, as paths below the fleet.
fn unwritten(server: &NewServer) -> Vec<String> {
    let context = &server.context;
    let tools = context.tools.iter().map(|tool| ("tools", &tool.name, tool.body));
    let resources = context.resources.iter().map(|resource| ("resources", &resource.name, resource.body));
    let prompts = context.prompts.iter().map(|prompt| ("prompts", &prompt.name, prompt.body));
    let completions = context.completions.iter().map(|completion| ("completions", &completion.name, "code"));
    let all = tools.chain(resources).chain(prompts).chain(completions);
    let unwritten = all.filter(|(_, _, body)| *body == "code");
    unwritten.map(|(kind, name, _)| format!("{}/src/services/{kind}/{name}.rs", context.crate_name)).collect()
}

fn next_steps(intent: &Intent, server: &NewServer) -> String {
    let id = &server.context.crate_name;
    let mut out = String::from("\nnext:\n");
    if std::env::current_dir().is_ok_and(|here| here != intent.folder) {
        let _ = writeln!(out, "  cd {}", intent.folder.display());
    }
    let _ = writeln!(out, "  cargo build --locked -p {id}\n  cargo test --locked -p {id}");
    let values = &server.context.run_prefix;
    let _ = writeln!(out, "  {values}cargo run --locked -p {id}");
    for path in unwritten(server) {
        let _ = writeln!(out, "to be written: `{path}`");
    }
    out
}

/// A line for each file: what happens to it, its owner, its path.
fn listing(intent: &Intent) -> String {
    let mut out = String::new();
    let server = intent.server.iter().flat_map(|server| server.tree.iter());
    for (path, file) in intent.files.iter().chain(server) {
        let exists = intent.folder.join(path.as_str()).exists();
        let change = if exists { "update" } else { "create" };
        let _ = writeln!(out, "{change}  {:6}  {path}", file.owner.as_str());
    }
    for path in copies(intent) {
        let _ = writeln!(out, "create  {:6}  {path}", Owner::Seeded.as_str());
    }
    out
}

/// The files that the spec names, below the fleet's folder.
fn copies(intent: &Intent) -> impl Iterator<Item = String> {
    intent
        .server
        .iter()
        .flat_map(|server| server.copies.iter().map(|(path, _)| format!("{}/{path}", server.context.crate_name)))
}

fn as_json(intent: &Intent, is_dry_run: bool) -> Value {
    let server = intent.server.iter().flat_map(|server| server.tree.iter());
    let rendered = intent.files.iter().chain(server).map(|(path, file)| json!({ "path": path, "owner": file.owner }));
    let copied = copies(intent).map(|path| json!({ "path": path, "owner": Owner::Seeded }));
    let files: Vec<Value> = rendered.chain(copied).collect();
    json!({
        "version": VERSION,
        "dry_run": is_dry_run,
        "fleet": { "folder": intent.folder, "created": intent.is_new_fleet, "registry": intent.registry.to_string() },
        "server": intent.server.as_ref().map(|server| json!({
            "name": server.spec.server.name.snake(),
            "id": server.context.crate_name,
            "folder": intent.folder.join(&server.context.crate_name),
            "port": server.allocation.port,
            "range": server.allocation.range,
            "tools": server.context.tools.iter().map(|tool| json!({ "name": tool.name, "body": tool.body })).collect::<Vec<_>>(),
            "resources": server.context.resources.iter()
                .map(|resource| json!({ "name": resource.name, "body": resource.body }))
                .collect::<Vec<_>>(),
            "settings": server.context.settings.iter()
                .map(|setting| json!({ "env": setting.env, "required": setting.required, "secret": setting.secret }))
                .collect::<Vec<_>>(),
        })),
        "files": files,
        "remarks": intent.remarks,
    })
}

fn json_text(value: &Value) -> String {
    serde_json::to_string_pretty(value).map_or_else(|_| String::new(), |text| text + "\n")
}
