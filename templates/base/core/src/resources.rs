// Owned by mcpgen: edits are overwritten.
//! The resources of a running server: finds the one that an address means, and reads it.

use serde_json::Value;

use crate::body::BoxFuture;
use crate::context::{Context, Origin, Runner};
use crate::document::ResourceText;
use crate::error::Error;
use crate::reply::Contents;
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
    pub runner: Runner,
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
        let arguments = Value::Object(arguments);
        let read = self.runner.run(entry.name, origin, |context| (entry.body)(arguments, context));
        Ok((read.await?, &entry.text))
    }
}
