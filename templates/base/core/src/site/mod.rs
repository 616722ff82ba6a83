// Owned by mcpgen: edits are overwritten.
//! A server put together: its table, its texts and its settings become one value that both
//! transports serve. Everything that can be done once is done here, before the first call.

mod entries;

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::ask::Forms;
use crate::cache::Cache;
use crate::completions::Completions;
use crate::context::{Access, House, Runner};
use crate::document::{Document, IconText, ResourceText, ToolText};
use crate::extension::Extension;
use crate::features::{Deprecated, Sessions};
use crate::http::ROUTES;
use crate::mcp::{self, Hub};
use crate::metrics::Metrics;
use crate::prompts::Prompts;
use crate::resources::Resources;
use crate::server::{About, Server};
use crate::settings::{BaseSettings, Settings};
use crate::start_error::StartError;
use crate::state::Seal;
use crate::stats::Stats;
use crate::status::{self, Status};
use crate::toolset::{Answers, Toolset};

/// What a server says of itself, apart from what it offers.
pub(crate) struct Texts {
    pub title: Option<String>,
    pub instructions: Option<String>,
    pub icons: Vec<IconText>,
    pub meta: Option<Map<String, Value>>,
    pub list_ttl_seconds: Option<u64>,
}

/// What both transports serve.
pub(crate) struct Site {
    pub status: Arc<Status>,
    pub toolset: Toolset,
    pub resources: Resources,
    pub prompts: Prompts,
    pub completions: Completions,
    pub house: Arc<House>,
    /// What seals the state of a call; nothing where the server never asks its callers.
    pub seal: Option<Seal>,
    /// Whether it sends its clients a log.
    pub logs: bool,
    /// Whether it remembers clients of older revisions between two requests.
    pub keeps_sessions: bool,
    /// How long such a client may say nothing.
    pub session_idle: Duration,
    /// How many entries of a list are sent at once; 0 for all.
    pub page_size: usize,
    pub texts: Texts,
    pub metrics: Arc<Metrics>,
}

impl Site {
    /// Puts a server together; `port` is the one it really listens on.
    pub(crate) fn build<S: Send + Sync + 'static>(
        server: Server<S>,
        mut document: Document,
        settings: Settings,
        port: u16,
    ) -> Result<Self, StartError> {
        let tools = entries::tool_texts(&server, &mut document)?;
        let resources = entries::resource_texts(&server.resources, &mut document)?;
        let prompts = entries::prompt_texts(&server.prompts, &mut document)?;
        let built_in = status::texts()?;

        let said: Vec<_> = (server.prompts.iter())
            .zip(&prompts)
            .map(|(prompt, text)| (prompt.name, text.description.as_str()))
            .collect();
        let names: Vec<_> =
            server.tools.iter().map(|tool| tool.name).chain(status::BUILT_IN).collect();
        let about = server.about;
        let seen = Arc::new(Stats::new(Instant::now()));
        let metrics = Metrics::new(about.name, about.version, ROUTES, names.iter().copied());
        let metrics = Arc::new(metrics);
        let cache = open_cache(&about, &settings.base, &server.extensions, &metrics)?;
        let timeout = Duration::from_secs(settings.base.request_timeout_seconds);
        let status = Arc::new(Status {
            about,
            port,
            stats: Arc::clone(&seen),
            capabilities: capabilities(&server),
            config: status::config(&settings.shown),
            offered: offered(&names, &tools, &built_in, &resources, &said),
        });

        let house = Arc::new(House {
            metrics: Arc::clone(&metrics),
            forms: Forms::new(std::mem::take(&mut document.forms))?,
            hub: Hub::new(server.changes),
        });
        mcp::check(&house.forms)?;
        let logs = server.deprecated.contains(&Deprecated::Logging);
        let asks = server.asks(!house.forms.is_empty());
        let seal = if asks { Some(Seal::new(settings.base.state_key.as_ref())?) } else { None };
        let keeps_sessions =
            settings.base.sessions == Sessions::Local && (asks || logs || server.changes.any());
        if keeps_sessions {
            metrics.show_sessions();
        }
        let special = entries::special(&server)?;
        let service = Arc::new((server.start)(settings.own)?);
        let mut entries = entries::tool_entries(server.tools, tools, special, &service, &metrics)?;
        entries.extend(status::tools(&status, &metrics, built_in)?);
        let runner = Runner {
            house: Arc::clone(&house),
            timeout,
            stats: Arc::clone(&seen),
            access: Access::Full,
            failed: "not read",
        };
        let resources = Resources {
            entries: entries::resource_entries(server.resources, resources, &service)?,
            runner: runner.clone(),
        };
        let prompts = Prompts {
            entries: entries::prompt_entries(server.prompts, prompts, &service)?,
            runner: Runner {
                failed: "not made",
                ..runner.clone()
            },
        };
        let completed = server.completions;
        let completions = Completions {
            entries: entries::completions(completed, &prompts, &resources, &service)?,
            runner: Runner {
                access: Access::Known,
                failed: "not completed",
                ..runner
            },
        };
        let toolset = Toolset::new(entries, timeout, cache, seen, Arc::clone(&house));
        let texts = Texts {
            title: document.title,
            instructions: document.instructions,
            icons: document.icons,
            meta: document.meta,
            list_ttl_seconds: document.list_ttl_seconds,
        };
        Ok(Self {
            status,
            toolset,
            resources,
            prompts,
            completions,
            house,
            seal,
            logs,
            keeps_sessions,
            // Who waits for an answer is not gone.
            session_idle: Duration::from_secs(settings.base.session_idle_seconds).max(2 * timeout),
            page_size: settings.base.list_page_size,
            texts,
            metrics,
        })
    }
}

