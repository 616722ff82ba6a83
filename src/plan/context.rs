//! What templates may see: plain data, every decision already taken.
//!
//! Knows the spec and the fleet. Knows no template; a test keeps the two in step.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

use super::code::{self, Statement};
use super::lock::Member;
use super::models::{self, Item};
use super::{sample, schema};
use crate::fleet;
use crate::name::{EnvName, FieldName};
use crate::spec::{
    Auth, Body, CacheBackend, Field, Presence, Request, Setting, Spec, Tool, Type, Upstream, UpstreamAuth,
};

/// The root of what templates see.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Context {
    /// The fleet.
    pub fleet: FleetContext,
    /// The server; absent when only a fleet is made.
    pub server: Option<ServerContext>,
}

/// The fleet and what its people said about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FleetContext {
    /// Its name.
    pub name: String,
    /// The registry, from the fleet's folder.
    pub registry: String,
    /// Where to ask; empty: not said.
    pub support_channel: String,
    /// Where to read; empty: not said.
    pub docs_url: String,
    /// Who is called at night; empty: not said.
    pub on_call: String,
    /// Where dashboards are; empty: not said.
    pub dashboard_url: String,
    /// Where images are pushed to; empty: not said.
    pub image_registry: String,
}

/// One server.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ServerContext {
    /// `weather_v2`.
    pub crate_name: String,
    /// `weather-v2`: the image, the host name.
    pub image: String,
    /// Its name for people.
    pub title: String,
    /// What it is for.
    pub description: String,
    /// What its README lists.
    pub features: Vec<String>,
    /// Its port.
    pub port: u16,
    /// Whether it has an upstream.
    pub upstream: Option<UpstreamContext>,
    /// Whether Redis can hold its cache.
    pub redis: bool,
    /// Whether it serves `/docs`.
    pub docs: bool,
    /// Whether callers need a token.
    pub bearer: bool,
    /// Whether it may be reached off loopback without one.
    pub allow_anonymous: bool,
    /// `Auth::Bearer`.
    pub auth: &'static str,
    /// What `server.rs` imports of the base, in order.
    pub server_imports: String,
    /// Crates of the base that plug into the server.
    pub extensions: Vec<&'static str>,
    /// Its settings, those of the upstream included.
    pub settings: Vec<SettingContext>,
    /// Whether a setting must be given.
    pub needs_settings: bool,
    /// `models.rs`.
    pub items: Vec<Item>,
    /// What `models.rs` uses of others.
    pub model_imports: ModelImports,
    /// Its tools.
    pub tools: Vec<ToolContext>,
    /// Names of the tools, sorted.
    pub tools_by_name: Vec<String>,
    /// Its resources.
    pub resources: Vec<ResourceContext>,
    /// Names of the resources, sorted.
    pub resources_by_name: Vec<String>,
    /// Its prompts.
    pub prompts: Vec<PromptContext>,
    /// What `tests/server.rs` imports.
    pub test_imports: &'static str,
    /// Whether a setting must be given, the callers' token included.
    pub needs_any_setting: bool,
    /// Whether `process_request` is the golden one, which refuses a call without `data`.
    pub has_golden_process: bool,
    /// Whether it has the tool `process_request`, which has an endpoint of its own.
    pub has_process_request: bool,
    /// Whether calls of the upstream carry a key.
    pub needs_key: bool,
    /// Settings that `cargo run` needs in front of it.
    pub run_prefix: String,
    /// Settings that `docker run` needs.
    pub docker_env: String,
    /// The image with its registry.
    pub image_tag: String,
    /// Parameters of `CoreService::new`.
    pub new_parameters: &'static str,
    /// What it makes: the fields of `CoreService`, in braces where there are some.
    pub new_value: &'static str,
    /// `[limits]`, as Rust.
    pub limits: LimitsContext,
    /// `[alerts]` and `[deploy]`.
    pub alerts: AlertsContext,
}

impl ServerContext {
    /// The server as a member of the workspace.
    #[must_use]
    pub fn member(&self) -> Member {
        let dependencies = [
            (true, "mcp-base"),
            (self.docs, "mcp-docs"),
            (self.redis, "mcp-redis"),
            (true, "mcp-testing"),
            (self.upstream.is_some(), "mcp-upstream"),
            (!self.items.is_empty(), "serde"),
            (self.model_imports.map, "serde_json"),
            (true, "tokio"),
        ];
        Member {
            name: self.crate_name.clone(),
            version: "0.1.0".into(),
            dependencies: dependencies.into_iter().filter(|(on, _)| *on).map(|(_, name)| name.to_owned()).collect(),
        }
    }
}

