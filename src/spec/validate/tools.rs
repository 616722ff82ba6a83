//! `[tools.*]`.

use std::ops::Range;

use super::claims::Space;
use super::placeholders::{Scope, Use};
use super::{Check, golden, trimmed};
use crate::name::{FieldName, ToolName};
use crate::spec::node::{Entry, Table};
use crate::spec::types::{Body, Cache, Field, Hints, Presence, Respond, Setting, Template, Tool, Type, Upstream};
use crate::text::quote;

/// Names that a tool may not have, and why.
const RESERVED: &[(&[&str], &str)] = &[
    (&["get_status", "list_capabilities"], "every server has that tool already"),
    (
        &["new", "clone", "default", "drop", "from", "into"],
        "the generated code needs a function of that name for itself",
    ),
    (
        &["tools", "core_service", "resources", "prompts", "server", "models", "main", "lib", "services", "common"],
        "the generated code needs a module of that name for itself",
    ),
    (&["con", "prn", "aux", "nul"], "Windows refuses files of that name"),
];

impl<'d> Check<'d> {
    pub(super) fn tools(
        &self,
        document: &'d Table<'d>,
        settings: &[Setting],
        upstream: Option<&Upstream>,
    ) -> Vec<Tool> {
        let entries = document.entries_of("tools");
        entries.iter().filter_map(|entry| self.tool(entry, settings, upstream)).collect()
    }

    fn tool(&self, entry: &'d Entry<'d>, settings: &[Setting], upstream: Option<&Upstream>) -> Option<Tool> {
        let table = entry.node.as_table()?;
        let name = self.callable_name(entry, "tool");
        let what = format!("the tool {}", quote(&entry.key));
        self.claim_tool(&name, &what, &entry.at);
        let pascal = name.pascal();
        let mut input =
            self.fields(table.entries_of("input"), &format!("{pascal}Input"), &format!("the input of {what}"));
        let output =
            self.fields(table.entries_of("output"), &format!("{pascal}Output"), &format!("the output of {what}"));
        let pagination = table.flag("pagination").unwrap_or(false);
        if pagination {
            self.paginate(&mut input, table);
        }
        let scope = Scope::of_fields(&input, settings, what);
        let body = self.tool_body(table, &scope, upstream);
        let hints = self.hints(table);
        let cache = self.cache(table, hints);
        Some(Tool {
            name,
            title: trimmed(table, "title"),
            description: trimmed(table, "description").unwrap_or_default(),
            hints,
            cache,
            input,
            output,
            pagination,
            scopes: self.scopes(table),
            body,
        })
    }

    /// The name of a tool, resource or prompt.
    pub(super) fn callable_name(&self, entry: &Entry<'_>, what: &str) -> ToolName {
        let name = ToolName::parse(&entry.key).unwrap_or_else(|error| {
            self.bad_name(what, entry, &error);
            ToolName::trusted(&entry.key)
        });
        let device = ["com", "lpt"].iter().any(|device| {
            name.snake().strip_prefix(device).is_some_and(|rest| rest.len() == 1 && rest.parse::<u8>().is_ok())
        });
        let reason = RESERVED.iter().find(|(names, _)| names.contains(&name.snake())).map(|(_, reason)| *reason);
        let reason = reason.or_else(|| device.then_some("Windows refuses files of that name"));
        if let (Some(reason), "tool") = (reason, what) {
            let message = format!("a tool cannot be named {}: {reason}", quote(&entry.key));
            self.say(&entry.at, message, "choose another name");
        }
        name
    }

    /// The names that a tool takes in the generated code.
    pub(super) fn claim_tool(&self, name: &ToolName, what: &str, span: &Range<usize>) {
        if self.claim(Space::Function, name.snake(), what, span) {
            let claim = |part: &str| {
                let of_what = format!("the {} of {what}", part.to_lowercase());
                self.claim(Space::Type, &format!("{}{part}", name.pascal()), &of_what, span)
            };
            let _ = claim("Input") && claim("Output");
        }
    }

