//! The settings of a server: those of its spec, and those that an upstream brings along.

use super::SettingContext;
use super::words::{in_code, kind, plain};
use crate::name::{EnvName, FieldName};
use crate::plan::sample;
use crate::spec::{Field, Format, Presence, Setting, Spec, Type, Upstream, UpstreamAuth};

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
        kind: kind(&field.ty),
        fallback,
        required: field.presence == Presence::Required,
        secret: setting.secret,
        description: field.description.clone().unwrap_or_default(),
        sample: sample.get(field.name.wire()).map(plain).unwrap_or_default(),
    }
}
