//! Rules on code: that it can be read, that everything the spec says is wired, and that the base still serves it.

mod changed_model;
mod changed_schema;
mod missing_endpoint;
mod missing_metric;
mod miswired_entry;
mod undeclared_entry;
mod unparsable_code;
mod unreachable_module;
mod unregistered;
mod unwired_shutdown;
mod unwired_start;

use std::borrow::Cow;

use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::{Expr, ExprMethodCall, ExprStruct, Member};

use super::spec::stale;
use crate::check::rule::Rule;
use crate::check::rust::{self, Piece};
use crate::check::view::{FileView, ServerView, State};
use crate::name::FieldName;
use crate::spec::{Completion, Spec};

/// The rules of this family, in the order of their ids.
pub const RULES: &[&Rule] = &[
    &missing_endpoint::RULE,
    &unparsable_code::RULE,
    &unregistered::TOOL,
    &miswired_entry::RULE,
    &undeclared_entry::RULE,
    &changed_model::RULE,
    &unreachable_module::RULE,
    &unregistered::RESOURCE,
    &changed_schema::RULE,
    &missing_metric::RULE,
    &unwired_start::RULE,
    &unwired_shutdown::RULE,
    &unregistered::PROMPT,
    &unregistered::COMPLETION,
];

/// What an entry of `server.rs` offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Tool,
    Resource,
    Prompt,
    /// Of an argument of a resource or prompt, by code.
    Completion,
}

/// A tool, resource, prompt or completion as the spec has it.
struct Offer<'a> {
    kind: Kind,
    name: Cow<'a, str>,
    /// Of a completion, what it completes: names of several may be joined to one.
    completes: Option<(Cow<'a, str>, Cow<'a, str>)>,
    /// Whether it is a prompt without a function.
    is_data: bool,
}

/// A tool, resource, prompt or completion as `server.rs` registers it.
struct Entry<'a> {
    kind: Kind,
    name: String,
    /// Of a completion, what it completes: the name of a prompt or resource, and the argument as clients say it.
    completes: Option<(Cow<'a, str>, Cow<'a, str>)>,
    /// The name, as it stands there.
    span: Span,
    /// What answers: the last name of its path.
    function: Option<String>,
    /// `Tool { … }`, `Resource { … }`.
    item: Option<&'a ExprStruct>,
}

/// `server.rs` where somebody edited it, beside the spec.
struct Wiring<'v, 'f> {
    file: &'v FileView<'f>,
    spec: &'v Spec,
    entries: Vec<Entry<'v>>,
}

impl Kind {
    fn noun(self) -> &'static str {
        match self {
            Self::Tool => "tool",
            Self::Resource => "resource",
            Self::Prompt => "prompt",
            Self::Completion => "completion",
        }
    }
}

impl Offer<'_> {
    /// Whether an entry registers it, whatever it is answered by.
    fn is(&self, entry: &Entry<'_>) -> bool {
        (self.kind, self.name.as_ref(), &self.completes) == (entry.kind, entry.name.as_str(), &entry.completes)
    }

    /// The function of `CoreService` that answers; a prompt that is data needs none.
    fn function(&self) -> Option<String> {
        match self.kind {
            Kind::Tool => Some(self.name.to_string()),
            Kind::Resource => Some(format!("read_{}", self.name)),
            Kind::Prompt if self.is_data => None,
            Kind::Prompt => Some(format!("prompt_{}", self.name)),
            Kind::Completion => Some(format!("complete_{}", self.name)),
        }
    }

    /// The file that its function was rendered in.
    fn body_file(&self) -> String {
        match self.kind {
            Kind::Prompt => format!("src/services/prompts/{}.rs", self.name),
            _ => self.own_file(),
        }
    }

    /// A file that is rendered for it alone.
    fn own_file(&self) -> String {
        own_file(self.kind, &self.name)
    }

    /// Whether it was there when the server was rendered; where no record says, it is taken to have been.
    fn was_rendered(&self, server: &ServerView<'_>) -> bool {
        server.rendered().is_none_or(|record| record.files.contains_key(&self.own_file()))
    }
}

