//! The settings of a server: those of its spec, those that an upstream brings along, and those that every server has.

use serde_json::{Value, json};

use super::SettingContext;
use super::words::{in_code, kind, plain};
use crate::name::{EnvName, FieldName};
use crate::plan::sample;
use crate::spec::{
    Auth, CacheBackend, Changes, Deprecated, Field, Format, Presence, Setting, Spec, Type, Upstream, UpstreamAuth,
};

/// The settings that every server has, as the base itself describes them.
const BASE: &str = include_str!("../../../templates/base/core/src/settings/base.json");

/// Those that access tokens bring along.
const OAUTH: &str = include_str!("../../../templates/base/oauth/src/settings.json");

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
        Some(Setting { field: Field { name, description, example: None, presence, ty, header: None }, env, secret })
    };
    let text = |format| Type::String { min_length: Some(1), max_length: None, pattern: None, format };
    let whole = |minimum, maximum| Type::Integer { minimum: Some(minimum), maximum: Some(maximum) };
    let endpoint = upstream.base_url.clone().map_or(Presence::Required, |url| Presence::Default(url.into()));
    let mut all = vec![setting("endpoint", "Where the upstream is", text(Some(Format::Uri)), endpoint, false)];
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

/// A row of the settings table.
pub fn row(setting: &Setting) -> SettingContext {
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
        kind: if setting.secret { "secret".into() } else { kind(&field.ty) },
        fallback,
        required: field.presence == Presence::Required,
        secret: setting.secret,
        description: field.description.clone().unwrap_or_default(),
        sample: sample.get(field.name.wire()).map(plain).unwrap_or_default(),
    }
}

/// Rows of the settings that every server has, with the defaults of this one. What does nothing here is left out.
pub fn base_rows(spec: &Spec, port: u16) -> Vec<SettingContext> {
    // The file is a template that the tests read as well.
    let schema: Value = serde_json::from_str(BASE).unwrap_or_default();
    let properties = schema["properties"].as_object().into_iter().flatten();
    let rows =
        properties.filter(|(name, _)| does_something(spec, name)).map(|(name, of)| base_row(spec, port, name, of));
    oauth_rows(spec).into_iter().chain(rows).collect()
}

fn oauth_rows(spec: &Spec) -> Vec<SettingContext> {
    let Auth::OAuth(oauth) = &spec.auth else { return Vec::new() };
    let schema: Value = serde_json::from_str(OAUTH).unwrap_or_default();
    let properties = schema["properties"].as_object().into_iter().flatten();
    let required = schema["required"].as_array().into_iter().flatten();
    let required: Vec<&str> = required.filter_map(Value::as_str).collect();
    let default = |name: &str| match name {
        "oauth_issuer" => oauth.issuer.as_deref(),
        "oauth_audience" => oauth.audience.as_deref(),
        _ => None,
    };
    let row = |(name, of): (&String, &Value)| SettingContext {
        ident: name.clone(),
        env: plain(&of["x-env"]),
        kind: plain(&of["type"]),
        fallback: match default(name) {
            Some(default) => in_code(default),
            None if required.contains(&name.as_str()) => "required".into(),
            None => "none".into(),
        },
        required: default(name).is_none() && required.contains(&name.as_str()),
        secret: false,
        description: plain(&of["description"]),
        sample: String::new(),
    };
    properties.map(row).collect()
}

fn does_something(spec: &Spec, name: &str) -> bool {
    match name {
        "auth_token" => spec.auth == Auth::Bearer,
        "allow_anonymous" => spec.auth == Auth::None { allow_anonymous: false },
        "cache_url" => spec.cache == CacheBackend::Redis,
        "state_key" => asks(spec),
        "sessions" | "session_idle_seconds" => {
            asks(spec) || spec.server.deprecated.logging || spec.server.changes != Changes::default()
        }
        _ => true,
    }
}

/// Whether several replicas of the server must seal what clients keep of unfinished calls with one key.
pub fn shares_states(spec: &Spec) -> bool {
    spec.deploy.replicas > 1 && asks(spec)
}

/// Whether anything of the server asks its callers something.
fn asks(spec: &Spec) -> bool {
    let Deprecated { roots, sampling, .. } = spec.server.deprecated;
    !spec.forms.is_empty() || roots || sampling || spec.tools.iter().any(|tool| !tool.requires.is_empty())
}

fn base_row(spec: &Spec, port: u16, name: &str, of: &Value) -> SettingContext {
    let default = match name {
        "port" => json!(port),
        "sessions" => json!(if spec.server.sessions { "local" } else { "off" }),
        "max_body_bytes" => json!(spec.limits.body_bytes),
        "request_timeout_seconds" => json!(spec.limits.request_timeout_seconds),
        "max_concurrency" => json!(spec.limits.concurrency),
        "max_requests_per_second" => json!(spec.limits.requests_per_second),
        _ => of["default"].clone(),
    };
    let required = name == "auth_token" || (name == "state_key" && shares_states(spec));
    let secret = of["x-secret"] == true;
    SettingContext {
        ident: name.to_owned(),
        env: plain(&of["x-env"]),
        kind: match (secret, of["enum"].as_array()) {
            (true, _) => "secret".into(),
            (_, Some(values)) => format!("one of {}", values.iter().map(plain).collect::<Vec<_>>().join(", ")),
            (_, None) if of["type"] == "array" => "list".into(),
            (_, None) => plain(&of["type"]),
        },
        fallback: match default {
            _ if required => "required".into(),
            Value::Null | Value::Array(_) => "none".into(),
            default => in_code(&plain(&default)),
        },
        required,
        secret,
        description: plain(&of["description"]),
        sample: String::new(),
    }
}
