//! `[config.*]` and `[upstream]`: what the environment decides when the server starts.

use std::ops::Range;

use super::claims::Space;
use super::request::header_name;
use super::{Check, auth, name_help};
use crate::name::{EnvName, FieldName, ToolName};
use crate::spec::node::{Entry, Node, Table};
use crate::spec::types::{Presence, Setting, Type, Upstream, UpstreamAuth};
use crate::text::quote;

/// Settings that an upstream adds.
const OF_UPSTREAM: &[&str] = &["endpoint", "api_key", "timeout_seconds", "max_retries"];

/// Variables that every server reads, or that the system gives a meaning.
const RESERVED_ENV: &[&str] = &[
    "ALLOWED_HOSTS",
    "ALLOWED_ORIGINS",
    "ALLOW_ANONYMOUS",
    "AUTH_TOKEN",
    "BIND",
    "CACHE_URL",
    "DRAIN_SECONDS",
    "HOME",
    "LIST_PAGE_SIZE",
    "LOG",
    "LOG_FORMAT",
    "MAX_BODY_BYTES",
    "MAX_CONCURRENCY",
    "MAX_REQUESTS_PER_SECOND",
    "METRICS_TOKEN",
    "PATH",
    "PORT",
    "REQUEST_TIMEOUT_SECONDS",
    "SESSIONS",
    "SESSION_IDLE_SECONDS",
    "STATE_KEY",
];

impl<'d> Check<'d> {
    /// `with_upstream`: its settings are taken.
    pub(super) fn settings(&self, document: &'d Table<'d>, prefix: &str, with_upstream: bool) -> Vec<Setting> {
        if with_upstream {
            for name in OF_UPSTREAM {
                let variable = format!("{prefix}_{}", name.to_ascii_uppercase());
                let what = format!("the setting `{name}` of the upstream");
                self.claim_variable(&variable, &what, &(0..0));
            }
        }
        if auth::is_oauth(document) {
            for name in auth::SETTINGS {
                self.claim_variable(name, &format!("the setting `{name}` of `[auth]`"), &(0..0));
            }
        }
        let entries = document.entries_of("config");
        entries.iter().filter_map(|entry| self.setting(entry, prefix, with_upstream)).collect()
    }

    fn setting(&self, entry: &'d Entry<'d>, prefix: &str, with_upstream: bool) -> Option<Setting> {
        let table = entry.node.as_table()?;
        if let Err(error) = ToolName::parse(&entry.key) {
            self.bad_name("setting", entry, &error);
        }
        let name = FieldName::parse(&entry.key).unwrap_or_else(|_| FieldName::trusted("setting"));
        let taken = with_upstream && OF_UPSTREAM.contains(&name.snake());
        if taken {
            let message = format!("the setting {} is one that the upstream adds", quote(&entry.key));
            self.say(&entry.at, message, "remove it and use that one, or rename it");
        }
        let type_name = format!("{}Setting", name.pascal());
        let field = self.field_of(name, table, &type_name, &format!("the setting {}", quote(&entry.key)));
        if matches!(field.ty, Type::Array { .. } | Type::Object { .. } | Type::Map | Type::Named(_)) {
            let span = table.node("type").map_or(&entry.at, |node| &node.span);
            let message = format!("the setting {} is more than one value", quote(&entry.key));
            self.say(span, message, "a setting comes from one variable: use string, integer, number or boolean");
        }
        let env = self.variable(entry, table, prefix);
        if !taken {
            let span = table.node("env").map_or(&entry.at, |node| &node.span);
            self.claim_variable(env.as_str(), &format!("the setting {}", quote(&entry.key)), span);
        }
        let secret = table.flag("secret").unwrap_or(false);
        if secret {
            self.secret(entry, table, &field.ty, &field.presence);
        }
        Some(Setting { field, env, secret })
    }

    fn variable(&self, entry: &Entry<'_>, table: &Table<'_>, prefix: &str) -> EnvName {
        let by_default = EnvName::trusted(&format!("{prefix}_{}", entry.key.to_ascii_uppercase()));
        let (env, span) = match table.text("env") {
            None => (by_default, entry.at.clone()),
            Some((text, span)) => match EnvName::parse(text) {
                Ok(env) => (env, span),
                Err(error) => {
                    self.say(&span, format!("the variable {} {}", quote(text), error.reason), name_help(&error));
                    return by_default;
                }
            },
        };
        let of_file = env.as_str().strip_suffix("_FILE").unwrap_or(env.as_str());
        if RESERVED_ENV.contains(&of_file) {
            let message = format!("the variable `{env}` already has a meaning for every server");
            self.say(&span, message, format!("write `env = \"{prefix}_{env}\"`"));
        }
        env
    }