/// Which names `models.rs` imports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ModelImports {
    /// `mcp_base::Secret`.
    pub secret: bool,
    /// `serde_json::{Map, Value}`.
    pub map: bool,
    /// `serde::Serialize`.
    pub serialize: bool,
}

/// `[upstream]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UpstreamContext {
    /// `UpstreamAuth::Bearer(&settings.api_key)`.
    pub auth: String,
    /// Whether calls carry a key.
    pub has_key: bool,
}

/// A row of the settings table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SettingContext {
    /// The field of `Settings`.
    pub ident: String,
    /// The variable.
    pub env: String,
    /// `string`, `one of …`.
    pub kind: String,
    /// What holds where it is not given: a default, `required` or `none`.
    pub fallback: String,
    /// Whether it must be given.
    pub required: bool,
    /// Whether it is redacted.
    pub secret: bool,
    /// What it is for.
    pub description: String,
    /// A value for tests and examples.
    pub sample: String,
}

/// One tool.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ToolContext {
    /// `get_forecast`.
    pub name: String,
    /// What it does.
    pub description: String,
    /// `GetForecastInput`; empty: it takes nothing.
    pub input: String,
    /// What its function gives: `GetForecastOutput`, `Value`, `Reply`.
    pub output: String,
    /// `code`, `request` or `respond`.
    pub body: &'static str,
    /// Models that its file imports, and those of the base.
    pub imports: Imports,
    /// `&self, input: GetForecastInput`.
    pub parameters: String,
    /// Hints, as Rust.
    pub hints: String,
    /// Its cache class, as Rust.
    pub cache: String,
    /// Whether answers are reused.
    pub cached: bool,
    /// Its request, where it has one.
    pub request: Option<RequestContext>,
    /// Its fixed answer, as Rust.
    pub answer: String,
    /// When a fixed answer is an error.
    pub errors: &'static str,
    /// Rows of the README.
    pub arguments: Vec<ArgumentContext>,
    /// Arguments that it accepts, as a word of a shell.
    pub example_sh: String,
    /// Where its answers come from, for the README.
    pub source: &'static str,
    /// What the test of a request imports.
    pub test_imports: &'static str,
    /// Whether a failed call of the upstream is repeated.
    pub is_repeated: bool,
    /// How often a failing upstream is asked in the tests.
    pub attempts: u8,
    /// Whether replicas can share its answers.
    pub shared_cache: bool,
    /// Whether its fixed answer is an error.
    pub is_error: bool,
}

/// What a body imports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Imports {
    /// From `mcp_base`, in order, as in a `use`.
    pub base: String,
    /// From `crate::models`, in order, as in a `use`; empty: nothing.
    pub models: String,
}

/// A call of the upstream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RequestContext {
    /// `get`.
    pub method: String,
    /// The path as a literal.
    pub path: String,
    /// `mut request`, where something fills it in.
    pub binding: &'static str,
    /// What fills it in.
    pub statements: Vec<Statement>,
    /// The pointer to the result as a literal.
    pub result: String,
}

/// An argument in a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ArgumentContext {
    /// Its name on the wire.
    pub name: String,
    /// `string`, `integer from 1 to 14`.
    pub kind: String,
    /// `yes`, `no`, or the default.
    pub required: String,
    /// What it is.
    pub description: String,
}

/// One resource.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ResourceContext {
    /// Its name.
    pub name: String,
    /// Its URI or template.
    pub uri: String,
    /// Its media type.
    pub mime_type: String,
    /// What it is.
    pub description: String,
    /// `StationsArguments`; empty: none.
    pub input: String,
    /// `code`, `request` or `respond`.
    pub body: &'static str,
    /// What its function gives.
    pub output: String,
    /// What its file imports.
    pub imports: Imports,
    /// `&self, input: StationsArguments`.
    pub parameters: String,
    /// Its request, where it has one.
    pub request: Option<RequestContext>,
    /// Its fixed text, as Rust.
    pub answer: String,
    /// When a fixed answer is an error.
    pub errors: &'static str,
}

