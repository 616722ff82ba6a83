//! `[tools.*]`.

use std::ops::Range;

use serde_json::{Map, Value as Json};

use super::claims::Space;
use super::placeholders::Use;
use super::scope::Scope;
use super::{Check, Given, golden, respond, trimmed};
use crate::name::{FieldName, ToolName};
use crate::spec::node::{Entry, Table};
use crate::spec::types::{Ability, Body, Cache, Field, Hints, Presence, TaskSupport, Template, Tool, ToolAnswer, Type};
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
    pub(super) fn tools(&self, document: &'d Table<'d>, given: Given<'_>) -> Vec<Tool> {
        let entries = document.entries_of("tools");
        entries.iter().filter_map(|entry| self.tool(entry, given)).collect()
    }

    fn tool(&self, entry: &'d Entry<'d>, given: Given<'_>) -> Option<Tool> {
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
        self.headers_of_arguments(table, &input);
        let input_schema = table.entry("input_schema").map(|entry| self.input_schema(entry, table));
        let taken = input_schema.as_ref().map(raw_arguments);
        let scope = match &taken {
            Some(taken) => Scope::of_fields(taken, given.settings, what).untyped(),
            None => Scope::of_fields(&input, given.settings, what),
        };
        let body = self.tool_body(table, scope, given, &output);
        let hints = self.hints(table);
        let cache = self.cache(table, hints);
        self.cached_steps(table, cache, &body);
        Some(Tool {
            name,
            title: trimmed(table, "title"),
            description: trimmed(table, "description").unwrap_or_default(),
            hints,
            cache,
            input,
            output,
            input_schema,
            pagination,
            scopes: self.scopes(table),
            task: table.text("task").map(|(word, _)| match word {
                "required" => TaskSupport::Required,
                _ => TaskSupport::Optional,
            }),
            requires: self.requires(table),
            extras: self.extras(table),
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

    fn tool_body(
        &self,
        table: &'d Table<'d>,
        scope: Scope<'_>,
        given: Given<'_>,
        output: &[Field],
    ) -> Body<ToolAnswer> {
        let (request, respond) = (table.entry("request"), table.entry("respond"));
        if let (Some(_), Some(respond)) = (request, respond) {
            let message = "`request` and `respond` are two answers to one call";
            self.say(&respond.at, message, "keep one of them");
        }
        let request = request.and_then(|entry| self.request(entry, &scope, given.upstream));
        let respond = respond.and_then(|entry| self.respond(&entry.node, scope, given, output));
        match (request, respond) {
            (Some(request), _) => Body::Request(request),
            (None, Some(respond)) => Body::Respond(respond),
            (None, None) => Body::Code,
        }
    }

    /// A schema instead of `input`: what would add to that has nothing to add to.
    fn input_schema(&self, entry: &Entry<'_>, table: &Table<'_>) -> Map<String, Json> {
        for key in ["input", "pagination"] {
            if let Some(other) = table.entry(key) {
                let message = format!("`{key}` and `input_schema` are two inputs of one tool");
                self.say(&other.at, message, "keep one of them");
            }
        }
        self.raw_schema(entry)
    }

    /// Arguments that clients repeat in headers: single values, each in a header of its own.
    fn headers_of_arguments(&self, table: &Table<'_>, input: &[Field]) {
        let mut seen: Vec<String> = Vec::new();
        for (entry, field) in table.entries_of("input").iter().zip(input) {
            let (Some(header), Some(node)) =
                (&field.header, entry.node.as_table().and_then(|table| table.node("header")))
            else {
                continue;
            };
            if let Err(why) = super::request::header_name(header) {
                let message = format!("the header {} {why}", quote(header));
                self.say(&node.span, message, "write the end of a name, such as `Region`");
            }
            if seen.contains(&header.to_ascii_lowercase()) {
                let message = format!("the header {} repeats two arguments", quote(header));
                self.say(&node.span, message, "capitals make no difference: rename one");
            }
            seen.push(header.to_ascii_lowercase());
            if !matches!(field.ty, Type::String { .. } | Type::Enum { .. } | Type::Integer { .. } | Type::Boolean) {
                let message = format!("a header cannot repeat {}", quote(field.name.wire()));
                self.say(&node.span, message, "only strings, integers and booleans can be in a header");
            }
        }
    }

    fn requires(&self, table: &Table<'_>) -> Vec<Ability> {
        let mut abilities = Vec::new();
        if let (Some(entry), Some(_)) = (table.entry("requires"), table.entry("request")) {
            self.say(&entry.at, "a call of the upstream asks nothing of a client", "remove `requires`");
        }
        for node in table.items_of("requires") {
            let Some(word) = node.as_text() else { continue };
            let ability = match word {
                "sampling" => Ability::Sampling,
                "roots" => Ability::Roots,
                _ => Ability::Elicitation,
            };
            if ability != Ability::Elicitation {
                self.uses_deprecated_at(word, "requires", &node.span);
            }
            if abilities.contains(&ability) {
                self.say(&node.span, format!("{} is listed twice", quote(word)), "remove one");
            }
            abilities.push(ability);
        }
        abilities
    }

    fn cached_steps(&self, table: &Table<'_>, cache: Cache, body: &Body<ToolAnswer>) {
        let skipped = respond::skipped_by_a_cache(body.steps()).filter(|_| cache != Cache::None);
        if let (Some(step), Some(node)) = (skipped, table.node("cache")) {
            let message = format!("a step has `{step}`, and a cached answer would be given without it");
            self.say(&node.span, message, "remove `cache`, or the step");
        }
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
        let cache = self.cache_class(table, "cache");
        let changes = hints.read_only == Some(false) || hints.destructive == Some(true);
        if let (Some(node), true) = (table.node("cache"), cache != Cache::None && changes) {
            let message = "the tool says that it changes something, and a cached answer would skip the change";
            self.say(&node.span, message, "remove `cache`, or say `read_only = true`");
        }
        cache
    }

    /// For how long something may be reused.
    pub(super) fn cache_class(&self, table: &Table<'_>, key: &str) -> Cache {
        let Some((text, span)) = table.text(key) else { return Cache::None };
        cache_named(text).unwrap_or_else(|| {
            let message = format!("{} is not a time for which an answer may be reused", quote(text));
            let help = "it can be `none`, `short`, `medium`, `long`, or a time such as `90s`, `10m` or `2h`";
            self.say(&span, message, help);
            Cache::None
        })
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
        header: None,
    }
}

/// What a schema says of its properties, as far as placeholders need it.
fn raw_arguments(schema: &Map<String, Json>) -> Vec<Field> {
    let required: Vec<&str> =
        schema.get("required").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str).collect();
    let field = |name: FieldName| {
        let is_required = required.contains(&name.wire());
        let presence = if is_required { Presence::Required } else { Presence::Optional };
        let ty = Type::String { min_length: None, max_length: None, pattern: None, format: None };
        Field { name, description: None, example: None, presence, ty, header: None }
    };
    super::forms::properties(schema).into_iter().map(field).collect()
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