    /// A variable, and the one that names a file which holds the value instead.
    fn claim_variable(&self, name: &str, what: &str, span: &Range<usize>) {
        if self.claim(Space::Variable, name, what, span) {
            self.claim(Space::Variable, &format!("{name}_FILE"), what, span);
        }
    }

    fn secret(&self, entry: &Entry<'_>, table: &Table<'_>, ty: &Type, presence: &Presence) {
        let name = quote(&entry.key);
        if let (Presence::Default(_), Some(default)) = (presence, table.entry("default")) {
            let message = format!("the secret {name} has a default, which would be in the source for all to read");
            self.say(&default.at, message, "remove the default, and write `optional = true` if it may be missing");
        }
        if !matches!(ty, Type::String { .. }) {
            let span = table.node("type").map_or(&entry.at, |node| &node.span);
            self.say(span, format!("the secret {name} is not a plain string"), "write `type = \"string\"`");
        }
    }

    pub(super) fn upstream(&self, document: &Table<'_>) -> Option<Upstream> {
        let table = document.node("upstream").and_then(Node::as_table)?;
        let number = |key| table.whole(key).and_then(|n| u32::try_from(n).ok());
        Some(Upstream {
            base_url: table.text("base_url").map(|(text, span)| self.base_url(text, &span)),
            auth: table.text("auth").map_or(UpstreamAuth::Bearer, |(text, span)| self.upstream_auth(text, &span)),
            timeout_seconds: number("timeout_seconds").unwrap_or(30),
            max_retries: number("max_retries").unwrap_or(3),
        })
    }

    fn base_url(&self, text: &str, span: &Range<usize>) -> String {
        self.check_address("base_url", text, span);
        text.trim_end_matches('/').to_owned()
    }

    /// Says why a text is not the address of a service.
    pub(super) fn check_address(&self, key: &str, text: &str, span: &Range<usize>) {
        let wrong = |why: &str, help: &str| self.say(span, format!("`{key}` {why}"), help);
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
        if rest.is_none() {
            wrong("is not an address of the web", "begin it with `https://` or `http://`");
        } else if host.contains('@') {
            wrong("holds a user name", "leave it out: `auth = \"basic\"` sends it from the setting `api_key`");
        } else if !is_authority(host) {
            wrong("has no valid host", "write it like `https://api.example.com` or `http://10.0.0.7:8080/base`");
        } else if text.contains(['?', '#']) {
            wrong("has a query or a fragment", "keep scheme, host and path; a request adds its `query`");
        } else if !text.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '\\' | '`' | '{' | '}'))
        {
            wrong("has characters that a URI cannot hold", "percent-encode them");
        }
    }

    fn upstream_auth(&self, text: &str, span: &Range<usize>) -> UpstreamAuth {
        match (text, text.split_once(':')) {
            ("none", _) => UpstreamAuth::None,
            ("bearer", _) => UpstreamAuth::Bearer,
            ("basic", _) => UpstreamAuth::Basic,
            (_, Some(("header", name))) => {
                self.check_header_name(name, span);
                UpstreamAuth::Header(name.to_owned())
            }
            (_, Some(("query", name))) if is_parameter(name) => UpstreamAuth::Query(name.to_owned()),
            _ => {
                let message = format!("{} is not a way to identify a call", quote(text));
                let help = "it can be `bearer`, `basic`, `none`, `header:X-API-Key` or `query:api_key`";
                self.say(span, message, help);
                UpstreamAuth::Bearer
            }
        }
    }

    fn check_header_name(&self, name: &str, span: &Range<usize>) {
        if let Err(why) = header_name(name) {
            self.say(span, format!("the header {} {why}", quote(name)), "write a name such as `X-API-Key`");
        }
    }
}

/// `host`, `host:port`, `[::1]:port`.
fn is_authority(text: &str) -> bool {
    let port_is_fine = |port: &str| port.parse::<u16>().is_ok_and(|port| port > 0);
    if let Some(rest) = text.strip_prefix('[') {
        let Some((address, after)) = rest.split_once(']') else { return false };
        let port = after.strip_prefix(':');
        return address.parse::<std::net::Ipv6Addr>().is_ok() && (after.is_empty() || port.is_some_and(port_is_fine));
    }
    let (host, port) = text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port)));
    let label =
        |label: &str| !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    host.strip_suffix('.').unwrap_or(host).split('.').all(label) && port.is_none_or(port_is_fine)
}

fn is_parameter(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '&' | '=' | '#' | '?' | '"' | '\\'))
}