/// The store that `CACHE_URL` names: in memory, or one that an extension brings.
fn open_cache(
    about: &About,
    settings: &BaseSettings,
    extensions: &[Extension],
    metrics: &Metrics,
) -> Result<Answers, StartError> {
    let url = settings.cache_url.expose();
    let scheme = url.split("://").next().unwrap_or(url);
    if scheme == "memory" {
        return Ok(Cache::in_memory());
    }
    let mut stores = extensions.iter().flat_map(|extension| &extension.stores);
    match stores.find(|(schemes, _)| schemes.contains(&scheme)) {
        Some((_, open)) => {
            let failures = metrics.cache_failures().clone();
            Ok(Cache::in_store(generation(about), open(url)?, failures))
        }
        None => Err(StartError::new(format!(
            "`CACHE_URL` asks for `{scheme}`, which this server was built without; \
             help: set it to `memory`, or add the extension to `server.rs`"
        ))
        .with_code(crate::start_error::exit::SETTINGS)),
    }
}

/// What the keys of a store begin with. An answer of another version may not fit the schemas of
/// this one, and a store outlives the version.
fn generation(about: &About) -> String {
    let digest = Sha256::new_with_prefix(about.version).chain_update(about.schemas).finalize();
    let [a, b, c, d, ..]: [u8; 32] = digest.into();
    format!("{}:{a:02x}{b:02x}{c:02x}{d:02x}", about.name)
}

fn capabilities<S>(server: &Server<S>) -> Vec<&'static str> {
    let cached = server.tools.iter().any(|tool| tool.cache.ttl().is_some());
    let kinds = [
        ("tools", true),
        ("resources", !server.resources.is_empty()),
        ("prompts", !server.prompts.is_empty()),
        ("cache", cached),
    ];
    let kinds = kinds.into_iter().filter(|(_, exists)| *exists).map(|(kind, _)| kind);
    kinds.chain(server.extensions.iter().map(|extension| extension.name)).collect()
}

fn offered(
    names: &[&'static str],
    tools: &[ToolText],
    built_in: &[ToolText],
    resources: &[ResourceText],
    prompts: &[(&'static str, &str)],
) -> Value {
    let described =
        |name: &str, description: &str| json!({ "name": name, "description": description });
    let tools = names.iter().zip(tools.iter().chain(built_in));
    let tools: Vec<_> = tools.map(|(name, text)| described(name, &text.description)).collect();
    let mut offered = Map::from_iter([("tools".to_owned(), Value::Array(tools))]);
    if !resources.is_empty() {
        let resource =
            |text: &ResourceText| json!({ "uri": text.uri, "description": text.description });
        offered.insert("resources".to_owned(), resources.iter().map(resource).collect());
    }
    if !prompts.is_empty() {
        let prompt = |&(name, description): &(&'static str, &str)| described(name, description);
        offered.insert("prompts".to_owned(), prompts.iter().map(prompt).collect());
    }
    Value::Object(offered)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_and_schemas_do_not_share_their_answers() {
        let of = |version, schemas| {
            generation(&About {
                name: "weather_v2",
                version,
                description: "",
                port: 0,
                schemas,
            })
        };
        // printf '0.1.0{}' | sha256sum
        assert_eq!(of("0.1.0", "{}"), "weather_v2:1313fc1d");
        assert_ne!(of("0.1.0", "{}"), of("0.2.0", "{}"));
        assert_ne!(of("0.1.0", "{}"), of("0.1.0", "{ }"));
    }
}