fn own_file(kind: Kind, name: &str) -> String {
    match kind {
        Kind::Tool => format!("src/services/tools/{name}.rs"),
        Kind::Resource => format!("src/services/resources/{name}.rs"),
        Kind::Prompt => format!("tests/data/prompts/{name}.json"),
        Kind::Completion => format!("src/services/completions/{name}.rs"),
    }
}

/// Everything that a spec offers.
fn offers(spec: &Spec) -> impl Iterator<Item = Offer<'_>> {
    fn of<'a>(kind: Kind, name: impl Into<Cow<'a, str>>) -> Offer<'a> {
        Offer { kind, name: name.into(), completes: None, is_data: false }
    }
    let tools = spec.tools.iter().map(|tool| of(Kind::Tool, tool.name.snake()));
    let resources = spec.resources.iter().map(|resource| of(Kind::Resource, resource.name.snake()));
    let prompts = spec.prompts.iter();
    let prompts = prompts.map(|it| Offer { is_data: it.is_data(), ..of(Kind::Prompt, it.name.snake()) });
    let completions = spec.completions().map(|it| Offer {
        completes: Some((it.owner.into(), it.argument.wire().into())),
        ..of(Kind::Completion, it.name())
    });
    tools.chain(resources).chain(prompts).chain(completions)
}

impl<'v, 'f> Wiring<'v, 'f> {
    fn of(server: &'v ServerView<'f>) -> Option<Self> {
        let spec = server.sound_spec()?;
        let file = server.files.get("src/server.rs").filter(|file| is_edited(file))?;
        Some(Self { file, spec, entries: entries(file.rust()?) })
    }

    fn has(&self, offer: &Offer<'_>) -> bool {
        self.entries.iter().any(|entry| offer.is(entry))
    }

    /// What the spec has that an entry must be, though it has another name: its function answers, and no other entry
    /// has that name.
    fn renamed(&self, entry: &Entry<'_>) -> Option<Offer<'v>> {
        offers(self.spec).find(|offer| {
            let is_answered_by = entry.function.is_some() && entry.function == offer.function();
            offer.kind == entry.kind && is_answered_by && !self.has(offer)
        })
    }

    /// Entries that the spec does not have.
    fn undeclared(&self) -> impl Iterator<Item = &Entry<'v>> {
        let is_known = |entry: &&Entry<'v>| offers(self.spec).any(|offer| offer.is(entry));
        self.entries.iter().filter(move |entry| !is_known(entry))
    }
}

/// Whether somebody may have changed what a file says, so that it is not what mcpgen once rendered. One that is empty has
/// a rule of its own.
fn is_edited(file: &FileView<'_>) -> bool {
    matches!(file.state, State::Edited | State::Users | State::Extra) && !file.text.trim().is_empty()
}

/// Whether what would be rendered now is what was rendered, so that a difference is somebody's edit.
fn is_fresh(server: &ServerView<'_>) -> bool {
    stale(server).is_none()
}

/// What `server.rs` registers.
fn entries(file: &syn::File) -> Vec<Entry<'_>> {
    let mut entries = Vec::new();
    rust::live(file, &mut |piece| {
        if let Piece::Method(call) = piece {
            entries.extend(entry(call));
        }
    });
    entries
}