/// One prompt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PromptContext {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Its arguments, in a list.
    pub arguments: String,
}

/// `[limits]`, as Rust literals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LimitsContext {
    /// Bytes.
    pub body_bytes: String,
    /// Seconds.
    pub request_timeout_seconds: String,
    /// Requests at once.
    pub concurrency: String,
    /// Requests a second.
    pub requests_per_second: String,
}

/// `[alerts]` and `[deploy]`, for the README and later for deployments.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AlertsContext {
    /// In percent.
    pub error_percent: String,
    /// In seconds.
    pub response_seconds: String,
    /// Copies.
    pub replicas: u32,
    /// Processors.
    pub cpus: String,
    /// MiB.
    pub memory_mib: u32,
}

/// The fleet as templates see it.
pub fn fleet(settings: &fleet::Settings) -> FleetContext {
    FleetContext {
        name: settings.name.clone(),
        registry: settings.registry.clone(),
        support_channel: settings.support.channel.clone(),
        docs_url: settings.support.docs.clone(),
        on_call: settings.support.on_call.clone(),
        dashboard_url: settings.support.dashboard.clone(),
        image_registry: settings.images.registry.clone(),
    }
}

/// All settings of a server: its own, then those that an upstream adds.
pub fn settings(spec: &Spec) -> Vec<Setting> {
    let mut all = spec.settings.clone();
    if let Some(upstream) = &spec.upstream {
        all.extend(upstream_settings(spec, upstream));
    }
    all
}

fn upstream_settings(spec: &Spec, upstream: &Upstream) -> Vec<Setting> {
    let prefix = spec.server.name.screaming();
    let setting = |name: &str, description: &str, ty: Type, presence: Presence, secret: bool| {
        let env = format!("{prefix}_{}", name.to_ascii_uppercase());
        // Both names are letters and `_` by construction.
        let (name, env) = (FieldName::parse(name).ok()?, EnvName::parse(&env).ok()?);
        let description = Some(description.to_owned());
        Some(Setting { field: Field { name, description, example: None, presence, ty }, env, secret })
    };
    let text = |format| Type::String { min_length: Some(1), max_length: None, pattern: None, format };
    let whole = |minimum, maximum| Type::Integer { minimum: Some(minimum), maximum: Some(maximum) };
    let endpoint = upstream.base_url.clone().map_or(Presence::Required, |url| Presence::Default(url.into()));
    let mut all =
        vec![setting("endpoint", "Where the upstream is", text(Some(crate::spec::Format::Uri)), endpoint, false)];
    if upstream.auth != UpstreamAuth::None {
        let description = match upstream.auth {
            UpstreamAuth::Basic => "`user:password` for the upstream",
            _ => "The key for the upstream",
        };
        all.push(setting("api_key", description, text(None), Presence::Required, true));
    }
    all.push(setting(
        "timeout_seconds",
        "Longest time for one attempt to call the upstream",
        whole(1, 3600),
        Presence::Default(upstream.timeout_seconds.into()),
        false,
    ));
    all.push(setting(
        "max_retries",
        "Attempts after the first",
        whole(0, 10),
        Presence::Default(upstream.max_retries.into()),
        false,
    ));
    all.into_iter().flatten().collect()
}

