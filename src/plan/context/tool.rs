//! Tools, resources, prompts and completions as their templates see them.

use serde_json::Value;

use super::words::{in_code, kind};
use super::{ArgumentContext, CompletionContext, Imports, PromptContext, RequestContext, ResourceContext, ToolContext};
use crate::escape;
use crate::plan::code::Input;
use crate::plan::{code, models, respond, sample, schema};
use crate::spec::{
    Body, Cache, CacheBackend, Completion, Contents, Field, NamedType, Presence, Prompt, PromptArgument, PromptBody,
    Question, Request, Resource, Respond, Spec, TaskSupport, Tool, ToolAnswer,
};

/// A tool.
pub fn tool(spec: &Spec, tool: &Tool) -> ToolContext {
    let input = match (&tool.input_schema, tool.input.is_empty()) {
        (Some(_), _) => "Value".to_owned(),
        (None, true) => String::new(),
        (None, false) => format!("{}Input", tool.name.pascal()),
    };
    let given = input_of(tool);
    let lines = match &tool.body {
        Body::Respond(respond) => respond::tool(respond, given, &spec.forms),
        _ => Vec::new(),
    };
    let output = match (&tool.body, tool.output.is_empty()) {
        (Body::Respond(_), _) => "Reply".to_owned(),
        (_, true) => "Value".to_owned(),
        (_, false) => format!("{}Output", tool.name.pascal()),
    };
    let is_repeated = request_of(&tool.body).is_some_and(|request| request.retry);
    let shared_cache = tool.cache != Cache::None && spec.cache == CacheBackend::Redis;
    let request = request_of(&tool.body).map(|request| self::request(request, given));
    let code = fragments(&lines, request.as_ref());
    let failed = matches!(&tool.body, Body::Respond(Respond { answer: ToolAnswer::Reply { is_error: true, .. }, .. }));
    let is_error = lines.last().is_some_and(|line| line.starts_with("Err(Error::tool("));
    let is_refusal = matches!(&tool.body, Body::Respond(Respond { answer: ToolAnswer::Refusal(_), .. }));
    let questions = questions(&tool.body);
    let needs_ability = !tool.requires.is_empty() || questions.iter().any(|question| !question.optional);
    let needs_task = tool.task == Some(TaskSupport::Required);
    ToolContext {
        name: tool.name.snake().to_owned(),
        description: tool.description.clone(),
        imports: imports(&[&input, &output], &code),
        parameters: parameters(&input, &code, request_of(&tool.body).is_some_and(code::uses_input)),
        input,
        output,
        body: kind_of(&tool.body),
        hints: code::hints(tool.hints),
        cache: code::cache(tool.cache),
        cached: tool.cache != Cache::None,
        request,
        errors: errors(&tool.body, lines.last()),
        lines,
        arguments: arguments(tool),
        example_sh: shell_word(&sample_of(tool, &spec.types).to_string()),
        test_imports: match (&tool.body, shared_cache) {
            (Body::Respond(_), _) => respond_imports(
                needs_ability || needs_task || is_refusal,
                needs_ability || needs_task || refuses_input(tool),
            ),
            (Body::Code, _) => respond_imports(needs_ability || needs_task, true),
            (Body::Request(_), shared) => request_imports(needs_task, shared),
        },
        is_repeated,
        attempts: if is_repeated { 2 } else { 1 },
        shared_cache,
        is_error,
        is_failure: failed && !is_error,
        is_refusal,
        needs_ability,
        needs_task,
        is_open: !needs_ability && !needs_task,
        rest_output: if questions.is_empty() { "output" } else { "unasked" },
        refuses_input: refuses_input(tool),
        source: match &tool.body {
            Body::Code => "code",
            Body::Request(_) => "the upstream",
            Body::Respond(_) => "the spec",
        },
    }
}

/// What the test of a fixed answer imports.
fn respond_imports(json: bool, revisions: bool) -> &'static str {
    match (json, revisions) {
        (true, true) => "{Case, REVISIONS, json}",
        (true, false) => "{Case, json}",
        (false, true) => "{Case, REVISIONS}",
        (false, false) => "Case",
    }
}

/// What the test of a request imports.
fn request_imports(json: bool, redis: bool) -> &'static str {
    match (json, redis) {
        (true, true) => "{Answer, Case, REVISIONS, Redis, json}",
        (true, false) => "{Answer, Case, REVISIONS, json}",
        (false, true) => "{Answer, Case, REVISIONS, Redis}",
        (false, false) => "{Answer, Case, REVISIONS}",
    }
}

