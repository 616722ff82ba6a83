//! Tools, resources and prompts as their templates see them.

use super::words::{in_code, kind};
use super::{ArgumentContext, Imports, PromptContext, RequestContext, ResourceContext, ToolContext};
use crate::escape;
use crate::plan::{code, models, sample, schema};
use crate::spec::{Body, Cache, CacheBackend, Field, Presence, Prompt, Request, Resource, Spec, Tool};

/// A tool.
pub fn tool(spec: &Spec, tool: &Tool) -> ToolContext {
    let input = if tool.input.is_empty() { String::new() } else { format!("{}Input", tool.name.pascal()) };
    let (answer, errors) = match &tool.body {
        Body::Respond(respond) if respond.is_error => {
            (format!("Err(Error::tool({}))", code::text(&respond.text, &tool.input)), "Always: the answer is an error.")
        }
        Body::Respond(respond) => (format!("Ok(Reply::text({}))", code::text(&respond.text, &tool.input)), "Never."),
        _ => (String::new(), ""),
    };
    let output = match (&tool.body, tool.output.is_empty()) {
        (Body::Respond(_), _) => "Reply".to_owned(),
        (_, true) => "Value".to_owned(),
        (_, false) => format!("{}Output", tool.name.pascal()),
    };
    let uses_input = answer.contains("input.") || request_of(&tool.body).is_some_and(code::uses_input);
    let is_repeated = request_of(&tool.body).is_some_and(|request| request.retry);
    let shared_cache = tool.cache != Cache::None && spec.cache == CacheBackend::Redis;
    let request = request_of(&tool.body).map(|request| self::request(request, &tool.input));
    ToolContext {
        name: tool.name.snake().to_owned(),
        description: tool.description.clone(),
        imports: imports(&input, &output, &fragments(&answer, request.as_ref())),
        parameters: parameters(&input, uses_input),
        input,
        output,
        body: kind_of(&tool.body),
        hints: code::hints(tool.hints),
        cache: code::cache(tool.cache),
        cached: tool.cache != Cache::None,
        request,
        answer,
        errors,
        arguments: tool.input.iter().map(argument).collect(),
        example_sh: shell_word(&sample::object(&tool.input, &spec.types).to_string()),
        test_imports: if shared_cache { "{Answer, Case, REVISIONS, Redis}" } else { "{Answer, Case, REVISIONS}" },
        is_repeated,
        attempts: if is_repeated { 2 } else { 1 },
        shared_cache,
        is_error: matches!(&tool.body, Body::Respond(respond) if respond.is_error),
        source: match &tool.body {
            Body::Code => "code",
            Body::Request(_) => "the upstream",
            Body::Respond(_) => "the spec",
        },
    }
}

/// A word in single quotes that a shell takes as it stands; what a reader cannot see is left to the JSON's escapes.
fn shell_word(text: &str) -> String {
    format!("'{}'", schema::seen(text).replace('\'', "'\\''"))
}

/// The parameters of a body. What it does not use yet begins with `_`.
fn parameters(input: &str, is_used: bool) -> String {
    match (input, is_used) {
        ("", _) => "&self".into(),
        (input, true) => format!("&self, input: {input}"),
        (input, false) => format!("&self, _input: {input}"),
    }
}

fn imports(input: &str, output: &str, answer: &str) -> Imports {
    let is_model = |name: &str| !matches!(name, "" | "Value" | "Reply" | "String");
    let mut base = vec!["Error"];
    if matches!(output, "Value" | "Reply") {
        base.push(output);
    }
    if answer.contains("plain(") {
        base.push("plain");
    }
    let models: Vec<&str> = [input, output].into_iter().filter(|name| is_model(name)).collect();
    let list = |names: &[&str]| match names {
        [one] => (*one).to_owned(),
        many => format!("{{{}}}", many.join(", ")),
    };
    Imports { base: list(&base), models: if models.is_empty() { String::new() } else { list(&models) } }
}

/// All code of a body that the spec decides.
fn fragments(answer: &str, request: Option<&RequestContext>) -> String {
    let statements = request.iter().flat_map(|request| &request.statements);
    statements.map(|statement| statement.arguments.as_str()).chain([answer]).collect()
}

fn kind_of(body: &Body) -> &'static str {
    match body {
        Body::Code => "code",
        Body::Request(_) => "request",
        Body::Respond(_) => "respond",
    }
}

fn request_of(body: &Body) -> Option<&Request> {
    match body {
        Body::Request(request) => Some(request),
        _ => None,
    }
}

fn request(request: &Request, input: &[Field]) -> RequestContext {
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

/// A resource.
pub fn resource(resource: &Resource) -> ResourceContext {
    let input =
        if resource.arguments.is_empty() { String::new() } else { format!("{}Arguments", resource.name.pascal()) };
    let fields: Vec<Field> = resource.arguments.iter().map(models::text_field).collect();
    let output = if request_of(&resource.body).is_some() { "Value" } else { "String" };
    let answer = match &resource.body {
        Body::Respond(respond) => match code::text(&respond.text, &fields) {
            text if text.starts_with("format!") => format!("Ok({text})"),
            text => format!("Ok(String::from({text}))"),
        },
        _ => String::new(),
    };
    let uses_input = answer.contains("input.") || request_of(&resource.body).is_some_and(code::uses_input);
    let request = request_of(&resource.body).map(|request| self::request(request, &fields));
    ResourceContext {
        name: resource.name.snake().to_owned(),
        uri: resource.uri.clone(),
        mime_type: resource.mime_type.clone(),
        description: resource.description.clone(),
        imports: imports(&input, output, &fragments(&answer, request.as_ref())),
        parameters: parameters(&input, uses_input),
        input,
        body: kind_of(&resource.body),
        output: output.to_owned(),
        request,
        answer,
        errors: "Never.",
    }
}

/// A prompt.
pub fn prompt(prompt: &Prompt) -> PromptContext {
    let names: Vec<&str> = prompt.arguments.iter().map(|argument| argument.name.wire()).collect();
    PromptContext {
        name: prompt.name.snake().to_owned(),
        description: prompt.description.clone(),
        arguments: names.join(", "),
    }
}
