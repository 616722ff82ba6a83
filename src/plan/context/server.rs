//! One server as its templates see it.

use std::collections::BTreeSet;

use super::settings::{base_rows, row, settings};
use super::tool::{prompt, resource, tool};
use super::words::in_code;
use super::{
    AlertsContext, FleetContext, LimitsContext, ModelImports, OAuthContext, ServerContext, ToolScopes, UpstreamContext,
};
use crate::escape;
use crate::plan::{code, models};
use crate::spec::{Auth, Body, CacheBackend, Field, Presence, Spec, Tool, Upstream, UpstreamAuth};

/// The server as templates see it.
pub fn server(spec: &Spec, port: u16, fleet: &FleetContext) -> ServerContext {
    let settings = settings(spec);
    let fields: Vec<Field> = settings.iter().map(|setting| setting.field.clone()).collect();
    let secrets: BTreeSet<&str> =
        settings.iter().filter(|setting| setting.secret).map(|setting| setting.field.name.wire()).collect();
    let items = models::items(spec, &fields, &secrets);
    let redis = spec.cache == CacheBackend::Redis;
    let extensions =
        [(spec.server.docs, "mcp_docs"), (matches!(spec.auth, Auth::OAuth(_)), "mcp_oauth"), (redis, "mcp_redis")];
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
    match &spec.auth {
        Auth::None { .. } => {}
        Auth::Bearer => required.push("AUTH_TOKEN".into()),
        Auth::OAuth(oauth) => {
            let given = [(&oauth.issuer, "OAUTH_ISSUER"), (&oauth.audience, "OAUTH_AUDIENCE")];
            required.extend(given.into_iter().filter(|(given, _)| given.is_none()).map(|(_, name)| name.to_owned()));
        }
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
        model_imports: ModelImports {
            secret: !secrets.is_empty(),
            map: items.iter().flat_map(|item| &item.members).any(|member| member.code.contains("Map<")),
            serialize: items.iter().any(|item| item.derives.contains("Serialize,")),
        },
        items,
        tools: spec.tools.iter().map(|entry| tool(spec, entry)).collect(),
        resources: spec.resources.iter().map(resource).collect(),
        tools_by_name: sorted(spec.tools.iter().map(|tool| tool.name.snake())),
        resources_by_name: sorted(spec.resources.iter().map(|resource| resource.name.snake())),
        prompts: spec.prompts.iter().map(prompt).collect(),
        test_imports: if spec.resources.is_empty() && spec.prompts.is_empty() && !has_golden_process(spec) {
            "{REVISIONS, Request, Value, json}"
        } else {
            "{Case, REVISIONS, Request, Value, json}"
        },
        has_secrets: spec.auth == Auth::Bearer
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

fn oauth(spec: &Spec) -> Option<OAuthContext> {
    let Auth::OAuth(oauth) = &spec.auth else { return None };
    let literals = |scopes: &[String]| scopes.iter().map(|scope| escape::rust(scope)).collect();
    let needed = |scopes: &[String]| scopes.iter().map(|scope| in_code(scope)).collect::<Vec<_>>().join(", ");
    let tools: Vec<&Tool> = spec.tools.iter().filter(|tool| !tool.scopes.is_empty()).collect();
    let mut all: Vec<&str> = Vec::new();
    for scope in oauth.scopes.iter().chain(tools.iter().flat_map(|tool| &tool.scopes)) {
        if !all.contains(&scope.as_str()) {
            all.push(scope);
        }
    }
    let is_guarded = |tool: &&&Tool| tool.scopes.iter().any(|scope| !oauth.scopes.contains(scope));
    let guarded = tools.iter().find(is_guarded).map(|tool| tool.name.snake().to_owned());
    Some(OAuthContext {
        issuer: oauth.issuer.as_deref().map(escape::rust).unwrap_or_default(),
        audience: oauth.audience.as_deref().map(escape::rust).unwrap_or_default(),
        scopes: literals(&oauth.scopes),
        needed: needed(&oauth.scopes),
        every: escape::rust(&oauth.scopes.join(" ")),
        all: escape::rust(&all.join(" ")),
        test_imports: match guarded {
            Some(_) => "{REVISIONS, Request, Response, TestServer, Value, json}",
            None => "{Request, Response, TestServer, Value, json}",
        },
        guarded,
        tools: tools
            .into_iter()
            .map(|tool| ToolScopes {
                name: tool.name.snake().to_owned(),
                scopes: literals(&tool.scopes),
                needed: needed(&tool.scopes),
            })
            .collect(),
    })
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