/// Whether every client is told what is wrong with its input, and the tests can know what.
fn refuses_input(tool: &Tool) -> bool {
    tool.input_schema.is_none() && tool.requires.is_empty() && tool.task != Some(TaskSupport::Required)
}

/// All that a fixed answer asks.
fn questions<A>(body: &Body<A>) -> Vec<&Question> {
    match body {
        Body::Respond(respond) => respond.questions().collect(),
        _ => Vec::new(),
    }
}

/// What a tool takes.
fn input_of(tool: &Tool) -> Input<'_> {
    if tool.input_schema.is_some() { Input::Raw } else { Input::Fields(&tool.input) }
}

/// Arguments that a tool accepts, for the README.
fn sample_of(tool: &Tool, types: &[NamedType]) -> Value {
    match &tool.input_schema {
        Some(schema) => sample::of_schema(schema),
        None => sample::object(&tool.input, types),
    }
}

/// When a body fails by the spec's will.
fn errors<A>(body: &Body<A>, last: Option<&String>) -> &'static str {
    let Body::Respond(respond) = body else { return "" };
    match last {
        Some(line) if line.starts_with("Err(") => "Always: the answer is an error.",
        _ if respond.questions().next().is_some() => "When the client does not answer what it is asked.",
        _ => "Never.",
    }
}

/// A word in single quotes that a shell takes as it stands; what a reader cannot see is left to the JSON's escapes.
fn shell_word(text: &str) -> String {
    format!("'{}'", schema::seen(text).replace('\'', "'\\''"))
}

/// The parameters of a body, by its code. What it does not use yet begins with `_`.
fn parameters(input: &str, code: &str, uses_input: bool) -> String {
    let input = match input {
        "" => String::new(),
        input if uses_input || has_word(code, "input") => format!(", input: {input}"),
        input => format!(", _input: {input}"),
    };
    let context = if has_word(code, "ctx") { ", ctx: Context" } else { "" };
    format!("&self{input}{context}")
}

/// What bodies use of the base, in order.
const OF_THE_BASE: &[&str] = &[
    "Ability", "Answer", "Content", "Contents", "Level", "Message", "Reply", "Role", "Value", "join", "plain", "sleep",
];

/// What a file imports: what its function takes and gives, and what its code names.
fn imports(types: &[&str], code: &str) -> Imports {
    let of_the_base = |name: &str| {
        types.iter().any(|ty| has_word(ty, name)) || (has_word(code, name) && !matches!(name, "Value" | "Reply"))
    };
    let mut base: Vec<&str> = OF_THE_BASE.iter().copied().filter(|name| of_the_base(name)).collect();
    base.push("Error");
    if has_word(code, "Reply") {
        base.push("Reply");
    }
    if has_word(code, "ctx") {
        base.push("Context");
    }
    base.sort_unstable();
    base.dedup();
    let is_model = |name: &&str| !matches!(*name, "" | "Value" | "Reply" | "String" | "Contents" | "Vec<Message>");
    let mut models: Vec<&str> = types.iter().copied().filter(is_model).collect();
    models.extend(code.split("elicit::<").skip(1).filter_map(|rest| rest.split('>').next()));
    models.sort_unstable();
    models.dedup();
    Imports {
        base: use_list(&base),
        models: use_list(&models),
        duration: has_word(code, "Duration"),
        json: has_word(code, "json"),
    }
}

/// Names as they stand in a `use`.
pub(super) fn use_list(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        many => format!("{{{}}}", many.join(", ")),
    }
}

/// Whether a name stands in code, and not only in one of its texts.
pub(super) fn has_word(code: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word).any(|(at, _)| {
        !code[..at].ends_with(is_part) && !code[..at].ends_with('.') && !code[at + word.len()..].starts_with(is_part)
    })
}

/// All code of a body that the spec decides, without its texts.
fn fragments(lines: &[String], request: Option<&RequestContext>) -> String {
    let statements = request.iter().flat_map(|request| &request.statements);
    let all = statements.map(|statement| statement.arguments.as_str()).chain(lines.iter().map(String::as_str));
    all.map(|code| code::bare(code) + "\n").collect()
}

fn kind_of<A>(body: &Body<A>) -> &'static str {
    match body {
        Body::Code => "code",
        Body::Request(_) => "request",
        Body::Respond(_) => "respond",
    }
}

fn request_of<A>(body: &Body<A>) -> Option<&Request> {
    match body {
        Body::Request(request) => Some(request),
        _ => None,
    }
}

