//! The tables that describe the server as a whole: `[server]`, `[cache]`, `[limits]`, `[deploy]`, `[alerts]`.

use std::ops::Range;

use super::{Check, name_help, trimmed};
use crate::name::ServerName;
use crate::spec::node::{Node, Table};
use crate::spec::types::{
    Alerts, Cache, CacheBackend, Changes, Deploy, Deprecated, Limits, List, PortRequest, Server, Spec, Step,
};
use crate::text::quote;

/// A table of the document that may be missing.
pub(super) fn section<'d, 'a>(document: &'d Table<'a>, key: &str) -> Option<&'d Table<'a>> {
    document.node(key).and_then(Node::as_table)
}

impl Check<'_> {
    /// Nothing where the name is unusable.
    pub(super) fn server(&self, document: &Table<'_>, name: Option<&ServerName>) -> Option<Server> {
        let table = section(document, "server")?;
        let own = self.server_name(table);
        let name = name.cloned().or(own);
        let port = self.port(table);
        let name = name?;
        Some(Server {
            title: trimmed(table, "title").unwrap_or_else(|| name.title()),
            description: trimmed(table, "description").unwrap_or_default(),
            features: table
                .items_of("features")
                .iter()
                .filter_map(Node::as_text)
                .map(|text| text.trim().to_owned())
                .collect(),
            port,
            docs: table.flag("docs").unwrap_or(true),
            sessions: self.sessions(document, table),
            deprecated: self.deprecated,
            changes: changes(table),
            list_cache: match table.entry("list_cache") {
                // They change with the server only.
                None => Cache::Medium,
                Some(_) => self.cache_class(table, "list_cache"),
            },
            extras: self.extras(table),
            schema_budget_bytes: table.whole("schema_budget_bytes").and_then(|n| n.try_into().ok()),
            name,
        })
    }

    /// Where any replica may answer, none of them can keep a session.
    #[expect(clippy::unused_self, reason = "reads like its neighbours")]
    fn sessions(&self, document: &Table<'_>, table: &Table<'_>) -> bool {
        let replicas = section(document, "deploy").and_then(|table| table.whole("replicas")).unwrap_or(1);
        table.text("sessions").map_or(replicas <= 1, |(word, _)| word == "local")
    }

    fn server_name(&self, table: &Table<'_>) -> Option<ServerName> {
        let (text, span) = table.text("name")?;
        ServerName::parse(text)
            .map_err(|error| {
                self.say(&span, format!("the server name {} {}", quote(text), error.reason), name_help(&error));
            })
            .ok()
    }

    fn port(&self, table: &Table<'_>) -> PortRequest {
        if let (Some(entry), Some(_)) = (table.entry("port"), table.entry("range")) {
            let help = "keep `port` to ask for that one, or `range` for any free one";
            self.say(&entry.at, "`port` and `range` are two answers to one question", help);
        }
        if let Some(port) = table.whole("port").and_then(|port| u16::try_from(port).ok()) {
            return PortRequest::Exact(port);
        }
        let Some((range, span)) = table.text("range") else { return PortRequest::Range("v2".to_owned()) };
        if !range.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')) {
            let message = format!("{} is not the name of a range", quote(range));
            self.say(&span, message, "write the name as the ports registry has it, such as `v2`");
        }
        PortRequest::Range(range.to_owned())
    }

    #[expect(clippy::unused_self, reason = "reads like its neighbours")]
    pub(super) fn cache_backend(&self, document: &Table<'_>) -> CacheBackend {
        match section(document, "cache").and_then(|table| table.text("backend")) {
            Some(("redis", _)) => CacheBackend::Redis,
            _ => CacheBackend::Memory,
        }
    }

    #[expect(clippy::unused_self, reason = "reads like its neighbours")]
    pub(super) fn limits(&self, document: &Table<'_>) -> Limits {
        let table = section(document, "limits");
        let whole = |key| table.and_then(|table| table.whole(key));
        Limits {
            body_bytes: whole("body_bytes").and_then(|n| n.try_into().ok()).unwrap_or(1 << 20),
            request_timeout_seconds: whole("request_timeout_seconds").and_then(|n| n.try_into().ok()).unwrap_or(60),
            concurrency: whole("concurrency").and_then(|n| n.try_into().ok()).unwrap_or(256),
            requests_per_second: whole("requests_per_second").and_then(|n| n.try_into().ok()).unwrap_or(0),
        }
    }

    pub(super) fn deploy(&self, document: &Table<'_>) -> Deploy {
        let table = section(document, "deploy");
        let memory = table.and_then(|table| table.text("memory"));
        Deploy {
            replicas: table.and_then(|t| t.whole("replicas")).and_then(|n| n.try_into().ok()).unwrap_or(1),
            cpus: table.and_then(|t| t.number("cpus")).unwrap_or(1.0),
            memory_mib: memory.map_or(128, |(text, span)| self.memory(text, &span)),
        }
    }

    fn memory(&self, text: &str, span: &Range<usize>) -> u32 {
        let amount = |unit: &str, times: u32| {
            let number: u32 = text.strip_suffix(unit)?.trim_end().parse().ok()?;
            number.checked_mul(times).filter(|mib| *mib >= 8)
        };
        amount("MiB", 1).or_else(|| amount("GiB", 1024)).unwrap_or_else(|| {
            let message = format!("{} is not an amount of memory", quote(text));
            self.say(span, message, "write at least `8MiB`, in MiB or GiB, such as `128MiB` or `2GiB`");
            128
        })
    }

    #[expect(clippy::unused_self, reason = "reads like its neighbours")]
    pub(super) fn alerts(&self, document: &Table<'_>) -> Alerts {
        let table = section(document, "alerts");
        Alerts {
            error_rate: table.and_then(|t| t.number("error_rate")).unwrap_or(0.10),
            response_seconds: table.and_then(|t| t.number("response_seconds")).unwrap_or(1.0),
        }
    }
}

/// What `[server]` says that it uses although it is deprecated.
pub(super) fn deprecated(document: &Table<'_>) -> Deprecated {
    let words = section(document, "server").map_or(&[][..], |table| table.items_of("deprecated"));
    let has = |word| words.iter().filter_map(Node::as_text).any(|found| found == word);
    Deprecated { logging: has("logging"), roots: has("roots"), sampling: has("sampling") }
}

fn changes(table: &Table<'_>) -> Changes {
    let has = |word| table.items_of("changes").iter().filter_map(Node::as_text).any(|found| found == word);
    Changes {
        tools: has("tools"),
        prompts: has("prompts"),
        resources: has("resources"),
        subscriptions: has("subscriptions"),
    }
}

/// A step that tells of a change makes the server one that does.
pub(super) fn imply(spec: &mut Spec) {
    let mut changes = spec.server.changes;
    for step in spec.steps() {
        match step {
            Step::Changed(List::Tools) => changes.tools = true,
            Step::Changed(List::Prompts) => changes.prompts = true,
            Step::Changed(List::Resources) => changes.resources = true,
            Step::Updated(_) => changes.subscriptions = true,
            _ => {}
        }
    }
    spec.server.changes = changes;
}
