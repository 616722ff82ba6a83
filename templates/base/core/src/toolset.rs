// Owned by mcpgen: edits are overwritten.
//! The tools of a running server: checks the input, looks into the cache, runs the body, counts.
//!
//! Both transports call tools here and only here. Knows neither HTTP nor MCP.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::ask::Ability;
use crate::body::BoxFuture;
use crate::cache::{Cache, Found, Key};
use crate::context::{Access, Context, House, Origin};
use crate::document::ToolText;
use crate::error::{Error, Kind, shown};
use crate::features::TaskSupport;
use crate::guard;
use crate::metrics::{Outcome, ToolMetrics};
use crate::reply::{Parts, Reply};
use crate::schema::Schema;
use crate::server::Hints;
use crate::stats::Stats;

/// The body of a tool, with its service inside.
pub(crate) type Body = Box<dyn Fn(Value, Context) -> BoxFuture<Result<Reply, Error>> + Send + Sync>;

/// One tool, ready to be called.
pub(crate) struct Entry {
    pub name: &'static str,
    pub text: ToolText,
    pub hints: Hints,
    /// What a caller's token must allow.
    pub scopes: Vec<&'static str>,
    schema: Schema,
    ttl: Option<Duration>,
    /// What a client must be able to do.
    requires: Vec<Ability>,
    /// Whether a call can go on after its first answer.
    pub task: Option<TaskSupport>,
    /// The tools of the base itself say how the server is and must not change it by that.
    counted: bool,
    plain: bool,
    metrics: Arc<ToolMetrics>,
    body: Body,
}

impl Entry {
    pub(crate) fn new(
        name: &'static str,
        text: ToolText,
        hints: Hints,
        schema: Schema,
        ttl: Option<Duration>,
        metrics: Arc<ToolMetrics>,
        body: Body,
    ) -> Self {
        Self {
            name,
            text,
            hints,
            scopes: Vec::new(),
            schema,
            ttl,
            requires: Vec::new(),
            task: None,
            counted: true,
            plain: false,
            metrics,
            body,
        }
    }

    /// The same for callers whose token has these scopes.
    pub(crate) fn with_scopes(mut self, scopes: Vec<&'static str>) -> Self {
        self.scopes = scopes;
        self
    }

    /// The same for clients that can do all of these.
    pub(crate) fn requires(mut self, abilities: Vec<Ability>) -> Self {
        self.requires = abilities;
        self
    }

    /// The same, with calls that can become tasks.
    pub(crate) fn task(mut self, support: Option<TaskSupport>) -> Self {
        self.task = support;
        self
    }

    /// The same, whose body takes no context and none of whose input is repeated in a header.
    pub(crate) fn plain(mut self) -> Self {
        self.plain = true;
        self
    }

    /// Whether nothing can come of a call but its answer, whoever calls.
    pub(crate) fn is_plain(&self) -> bool {
        self.plain && self.requires.is_empty() && self.task.is_none()
    }

    /// The same, left out of the server's status.
    pub(crate) fn uncounted(mut self) -> Self {
        self.counted = false;
        self
    }
}

/// The answers that are kept.
pub(crate) type Answers = Cache<Parts, Unkept>;

/// An answer that is not kept: the next call may fare better.
#[derive(Clone)]
pub(crate) enum Unkept {
    Reply(Reply),
    Error(Error),
}

/// All tools of a server.
pub(crate) struct Toolset {
    entries: Vec<Entry>,
    places: HashMap<&'static str, usize>,
    has_tasks: bool,
    timeout: Duration,
    cache: Answers,
    stats: Arc<Stats>,
    house: Arc<House>,
    /// Where calls of tools count that do not exist.
    unknown: Arc<ToolMetrics>,
}

