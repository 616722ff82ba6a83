// Owned by mcpgen: edits are overwritten.
//! The settings that every server has; `base.json` beside this file describes them.

use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;

use serde::Deserialize;
use serde_json::{Map, Value};
use tracing_subscriber::filter::Targets;

use super::{Environment, Secret};
use crate::features::Sessions;
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
    /// The file that they came from, which is read again when it changes.
    #[serde(skip)]
    pub auth_token_file: Option<PathBuf>,
    /// Whether anyone may call, even from another machine.
    pub allow_anonymous: bool,
    /// The key that the scraper of `/metrics` must present.
    pub metrics_token: Option<Secret>,
    /// The file that it came from, which is read again when it changes.
    #[serde(skip)]
    pub metrics_token_file: Option<PathBuf>,
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
    /// Whether it remembers clients of older revisions between two requests.
    pub sessions: Sessions,
    /// How long such a client may say nothing until it is forgotten.
    pub session_idle_seconds: u64,
    /// What seals the state of an unfinished call; one that is made up where there is none.
    pub state_key: Option<Secret>,
    /// How many entries of a list are sent at once; 0 for all.
    pub list_page_size: usize,
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
    /// Takes values that fit the schema and are readable.
    pub(super) fn new(
        values: Map<String, Value>,
        environment: &Environment,
    ) -> Result<Self, Vec<Problem>> {
        // Struct and schema stand side by side, and the tests read both.
        let read = Self::deserialize(Value::Object(values)).map_err(|error| {
            let message = format!("settings do not fit: {error}");
            vec![Problem {
                field: String::new(),
                message,
            }]
        })?;
        Ok(Self {
            auth_token_file: environment.file("AUTH_TOKEN"),
            metrics_token_file: environment.file("METRICS_TOKEN"),
            ..read
        })
    }
}

/// What a schema cannot say of a text. What cannot be read at all is reported elsewhere.
pub(super) fn unreadable(environment: &Environment) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut check = |variable: &str, fits: fn(&str) -> bool, message: &str| {
        if environment.value(variable).is_ok_and(|text| text.is_some_and(|text| !fits(&text))) {
            problems.push(Problem {
                field: variable.to_owned(),
                message: message.to_owned(),
            });
        }
    };
    let has_key = |text: &str| Secret::new(text).parts().next().is_some();
    check("BIND", is::<IpAddr>, "must be an IP address, such as `127.0.0.1` or `0.0.0.0`");
    check("LOG", is::<Targets>, "must be levels, such as `debug` or `info,rmcp=error`");
    check("AUTH_TOKEN", has_key, "must hold at least one key");
    check("METRICS_TOKEN", has_key, "must hold at least one key");
    problems
}

fn is<T: FromStr>(text: &str) -> bool {
    text.parse::<T>().is_ok()
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