fn request(request: &Request, input: Input<'_>) -> RequestContext {
    let statements = code::statements(request, input);
    RequestContext {
        method: request.method.as_str().to_ascii_lowercase(),
        path: code::path(request),
        binding: if statements.is_empty() { "request" } else { "mut request" },
        statements,
        result: escape::rust(&request.result),
    }
}

fn argument(field: &Field) -> ArgumentContext {
    ArgumentContext {
        name: field.name.wire().to_owned(),
        kind: kind(&field.ty),
        required: match &field.presence {
            Presence::Required => "yes".into(),
            Presence::Optional => "no".into(),
            Presence::Default(value) => format!("default {}", in_code(&value.to_string())),
        },
        description: field.description.clone().unwrap_or_default(),
    }
}

/// Rows of the README for what a tool takes.
fn arguments(tool: &Tool) -> Vec<ArgumentContext> {
    let Some(schema) = &tool.input_schema else { return tool.input.iter().map(argument).collect() };
    let required: Vec<&Value> = schema.get("required").and_then(Value::as_array).into_iter().flatten().collect();
    let row = |(name, of): (&String, &Value)| ArgumentContext {
        name: name.clone(),
        kind: of["type"].as_str().unwrap_or("any").to_owned(),
        required: if required.iter().any(|it| **it == *name) { "yes" } else { "no" }.to_owned(),
        description: of["description"].as_str().unwrap_or_default().to_owned(),
    };
    schema.get("properties").and_then(Value::as_object).into_iter().flatten().map(row).collect()
}

/// A resource.
pub fn resource(spec: &Spec, resource: &Resource) -> ResourceContext {
    let input =
        if resource.arguments.is_empty() { String::new() } else { format!("{}Arguments", resource.name.pascal()) };
    let fields = models::uri_fields(&resource.arguments);
    let output = match &resource.body {
        Body::Request(_) => "Value",
        Body::Respond(Respond { answer: Contents::Data(_), .. }) => "Contents",
        _ => "String",
    };
    let lines = match &resource.body {
        Body::Respond(respond) => respond::resource(respond, Input::Fields(&fields), &spec.forms),
        _ => Vec::new(),
    };
    let request = request_of(&resource.body).map(|request| self::request(request, Input::Fields(&fields)));
    let code = fragments(&lines, request.as_ref());
    ResourceContext {
        name: resource.name.snake().to_owned(),
        uri: resource.uri.clone(),
        mime_type: resource.mime_type.clone(),
        description: resource.description.clone(),
        imports: imports(&[&input, output], &code),
        parameters: parameters(&input, &code, request_of(&resource.body).is_some_and(code::uses_input)),
        input,
        body: kind_of(&resource.body),
        output: output.to_owned(),
        request,
        errors: errors(&resource.body, lines.last()),
        lines,
    }
}

/// A prompt.
pub fn prompt(spec: &Spec, prompt: &Prompt) -> PromptContext {
    let names: Vec<String> = prompt.arguments.iter().map(in_words).collect();
    let input =
        if prompt.arguments.is_empty() { String::new() } else { format!("{}PromptArguments", prompt.name.pascal()) };
    let fields = models::prompt_fields(prompt);
    let (lines, asks) = match &prompt.body {
        PromptBody::Respond(respond) if !prompt.is_data() => {
            (respond::prompt(respond, Input::Fields(&fields), &spec.forms), respond.questions().next().is_some())
        }
        _ => (Vec::new(), false),
    };
    let code = fragments(&lines, None);
    PromptContext {
        name: prompt.name.snake().to_owned(),
        description: prompt.description.clone(),
        arguments: names.join(", "),
        is_data: prompt.is_data(),
        body: match prompt.body {
            _ if prompt.is_data() => "data",
            PromptBody::Code => "code",
            PromptBody::Respond(_) => "respond",
        },
        imports: imports(&[&input, "Vec<Message>"], &code),
        parameters: parameters(&input, &code, false),
        lines,
        errors: if asks { "When the client does not answer what it is asked." } else { "Never." },
    }
}

/// An argument as the README names it.
fn in_words(argument: &PromptArgument) -> String {
    let name = argument.name.wire();
    if argument.optional { format!("{name} (optional)") } else { name.to_owned() }
}

/// An argument that code completes.
pub fn completion(completion: Completion<'_>) -> CompletionContext {
    CompletionContext {
        name: completion.name(),
        noun: completion.noun,
        owner: completion.owner.to_owned(),
        argument: completion.argument.wire().to_owned(),
    }
}
