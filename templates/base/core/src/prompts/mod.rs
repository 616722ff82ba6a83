// Owned by mcpgen: edits are overwritten.
//! The prompts of a running server: finds the one that is asked for, and makes its messages.

mod text;

use serde_json::{Map, Value};

use self::text::Template;
use crate::body::BoxFuture;
use crate::context::{Context, Origin, Runner};
use crate::document::{IconText, PromptArgument, PromptText};
use crate::error::Error;
use crate::message::Message;
use crate::schema::Problem;
use crate::start_error::StartError;

/// The body of a prompt, with its service inside.
pub(crate) type Body =
    Box<dyn Fn(Value, Context) -> BoxFuture<Result<Vec<Message>, Error>> + Send + Sync>;

/// One prompt, ready to be used.
pub(crate) struct Entry {
    pub name: &'static str,
    pub title: Option<String>,
    pub description: String,
    pub arguments: Vec<PromptArgument>,
    pub icons: Vec<IconText>,
    pub meta: Option<Map<String, Value>>,
    source: Source,
}

/// Where the messages of a prompt come from.
enum Source {
    Texts(Vec<Template>),
    Body(Body),
}

/// All prompts of a server.
pub(crate) struct Prompts {
    pub entries: Vec<Entry>,
    pub runner: Runner,
}

impl Prompts {
    /// The messages of a prompt with these values in them.
    pub(crate) async fn get(
        &self,
        entry: &Entry,
        values: Value,
        origin: Origin,
    ) -> Result<Vec<Message>, Error> {
        entry.check(&values)?;
        match &entry.source {
            Source::Texts(texts) => texts.iter().map(|text| text.fill(&values)).collect(),
            Source::Body(body) => {
                self.runner.run(entry.name, origin, |context| body(values, context)).await
            }
        }
    }

    pub(crate) fn find(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name == name)
    }
}

impl Entry {
    pub(crate) fn new(
        name: &'static str,
        text: PromptText,
        body: Option<Body>,
    ) -> Result<Self, StartError> {
        let wrong = |why: &str| StartError::new(format!("the prompt `{name}` {why}"));
        let source = match body {
            Some(_) if !text.messages.is_empty() => {
                return Err(wrong("has both a body and messages"));
            }
            Some(body) => Source::Body(body),
            None => {
                let is_argument =
                    |used: &str| text.arguments.iter().any(|argument| argument.name == used);
                let messages = text.messages.iter();
                let texts = messages.map(|message| Template::new(message, is_argument));
                Source::Texts(texts.collect::<Result<_, _>>().map_err(|why| wrong(&why))?)
            }
        };
        Ok(Self {
            name,
            title: text.title,
            description: text.description,
            arguments: text.arguments,
            icons: text.icons,
            meta: text.meta,
            source,
        })
    }

    fn check(&self, values: &Value) -> Result<(), Error> {
        let mut problems = Vec::new();
        let mut report = |field: &str, message: &str| {
            problems.push(Problem {
                field: field.to_owned(),
                message: message.to_owned(),
            });
        };
        for argument in &self.arguments {
            match values.get(&argument.name) {
                None | Some(Value::Null) if argument.required => {
                    report(&argument.name, "is required");
                }
                None | Some(Value::Null | Value::String(_)) => {}
                Some(_) => report(&argument.name, "must be a string"),
            }
        }
        for name in values.as_object().into_iter().flat_map(Map::keys) {
            if !self.arguments.iter().any(|argument| argument.name == *name) {
                report(name, "is no argument of this prompt");
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(Error::invalid(problems)) }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn prompt(message: &Value) -> Result<Entry, StartError> {
        let text = json!({
            "description": "d",
            "arguments": [{ "name": "city", "required": true }, { "name": "days" }],
            "messages": [message],
        });
        Entry::new("trip", serde_json::from_value(text).expect("it is a prompt"), None)
    }

    #[test]
    fn every_wrong_argument_is_named() {
        let prompt = prompt(&json!({ "role": "user", "text": "{city}" }));
        let prompt = prompt.expect("the prompt is well formed");
        let error = prompt.check(&json!({ "town": "Oslo", "days": 3 }));
        let error = error.expect_err("`city` is missing");
        let fields: Vec<_> = error.problems().iter().map(|problem| &problem.field).collect();
        assert_eq!(fields, ["city", "days", "town"]);
        assert!(prompt.check(&json!({ "city": "Oslo", "days": null })).is_ok());
    }

    #[test]
    fn a_prompt_that_cannot_be_filled_does_not_start() {
        for text in ["{town}", "single } brace", "open {city"] {
            assert!(prompt(&json!({ "role": "user", "text": text })).is_err(), "{text}");
        }
        let nothing = json!({ "role": "user" });
        let both =
            json!({ "role": "user", "text": "a", "content": { "type": "text", "text": "b" } });
        let unknown = json!({ "role": "user", "content": { "type": "smell", "text": "b" } });
        for message in [nothing, both, unknown] {
            assert!(prompt(&message).is_err(), "{message}");
        }
    }
}