fn entry(call: &ExprMethodCall) -> Option<Entry<'_>> {
    let argument = call.args.first()?;
    if call.method == "prompt" || call.method == "prompt_from" {
        let name = rust::text_of(argument)?;
        let function = call.args.get(1).and_then(wrapped);
        let span = argument.span();
        return Some(Entry { kind: Kind::Prompt, name, completes: None, span, function, item: None });
    }
    if let Some(noun) = completed(call) {
        let (owner, of) = (rust::text_of(argument)?, call.args.get(1)?);
        let argument = FieldName::parse(&rust::text_of(of)?).ok()?;
        let name = Completion { noun, owner: &owner, argument: &argument }.name();
        let completes = Some((owner.into(), argument.wire().to_owned().into()));
        let function = call.args.get(2).and_then(wrapped);
        return Some(Entry { kind: Kind::Completion, name, completes, span: of.span(), function, item: None });
    }
    let (kind, by) = match call.method.to_string().as_str() {
        "tool" => (Kind::Tool, "call"),
        "resource" => (Kind::Resource, "read"),
        _ => return None,
    };
    let Expr::Struct(item) = argument else { return None };
    let name = field(item, "name")?;
    let function = field(item, by).and_then(wrapped);
    let span = name.span();
    Some(Entry { kind, name: rust::text_of(name)?, completes: None, span, function, item: Some(item) })
}

/// What has the argument that a call of this name completes.
fn completed(call: &ExprMethodCall) -> Option<&'static str> {
    ["prompt", "resource"].into_iter().find(|noun| call.method == format!("complete_{noun}"))
}

/// The function in `call(CoreService::a)`, `read(…)`, `prompt(…)` and `complete(…)`.
fn wrapped(expr: &Expr) -> Option<String> {
    let Expr::Call(call) = expr else { return None };
    call.args.first().and_then(rust::path_of).and_then(|path| path.last().cloned())
}

/// The value of a field of `Tool { … }`.
fn field<'a>(item: &'a ExprStruct, name: &str) -> Option<&'a Expr> {
    let is_named = |member: &Member| matches!(member, Member::Named(ident) if ident == name);
    item.fields.iter().find(|field| is_named(&field.member)).map(|field| &field.expr)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_read_from_calls_that_run() {
        let text = r#"fn server() {
            server.tool(Tool { name: "a", cache: CacheClass::None, call: call(CoreService::b) });
            server.resource(Resource { name: "r", read: read(CoreService::read_r) });
            server.prompt("p");
            server.prompt_from("b", prompt(CoreService::prompt_b));
            server.complete_prompt("b", "isoCode", complete(CoreService::complete_prompt_b_iso_code));
            server.complete_resource("r", "id", complete(CoreService::other));
            #[cfg(any())]
            server.prompt("q");
            // server.prompt("s");
        }"#;
        let file = syn::parse_file(text).unwrap();
        let found: Vec<_> = entries(&file).into_iter().map(|entry| (entry.kind, entry.name, entry.function)).collect();
        let expected = [
            (Kind::Tool, "a", Some("b")),
            (Kind::Resource, "r", Some("read_r")),
            (Kind::Prompt, "p", None),
            (Kind::Prompt, "b", Some("prompt_b")),
            (Kind::Completion, "prompt_b_iso_code", Some("complete_prompt_b_iso_code")),
            (Kind::Completion, "resource_r_id", Some("other")),
        ];
        let expected = expected.map(|(kind, name, function)| (kind, name.to_owned(), function.map(str::to_owned)));
        assert_eq!(found, expected);
    }

    #[test]
    fn completions_are_told_apart_by_what_they_complete() {
        let text = r#"
            server = { name = "shop", description = "Sells" }
            [prompts.a_b]
            description = "Asks"
            arguments = { cD = { complete = "code" } }
            messages = [{ text = "{cD}" }]
        "#;
        let spec = crate::spec::read(text, "server.toml").unwrap();
        let offer = offers(&spec).find(|offer| offer.kind == Kind::Completion).unwrap();
        for (call, is_it) in [
            ("complete_prompt(\"a_b\", \"cD\")", true),
            ("complete_prompt(\"a_b\", \"c_d\")", false),
            ("complete_prompt(\"a\", \"b_c_d\")", false),
            ("complete_resource(\"a_b\", \"cD\")", false),
        ] {
            let file = syn::parse_file(&format!("fn server() {{ server.{call}; }}")).unwrap();
            assert_eq!(offer.is(&entries(&file)[0]), is_it, "{call}");
        }
    }
}