impl Toolset {
    pub(crate) fn new(
        entries: Vec<Entry>,
        timeout: Duration,
        cache: Answers,
        stats: Arc<Stats>,
        house: Arc<House>,
    ) -> Self {
        let places = entries.iter().enumerate().map(|(place, entry)| (entry.name, place)).collect();
        Self {
            has_tasks: entries.iter().any(|entry| entry.task.is_some()),
            entries,
            places,
            timeout,
            cache,
            stats,
            unknown: house.metrics.tool(""),
            house,
        }
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub(crate) fn place(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
    }

    /// Whether calls of this tool can become tasks.
    pub(crate) fn task(&self, name: &str) -> Option<TaskSupport> {
        if !self.has_tasks {
            return None;
        }
        self.entries[self.place(name)?].task
    }

    pub(crate) fn has_tasks(&self) -> bool {
        self.has_tasks
    }

    pub(crate) fn cache(&self) -> &Answers {
        &self.cache
    }

    /// Calls a tool by its name.
    pub(crate) async fn call(
        &self,
        name: &str,
        input: Value,
        origin: Origin,
    ) -> Result<Reply, Error> {
        let Some(place) = self.place(name) else {
            self.unknown.record(Outcome::ClientError, Duration::ZERO);
            return Err(Error::not_found(format!("there is no tool `{}`", shown(name))));
        };
        let entry = &self.entries[place];
        let started = Instant::now();
        let is_allowed = origin.may(&entry.scopes);
        let house = Arc::clone(&self.house);
        let access = if entry.ttl.is_some() { Access::None } else { Access::Full };
        let context = Context::new(entry.name, origin, house, access);
        let result = if is_allowed {
            self.answer(entry, input, context.clone()).await
        } else {
            Err(lacks_scope(entry))
        };
        let now = Instant::now();
        let took = now - started;
        entry.metrics.record(outcome(&result), took);
        if entry.counted {
            let failure = result.as_ref().err().map(Error::kind);
            let failure = failure.filter(|kind| kind.is_servers_fault()).map(Kind::class);
            self.stats.record(now, took, failure);
        }
        log(&context, took, &result);
        result
    }

    async fn answer(&self, entry: &Entry, input: Value, context: Context) -> Result<Reply, Error> {
        let missing = entry.requires.iter().filter(|ability| !context.can(**ability));
        let missing: Vec<_> = missing.copied().collect();
        if !missing.is_empty() {
            return Err(Error::missing_abilities(missing));
        }
        let input = entry.schema.check(input).map_err(Error::invalid)?;
        let Some(ttl) = entry.ttl else {
            return self.run(entry, input, context).await;
        };
        let key = Key::new(entry.name, &input);
        let run = async {
            match self.run(entry, input, context).await {
                Ok(reply) if reply.is_error() => Err(Unkept::Reply(reply)),
                Ok(reply) => Ok(reply.0),
                Err(error) => Err(Unkept::Error(error)),
            }
        };
        let (found, parts) = self.cache.get_or_run(key, ttl, run).await;
        match found {
            Found::Hit => entry.metrics.cache_hits.increment(),
            Found::Miss => entry.metrics.cache_misses.increment(),
            Found::Joined => entry.metrics.cache_joins.increment(),
        }
        match parts.map_err(Arc::unwrap_or_clone) {
            Ok(parts) => Ok(Reply(Arc::unwrap_or_clone(parts))),
            Err(Unkept::Reply(reply)) => Ok(reply),
            Err(Unkept::Error(error)) => Err(error),
        }
    }

    async fn run(&self, entry: &Entry, input: Value, context: Context) -> Result<Reply, Error> {
        let body = guard::call(|| (entry.body)(input, context.clone()))?;
        context.run(body, self.timeout).await
    }
}

fn outcome(result: &Result<Reply, Error>) -> Outcome {
    match result {
        Ok(reply) if reply.is_error() => Outcome::ClientError,
        Ok(_) => Outcome::Ok,
        Err(error) => error.kind().outcome(),
    }
}

/// Over HTTP this was refused before; here it is true of every way to a tool.
fn lacks_scope(entry: &Entry) -> Error {
    let scopes = entry.scopes.join(" ");
    Error::new(Kind::Forbidden, format!("`{}` needs a token with the scope `{scopes}`", entry.name))
}

fn log(context: &Context, took: Duration, result: &Result<Reply, Error>) {
    let (name, request_id, traceparent) =
        (context.name(), context.request_id(), context.traceparent());
    let seconds = took.as_secs_f64();
    match result {
        Ok(_) => tracing::debug!(name, seconds, request_id, traceparent, "answered"),
        Err(error) if error.kind().is_servers_fault() => {
            let (class, cause) = (error.kind().class(), error.cause());
            tracing::warn!(name, seconds, request_id, traceparent, class, cause, "failed: {error}");
        }
        Err(error) => {
            let class = error.kind().class();
            tracing::debug!(name, seconds, request_id, traceparent, class, "refused: {error}");
        }
    }
}