/// The server as templates see it.
pub fn server(spec: &Spec, port: u16, fleet: &FleetContext) -> ServerContext {
    let settings = settings(spec);
    let fields: Vec<Field> = settings.iter().map(|setting| setting.field.clone()).collect();
    let secrets: BTreeSet<&str> =
        settings.iter().filter(|setting| setting.secret).map(|setting| setting.field.name.wire()).collect();
    let items = models::items(spec, &fields, &secrets);
    let redis = spec.cache == CacheBackend::Redis;
    let extensions = [(redis, "mcp_redis"), (spec.server.docs, "mcp_docs")];
    let image = format!("{}-v2", spec.server.name.kebab());
    let image_tag = match fleet.image_registry.trim_end_matches('/') {
        "" => format!("{image}:0.1.0"),
        registry => format!("{registry}/{image}:0.1.0"),
    };
    let mut required: Vec<String> = settings
        .iter()
        .filter(|setting| setting.field.presence == Presence::Required)
        .map(|setting| setting.env.to_string())
        .collect();
    if spec.auth == Auth::Bearer {
        required.push("AUTH_TOKEN".into());
    }
    ServerContext {
        crate_name: spec.server.name.crate_name(),
        image,
        title: spec.server.title.clone(),
        description: spec.server.description.clone(),
        features: spec.server.features.clone(),
        port,
        upstream: spec.upstream.as_ref().map(upstream),
        redis,
        docs: spec.server.docs,
        bearer: spec.auth == Auth::Bearer,
        allow_anonymous: spec.auth == Auth::None { allow_anonymous: true },
        auth: match spec.auth {
            Auth::None { allow_anonymous: false } => "Auth::None",
            Auth::None { allow_anonymous: true } => "Auth::Anonymous",
            Auth::Bearer => "Auth::Bearer",
        },
        server_imports: server_imports(spec),
        extensions: extensions.into_iter().filter(|(on, _)| *on).map(|(_, name)| name).collect(),
        needs_settings: settings.iter().any(|setting| setting.field.presence == Presence::Required),
        settings: settings.iter().map(setting).collect(),
        model_imports: ModelImports {
            secret: !secrets.is_empty(),
            map: items.iter().flat_map(|item| &item.members).any(|member| member.code.contains("Map<")),
            serialize: items.iter().any(|item| item.derives.contains("Serialize,")),
        },
        items,
        tools: spec.tools.iter().map(|tool| self::tool(spec, tool)).collect(),
        resources: spec.resources.iter().map(resource).collect(),
        tools_by_name: sorted(spec.tools.iter().map(|tool| tool.name.snake())),
        resources_by_name: sorted(spec.resources.iter().map(|resource| resource.name.snake())),
        prompts: spec.prompts.iter().map(prompt).collect(),
        test_imports: if spec.resources.is_empty() && spec.prompts.is_empty() && !has_golden_process(spec) {
            "{REVISIONS, Request, Value, json}"
        } else {
            "{Case, REVISIONS, Request, Value, json}"
        },
        needs_any_setting: !required.is_empty(),
        has_golden_process: has_golden_process(spec),
        has_process_request: spec.tools.iter().any(|tool| tool.name.snake() == "process_request"),
        needs_key: spec.upstream.as_ref().is_some_and(|upstream| upstream.auth != UpstreamAuth::None),
        run_prefix: required.iter().map(|name| format!("{name}=… ")).collect(),
        docker_env: docker_env(spec, &required),
        image_tag,
        new_parameters: if settings.is_empty() { "" } else { "settings: Settings" },
        new_value: match (settings.is_empty(), spec.upstream.is_some()) {
            (true, _) => "Self",
            (false, false) => "Self { settings }",
            (false, true) => "Self { settings, upstream }",
        },
        limits: LimitsContext {
            body_bytes: code::number_code(&spec.limits.body_bytes.to_string()),
            request_timeout_seconds: code::number_code(&spec.limits.request_timeout_seconds.to_string()),
            concurrency: code::number_code(&spec.limits.concurrency.to_string()),
            requests_per_second: code::number_code(&spec.limits.requests_per_second.to_string()),
        },
        alerts: AlertsContext {
            error_percent: format!("{}", spec.alerts.error_rate * 100.0),
            response_seconds: format!("{}", spec.alerts.response_seconds),
            replicas: spec.deploy.replicas,
            cpus: format!("{}", spec.deploy.cpus),
            memory_mib: spec.deploy.memory_mib,
        },
    }
}

/// Whether `/api/v1/process` takes `data`, and an answer of it is known.
fn has_golden_process(spec: &Spec) -> bool {
    let needs_data = |tool: &Tool| {
        let required: Vec<&str> = tool
            .input
            .iter()
            .filter(|field| field.presence == Presence::Required)
            .map(|field| field.name.wire())
            .collect();
        required == ["data"]
    };
    let is_answered = |tool: &Tool| matches!(tool.body, Body::Request(_));
    spec.tools.iter().any(|tool| tool.name.snake() == "process_request" && needs_data(tool) && is_answered(tool))
}

fn docker_env(spec: &Spec, required: &[String]) -> String {
    let mut env: String = required.iter().map(|name| format!("-e {name} ")).collect();
    if spec.auth == (Auth::None { allow_anonymous: false }) {
        env.push_str("-e ALLOW_ANONYMOUS=true ");
    }
    env
}

fn sorted<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut names: Vec<String> = names.map(str::to_owned).collect();
    names.sort();
    names
}

