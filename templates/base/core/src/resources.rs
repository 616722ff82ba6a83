// Owned by mcpgen: edits are overwritten.
//! The resources of a running server: finds the one that an address means, and reads it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Map, Value};

use crate::body::BoxFuture;
use crate::context::{Context, House, Origin};
use crate::document::ResourceText;
use crate::error::Error;
use crate::guard;
use crate::reply::Contents;
use crate::stats::Stats;
use crate::uri::Template;

/// The body of a resource, with its service inside.
pub(crate) type Body =
    Box<dyn Fn(Value, Context) -> BoxFuture<Result<Contents, Error>> + Send + Sync>;

/// One resource, ready to be read.
pub(crate) struct Entry {
    pub name: &'static str,
    pub text: ResourceText,
    pub template: Template,
    pub body: Body,
}

/// All resources of a server.
pub(crate) struct Resources {
    pub entries: Vec<Entry>,
    pub timeout: Duration,
    pub stats: Arc<Stats>,
    pub house: Arc<House>,
}

impl Resources {
    /// Whether there is a resource at this address.
    pub(crate) fn has(&self, uri: &str) -> bool {
        self.entries.iter().any(|entry| entry.template.read(uri).is_some())
    }

    /// Reads what is at an address, and says what is known of it.
    pub(crate) async fn read(
        &self,
        uri: &str,
        origin: Origin,
    ) -> Result<(Contents, &ResourceText), Error> {
        let found = self.entries.iter().find_map(|entry| Some((entry, entry.template.read(uri)?)));
        let Some((entry, arguments)) = found else {
            return Err(Error::not_found("there is no resource at this address"));
        };
        let started = Instant::now();
        let context = Context::new(entry.name, origin, Arc::clone(&self.house));
        let result = self.run(entry, arguments, context.clone()).await;
        context.ended(&self.stats, started, result.as_ref().err(), "not read");
        Ok((result?, &entry.text))
    }

    async fn run(
        &self,
        entry: &Entry,
        arguments: Map<String, Value>,
        context: Context,
    ) -> Result<Contents, Error> {
        let body = guard::call(|| (entry.body)(Value::Object(arguments), context.clone()))?;
        context.run(body, self.timeout).await
    }
}