    fn paginate(&self, input: &mut Vec<Field>, table: &Table<'_>) {
        for entry in table.entries_of("input") {
            let folded = FieldName::parse(&entry.key).map(|name| name.snake().to_owned()).unwrap_or_default();
            if matches!(folded.as_str(), "page" | "page_size") {
                let message = format!("`pagination = true` adds the argument `{folded}` already");
                self.say(&entry.at, message, "remove it here, or remove `pagination`");
            }
        }
        input.extend([
            page("page", "The page to return, from 1", None, 1),
            page("page_size", "How many items a page has", Some(1_000), 100),
        ]);
    }

    fn tool_body(&self, table: &'d Table<'d>, scope: &Scope<'_>, upstream: Option<&Upstream>) -> Body {
        let (request, respond) = (table.entry("request"), table.entry("respond"));
        if let (Some(_), Some(respond)) = (request, respond) {
            let message = "`request` and `respond` are two answers to one call";
            self.say(&respond.at, message, "keep one of them");
        }
        let respond = respond.and_then(|entry| entry.node.as_table()).map(|table| self.respond(table, scope));
        let request = request.and_then(|entry| self.request(entry, scope, upstream));
        match (request, respond) {
            (Some(request), _) => Body::Request(request),
            (None, Some(respond)) => Body::Respond(respond),
            (None, None) => Body::Code,
        }
    }

    fn respond(&self, table: &Table<'_>, scope: &Scope<'_>) -> Respond {
        Respond { text: self.text_of(table, scope), is_error: table.flag("is_error").unwrap_or(false) }
    }

    /// The template under `text`.
    pub(super) fn text_of(&self, table: &Table<'_>, scope: &Scope<'_>) -> Template {
        let text = table.text("text");
        text.map_or(Template { parts: Vec::new() }, |(text, span)| self.template(text, &span, scope, Use::Text))
    }

    fn hints(&self, table: &Table<'_>) -> Hints {
        let hints = Hints {
            read_only: table.flag("read_only"),
            destructive: table.flag("destructive"),
            idempotent: table.flag("idempotent"),
            open_world: table.flag("open_world"),
        };
        if let (Some(true), Some(true), Some(entry)) = (hints.read_only, hints.destructive, table.entry("destructive"))
        {
            self.say(&entry.at, "a tool that is `read_only` cannot be `destructive`", "remove one of them");
        }
        hints
    }

    /// A cached answer means that the call is not made: fine unless the spec says that the call changes something.
    fn cache(&self, table: &Table<'_>, hints: Hints) -> Cache {
        let Some(node) = table.node("cache") else { return Cache::None };
        let Some(text) = node.as_text() else { return Cache::None };
        let cache = cache_named(text).unwrap_or_else(|| {
            let message = format!("{} is not a time for which an answer may be reused", quote(text));
            let help = "it can be `none`, `short`, `medium`, `long`, or a time such as `90s`, `10m` or `2h`";
            self.say(&node.span, message, help);
            Cache::None
        });
        let changes = hints.read_only == Some(false) || hints.destructive == Some(true);
        if cache != Cache::None && changes {
            let message = "the tool says that it changes something, and a cached answer would skip the change";
            self.say(&node.span, message, "remove `cache`, or say `read_only = true`");
        }
        cache
    }
}

fn cache_named(text: &str) -> Option<Cache> {
    match text {
        "none" => return Some(Cache::None),
        "short" => return Some(Cache::Short),
        "medium" => return Some(Cache::Medium),
        "long" => return Some(Cache::Long),
        _ => {}
    }
    let unit = text.chars().last()?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        _ => return None,
    };
    let number = &text[..text.len() - 1];
    let number: u32 = number.bytes().all(|b| b.is_ascii_digit()).then(|| number.parse().ok())??;
    number.checked_mul(seconds).filter(|seconds| *seconds > 0).map(Cache::Seconds)
}

fn page(name: &str, description: &str, maximum: Option<i64>, default: i64) -> Field {
    Field {
        name: FieldName::trusted(name),
        description: Some(description.to_owned()),
        example: None,
        presence: Presence::Default(default.into()),
        ty: Type::Integer { minimum: Some(1), maximum },
    }
}

impl Check<'_> {
    /// The tool of a spec that has none.
    pub(super) fn golden(&self, document: &Table<'_>) -> Tool {
        let span = document.entry("server").map_or(0..0, |entry| entry.at.clone());
        let tool = golden::tool();
        self.claim_tool(&tool.name, "the tool `process_request`, which a spec without tools gets,", &span);
        tool
    }
}
