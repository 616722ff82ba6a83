//! One server as its templates see it.

use std::collections::BTreeSet;

use super::access::oauth;
use super::settings::{base_rows, row, settings, shares_states};
use super::tool::{completion, prompt, resource, tool, use_list};
use super::{
    AlertsContext, EntryContext, FleetContext, LimitsContext, ModelImports, ServerContext, ToolContext, UpstreamContext,
};
use crate::escape;
use crate::plan::models::Item;
use crate::plan::{code, models};
use crate::spec::{
    Auth, Body, CacheBackend, Field, Presence, Setting, Spec, TaskSupport, Tool, Upstream, UpstreamAuth,
};

/// The server as templates see it.
pub fn server(spec: &Spec, port: u16, fleet: &FleetContext) -> ServerContext {
    let settings = settings(spec);
    let fields: Vec<Field> = settings.iter().map(|setting| setting.field.clone()).collect();
    let secrets: BTreeSet<&str> =
        settings.iter().filter(|setting| setting.secret).map(|setting| setting.field.name.wire()).collect();
    let items = models::items(spec, &fields, &secrets);
    let model_imports = model_imports(&items, !secrets.is_empty());
    let tools: Vec<ToolContext> = spec.tools.iter().map(|entry| tool(spec, entry)).collect();
    let redis = spec.cache == CacheBackend::Redis;
    let extensions =
        [(spec.server.docs, "mcp_docs"), (matches!(spec.auth, Auth::OAuth(_)), "mcp_oauth"), (redis, "mcp_redis")];
    let image = format!("{}-v2", spec.server.name.kebab());
    let image_tag = match fleet.image_registry.trim_end_matches('/') {
        "" => format!("{image}:0.1.0"),
        registry => format!("{registry}/{image}:0.1.0"),
    };
    let required = required(spec, &settings);
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
        oauth: oauth(spec),
        caller_key: match spec.auth {
            Auth::None { .. } => "",
            Auth::Bearer => "AUTH_TOKEN",
            Auth::OAuth(_) => "TOKEN",
        },
        auth: match spec.auth {
            Auth::None { allow_anonymous: false } => "Auth::None",
            Auth::None { allow_anonymous: true } => "Auth::Anonymous",
            Auth::Bearer => "Auth::Bearer",
            Auth::OAuth(_) => "Auth::OAuth",
        },
        server_imports: server_imports(spec),
        extensions: extensions.into_iter().filter(|(on, _)| *on).map(|(_, name)| name).collect(),
        needs_settings: settings.iter().any(|setting| setting.field.presence == Presence::Required),
        settings: settings.iter().map(row).collect(),
        base_settings: base_rows(spec, port),
        uses_json: !model_imports.json.is_empty() || tools.iter().any(|tool| tool.imports.json),
        model_imports,
        items,
        deprecated: deprecated(spec),
        changes: changes(spec),
        is_sessionless: !spec.server.sessions,
        shares_states: shares_states(spec),
        keeps_sessions: spec.server.sessions
            && !(deprecated(spec).is_empty() && changes(spec).is_empty() && spec.forms.is_empty()),
        tasks: spec.tools.iter().filter_map(task).collect(),
        requirements: spec.tools.iter().filter_map(requirement).collect(),
        tools,
        resources: spec.resources.iter().map(|entry| resource(spec, entry)).collect(),
        tools_by_name: sorted(spec.tools.iter().map(|tool| tool.name.snake())),
        resources_by_name: sorted(spec.resources.iter().map(|resource| resource.name.snake())),
        prompts_by_name: sorted(spec.prompts.iter().filter(|it| !it.is_data()).map(|it| it.name.snake())),
        prompts: spec.prompts.iter().map(|entry| prompt(spec, entry)).collect(),
        completions_by_name: sorted(spec.completions().map(|it| it.name())),
        completions: spec.completions().map(completion).collect(),
        test_imports: if spec.resources.is_empty() && spec.prompts.is_empty() && !has_golden_process(spec) {
            "{REVISIONS, Request, Value, json}"
        } else {
            "{Case, REVISIONS, Request, Value, json}"
        },
        has_secrets: spec.auth == Auth::Bearer
            || shares_states(spec)
            || settings.iter().any(|setting| setting.secret && setting.field.presence == Presence::Required),
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

fn model_imports(items: &[Item], has_secrets: bool) -> ModelImports {
    let mut members = items.iter().flat_map(|item| &item.members);
    let has_forms = items.iter().any(|item| !item.form.is_empty());
    let has_values = items.iter().any(|item| item.inner == "Value");
    let names = |of: [(bool, &'static str); 2]| -> Vec<&'static str> {
        of.into_iter().filter(|(on, _)| *on).map(|(_, name)| name).collect()
    };
    let has_maps = members.any(|member| member.code.contains("Map<"));
    ModelImports {
        base: use_list(&names([(has_forms, "Form"), (has_secrets, "Secret")])),
        json: use_list(&names([(has_maps, "Map"), (has_maps || has_values, "Value")])),
        serialize: items.iter().any(|item| item.derives.contains("Serialize,")),
    }
}

/// `&[Deprecated::Logging]`.
fn deprecated(spec: &Spec) -> String {
    let uses = spec.server.deprecated;
    let parts = [(uses.logging, "Logging"), (uses.roots, "Roots"), (uses.sampling, "Sampling")];
    let parts: Vec<String> =
        parts.into_iter().filter(|(on, _)| *on).map(|(_, name)| format!("Deprecated::{name}")).collect();
    if parts.is_empty() { String::new() } else { format!("&[{}]", parts.join(", ")) }
}

/// The fields of `Changes { … }`, laid out for `server.rs`.
fn changes(spec: &Spec) -> String {
    let of = spec.server.changes;
    let fields = [
        (of.tools, "tools"),
        (of.prompts, "prompts"),
        (of.resources, "resources"),
        (of.subscriptions, "subscriptions"),
    ];
    let given: Vec<String> =
        fields.into_iter().filter(|(on, _)| *on).map(|(_, name)| format!("        {name}: true,\n")).collect();
    match given.len() {
        0 => String::new(),
        4 => format!("Changes {{\n{}    }}", given.concat()),
        _ => format!("Changes {{\n{}        ..Changes::NONE\n    }}", given.concat()),
    }
}

fn task(tool: &Tool) -> Option<EntryContext> {
    let code = match tool.task? {
        TaskSupport::Optional => "TaskSupport::Optional",
        TaskSupport::Required => "TaskSupport::Required",
    };
    Some(EntryContext { name: tool.name.snake().to_owned(), code: code.to_owned() })
}

fn requirement(tool: &Tool) -> Option<EntryContext> {
    if tool.requires.is_empty() {
        return None;
    }
    let abilities: Vec<String> = tool.requires.iter().map(|ability| format!("Ability::{ability:?}")).collect();
    Some(EntryContext { name: tool.name.snake().to_owned(), code: format!("&[{}]", abilities.join(", ")) })
}

/// The variables without which the server does not start.
fn required(spec: &Spec, settings: &[Setting]) -> Vec<String> {
    let mut required: Vec<String> = settings
        .iter()
        .filter(|setting| setting.field.presence == Presence::Required)
        .map(|setting| setting.env.to_string())
        .collect();
    match &spec.auth {
        Auth::None { .. } => {}
        Auth::Bearer => required.push("AUTH_TOKEN".into()),
        Auth::OAuth(oauth) => {
            let given = [(&oauth.issuer, "OAUTH_ISSUER"), (&oauth.audience, "OAUTH_AUDIENCE")];
            required.extend(given.into_iter().filter(|(given, _)| given.is_none()).map(|(_, name)| name.to_owned()));
        }
    }
    if shares_states(spec) {
        required.push("STATE_KEY".into());
    }
    required
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

fn sorted<N: Into<String>>(names: impl Iterator<Item = N>) -> Vec<String> {
    let mut names: Vec<String> = names.map(N::into).collect();
    names.sort();
    names
}

fn server_imports(spec: &Spec) -> String {
    let resource = !spec.resources.is_empty();
    let names = [
        (spec.tools.iter().any(|tool| !tool.requires.is_empty()), "Ability"),
        (true, "About"),
        (true, "Auth"),
        (true, "CacheClass"),
        (!changes(spec).is_empty(), "Changes"),
        (!deprecated(spec).is_empty(), "Deprecated"),
        (true, "Hints"),
        (true, "Limits"),
        (resource, "Resource"),
        (true, "Server"),
        (!spec.server.sessions, "Sessions"),
        (spec.tools.iter().any(|tool| tool.task.is_some()), "TaskSupport"),
        (true, "Tool"),
        (true, "call"),
        (spec.completions().next().is_some(), "complete"),
        (spec.prompts.iter().any(|prompt| !prompt.is_data()), "prompt"),
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
            format!("UpstreamAuth::Header({}, &settings.api_key)", escape::rust(name))
        }
        UpstreamAuth::Query(name) => {
            format!("UpstreamAuth::Query({}, &settings.api_key)", escape::rust(name))
        }
    };
    UpstreamContext { auth, has_key: upstream.auth != UpstreamAuth::None }
}
