// Owned by mcpgen: edits are overwritten.
//! The settings that every server has; `base.json` beside this file describes them.

use std::net::IpAddr;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::Secret;
use crate::schema::Problem;

/// The settings that every server has.
#[derive(Debug, Clone, Deserialize)]
pub struct BaseSettings {
    /// The port to listen on; 0 takes any free one.
    pub port: u16,
    /// The address to listen on.
    pub bind: IpAddr,
    /// Where answers are cached; it may hold a password.
    pub cache_url: Secret,
    /// Hosts that may be named in `Host`, besides loopback.
    pub allowed_hosts: Vec<String>,
    /// Origins that may call from a browser, besides loopback.
    pub allowed_origins: Vec<String>,
    /// The keys that callers must present; several are separated by commas or newlines.
    pub auth_token: Option<Secret>,
    /// Whether anyone may call, even from another machine.
    pub allow_anonymous: bool,
    /// The key that the scraper of `/metrics` must present.
    pub metrics_token: Option<Secret>,
    /// Which log lines are written.
    pub log: String,
    /// How log lines are written.
    pub log_format: LogFormat,
    /// The largest body of a request.
    pub max_body_bytes: usize,
    /// How long a request may take.
    pub request_timeout_seconds: u64,
    /// How many requests may run at once.
    pub max_concurrency: usize,
    /// How many requests are taken in a second; 0 for any number.
    pub max_requests_per_second: u32,
    /// How long running calls may take to end once the server is asked to stop.
    pub drain_seconds: u64,
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

impl BaseSettings {
    /// Takes values that fit the schema, and checks what a schema cannot say.
    pub(super) fn new(values: Map<String, Value>) -> Result<Self, Vec<Problem>> {
        let problem = |field: &str, message: &str| {
            Err(vec![Problem {
                field: field.to_owned(),
                message: message.to_owned(),
            }])
        };
        let bind = values.get("bind").and_then(Value::as_str).unwrap_or_default();
        if bind.parse::<IpAddr>().is_err() {
            return problem("BIND", "must be an IP address, such as `127.0.0.1` or `0.0.0.0`");
        }
        // Struct and schema stand side by side, and the tests read both.
        Self::deserialize(Value::Object(values))
            .or_else(|error| problem("", &format!("settings do not fit: {error}")))
    }
}

/// The schema of the base settings with the defaults of one server in it.
pub(crate) fn schema(defaults: &[(&str, Value)], required: &[&str]) -> Value {
    // The file is part of the crate, and a test reads it.
    let mut schema: Value = serde_json::from_str(include_str!("base.json")).unwrap_or_default();
    for (name, default) in defaults {
        schema["properties"][name]["default"] = default.clone();
    }
    schema["required"] = required.into();
    schema
}
