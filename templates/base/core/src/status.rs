// Owned by mcpgen: edits are overwritten.
//! What a server says about itself: the tools `get_status` and `list_capabilities`, and `/info`.

use std::sync::Arc;
use std::time::Instant;

use serde_json::{Map, Value, json};

use crate::body::BoxFuture;
use crate::document::{self, ToolText};
use crate::error::Error;
use crate::metrics::Metrics;
use crate::reply::Reply;
use crate::schema::Schema;
use crate::server::{About, Hints};
use crate::start_error::StartError;
use crate::stats::Stats;
use crate::toolset::{Body, Entry};

/// What a running server knows about itself.
pub(crate) struct Status {
    pub about: About,
    pub port: u16,
    pub stats: Arc<Stats>,
    /// The kinds of things that it offers.
    pub capabilities: Vec<&'static str>,
    /// The settings of its upstream that may be shown.
    pub config: Map<String, Value>,
    /// The answer of `list_capabilities`.
    pub offered: Value,
}

impl Status {
    /// The answer of `get_status`.
    pub(crate) fn report(&self, detailed: bool) -> Value {
        let seen = self.stats.report(Instant::now());
        let mut report = json!({
            "healthy": seen.healthy,
            "version": self.about.version,
            "uptime_seconds": seen.uptime_seconds,
            "processed_requests": seen.processed_requests,
            "error_rate": seen.error_rate,
            "last_error": seen.last_error,
            "capabilities": self.capabilities,
        });
        if detailed {
            report["config"] = Value::Object(self.config.clone());
            report["performance"] = json!(seen.performance);
        }
        report
    }

    /// The answer of `/info`.
    pub(crate) fn info(&self, tools: &[&'static str]) -> Value {
        json!({
            "service_name": self.about.name,
            "version": self.about.version,
            "description": self.about.description,
            "uptime": self.stats.report(Instant::now()).uptime_seconds,
            "port": self.port,
            "tools": tools,
            "capabilities": self.capabilities,
        })
    }
}

/// The settings of an upstream that the detailed status shows, where a server has them.
pub(crate) fn config(settings: &Map<String, Value>) -> Map<String, Value> {
    let mut config = Map::new();
    for (setting, shown_as) in
        [("endpoint", "endpoint"), ("timeout_seconds", "timeout"), ("max_retries", "max_retries")]
    {
        if let Some(value) = settings.get(setting) {
            let shown =
                value.as_str().map_or_else(|| value.clone(), |text| without_user(text).into());
            config.insert(shown_as.to_owned(), shown);
        }
    }
    config
}

/// An address without the name and password that may stand in it.
fn without_user(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return address.to_owned() };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let host = rest[..end].rsplit('@').next().unwrap_or_default();
    format!("{scheme}://{host}{}", &rest[end..])
}

/// The names of the tools that come with every server, in the order of [`tools`].
pub(crate) const BUILT_IN: [&str; 2] = ["get_status", "list_capabilities"];

/// The texts and schemas of these tools.
pub(crate) fn texts() -> Result<[ToolText; 2], StartError> {
    let mut file: Map<String, Value> = serde_json::from_str(include_str!("built_in.json"))?;
    let [status, capabilities] = BUILT_IN.map(|name| document::entry("tools", &mut file, name));
    Ok([status?, capabilities?])
}

/// The tools that come with every server.
pub(crate) fn tools(
    status: &Arc<Status>,
    metrics: &Metrics,
    texts: [ToolText; 2],
) -> Result<[Entry; 2], StartError> {
    let [get_status, list_capabilities] = texts;
    let report: Answer = |status, input| status.report(input["detailed"] == true);
    let offered: Answer = |status, _| status.offered.clone();
    Ok([
        built_in(BUILT_IN[0], get_status, status, metrics, report)?,
        built_in(BUILT_IN[1], list_capabilities, status, metrics, offered)?,
    ])
}

type Answer = fn(&Status, &Value) -> Value;

fn built_in(
    name: &'static str,
    text: ToolText,
    status: &Arc<Status>,
    metrics: &Metrics,
    answer: Answer,
) -> Result<Entry, StartError> {
    let schema = Schema::compile(&Value::Object(text.input.clone()))?;
    let hints = Hints {
        read_only: Some(true),
        open_world: Some(false),
        ..Hints::NONE
    };
    let status = Arc::clone(status);
    let body: Body = Box::new(move |input, _| -> BoxFuture<Result<Reply, Error>> {
        let reply = Reply::structured(answer(&status, &input));
        Box::pin(async move { Ok(reply) })
    });
    Ok(Entry::new(name, text, hints, schema, None, metrics.tool(name), body).plain().uncounted())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_shown() {
        let settings =
            json!({ "endpoint": "https://ann:p@ss@host:1/a@b", "max_retries": 3, "units": "x" });
        let shown = config(settings.as_object().expect("it is an object"));
        assert_eq!(
            Value::Object(shown),
            json!({ "endpoint": "https://host:1/a@b", "max_retries": 3 })
        );
        assert_eq!(without_user("https://host/a"), "https://host/a");
    }
}