fn server_imports(spec: &Spec) -> String {
    let resource = !spec.resources.is_empty();
    let names = [
        (true, "About"),
        (true, "Auth"),
        (true, "CacheClass"),
        (true, "Hints"),
        (true, "Limits"),
        (resource, "Resource"),
        (true, "Server"),
        (true, "Tool"),
        (true, "call"),
        (resource, "read"),
    ];
    let names: Vec<&str> = names.into_iter().filter(|(on, _)| *on).map(|(_, name)| name).collect();
    format!("{{{}}}", names.join(", "))
}

fn upstream(upstream: &Upstream) -> UpstreamContext {
    let auth = match &upstream.auth {
        UpstreamAuth::None => "UpstreamAuth::None".to_owned(),
        UpstreamAuth::Bearer => "UpstreamAuth::Bearer(&settings.api_key)".to_owned(),
        UpstreamAuth::Basic => "UpstreamAuth::Basic(&settings.api_key)".to_owned(),
        UpstreamAuth::Header(name) => {
            format!("UpstreamAuth::Header({}, &settings.api_key)", crate::escape::rust(name))
        }
        UpstreamAuth::Query(name) => {
            format!("UpstreamAuth::Query({}, &settings.api_key)", crate::escape::rust(name))
        }
    };
    UpstreamContext { auth, has_key: upstream.auth != UpstreamAuth::None }
}

fn setting(setting: &Setting) -> SettingContext {
    let field = &setting.field;
    let fallback = match &field.presence {
        Presence::Default(value) => in_code(&plain(value)),
        Presence::Required => "required".into(),
        Presence::Optional => "none".into(),
    };
    let sample = sample::object(std::slice::from_ref(field), &[]);
    SettingContext {
        ident: field.name.ident(),
        env: setting.env.to_string(),
        kind: kind(&field.ty),
        fallback,
        required: field.presence == Presence::Required,
        secret: setting.secret,
        description: field.description.clone().unwrap_or_default(),
        sample: sample.get(field.name.wire()).map(plain).unwrap_or_default(),
    }
}

/// Markdown code, where the text can stand in it.
fn in_code(text: &str) -> String {
    if text.is_empty() || text.contains(['`', '|']) { text.to_owned() } else { format!("`{text}`") }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn tool(spec: &Spec, tool: &Tool) -> ToolContext {
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
    let shared_cache = tool.cache != crate::spec::Cache::None && spec.cache == CacheBackend::Redis;
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
        cached: tool.cache != crate::spec::Cache::None,
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
        result: crate::escape::rust(&request.result),
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

/// A type in words.
fn kind(ty: &Type) -> String {
    let range = |low: Option<String>, high: Option<String>, what: &str| match (low, high) {
        (None, None) => what.to_owned(),
        (Some(low), None) => format!("{what} from {low}"),
        (None, Some(high)) => format!("{what} up to {high}"),
        (Some(low), Some(high)) => format!("{what} from {low} to {high}"),
    };
    match ty {
        Type::String { format: None, .. } => "string".into(),
        Type::String { format: Some(format), .. } => format!("string ({})", schema::format_name(*format)),
        Type::Enum { variants, .. } => {
            let names: Vec<&str> = variants.iter().map(|variant| variant.wire.as_str()).collect();
            format!("one of {}", names.join(", "))
        }
        Type::Integer { minimum, maximum } => {
            range(minimum.map(|n| n.to_string()), maximum.map(|n| n.to_string()), "integer")
        }
        Type::Number { minimum, maximum } => {
            range(minimum.map(|n| n.to_string()), maximum.map(|n| n.to_string()), "number")
        }
        Type::Boolean => "boolean".into(),
        Type::Array { items, .. } => format!("list of {}", kind(items)),
        Type::Object { .. } | Type::Map => "object".into(),
        Type::Named(name) => name.pascal().to_owned(),
    }
}

fn resource(resource: &crate::spec::Resource) -> ResourceContext {
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

fn prompt(prompt: &crate::spec::Prompt) -> PromptContext {
    let names: Vec<&str> = prompt.arguments.iter().map(|argument| argument.name.wire()).collect();
    PromptContext {
        name: prompt.name.snake().to_owned(),
        description: prompt.description.clone(),
        arguments: names.join(", "),
    }
}
