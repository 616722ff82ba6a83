// Owned by mcpgen: edits are overwritten.
//! A message of a prompt that is written down: fills the arguments into its texts.

use serde_json::Value;

use crate::document::PromptMessage;
use crate::error::Error;
use crate::message::Message;
use crate::plain::plain;
use crate::reply::{Content, Role};

/// A message before its arguments are known.
#[derive(Debug)]
pub(super) struct Template {
    role: Role,
    content: Form,
}

/// A block of content before its arguments are known.
#[derive(Debug)]
enum Form {
    Text(Vec<Piece>),
    /// Everything that is no text is as it is.
    Value(Value),
    List(Vec<Self>),
    Fields(Vec<(String, Self)>),
}

#[derive(Debug)]
enum Piece {
    Text(String),
    Argument(String),
}

impl Template {
    pub(super) fn new(
        message: &PromptMessage,
        is_argument: impl Fn(&str) -> bool,
    ) -> Result<Self, String> {
        let content = match (&message.text, &message.content) {
            (Some(text), None) => serde_json::json!({ "type": "text", "text": text }),
            (None, Some(content)) => content.clone(),
            _ => return Err("has a message without exactly one of `text` and `content`".to_owned()),
        };
        let template = Self {
            role: message.role,
            content: Form::new(&content, &is_argument)?,
        };
        match template.fill(&Value::Null) {
            Ok(_) => Ok(template),
            Err(_) => Err("has a message whose `content` is no block".to_owned()),
        }
    }

    /// The message with these values in it; one that is missing is empty.
    pub(super) fn fill(&self, values: &Value) -> Result<Message, Error> {
        let role = self.role;
        let content: Content = serde_json::from_value(self.content.fill(values))?;
        Ok(Message { role, content })
    }
}

impl Form {
    fn new(value: &Value, is_argument: &impl Fn(&str) -> bool) -> Result<Self, String> {
        Ok(match value {
            Value::String(text) => {
                let pieces = pieces(text).ok_or("has a single brace")?;
                for piece in &pieces {
                    if let Piece::Argument(used) = piece
                        && !is_argument(used)
                    {
                        return Err(format!("uses `{{{used}}}`, which is no argument of it"));
                    }
                }
                Self::Text(pieces)
            }
            Value::Array(items) => {
                let items = items.iter().map(|item| Self::new(item, is_argument));
                Self::List(items.collect::<Result<_, _>>()?)
            }
            Value::Object(fields) => {
                let field = |(name, value): (&String, &Value)| {
                    Ok::<_, String>((name.clone(), Self::new(value, is_argument)?))
                };
                Self::Fields(fields.iter().map(field).collect::<Result<_, _>>()?)
            }
            other => Self::Value(other.clone()),
        })
    }

    fn fill(&self, values: &Value) -> Value {
        match self {
            Self::Text(pieces) => {
                Value::String(pieces.iter().map(|piece| piece.fill(values)).collect())
            }
            Self::Value(value) => value.clone(),
            Self::List(items) => items.iter().map(|item| item.fill(values)).collect(),
            Self::Fields(fields) => {
                let fields = fields.iter();
                Value::Object(
                    fields.map(|(name, form)| (name.clone(), form.fill(values))).collect(),
                )
            }
        }
    }
}

impl Piece {
    fn fill(&self, values: &Value) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Argument(name) => values.get(name).map(plain).unwrap_or_default(),
        }
    }
}

/// Takes a text apart at `{argument}`; `{{` and `}}` are braces. `None` for a single brace.
fn pieces(text: &str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut literal = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        literal.push_str(&rest[..at]);
        let brace = &rest[at..=at];
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(brace) {
            literal.push_str(brace);
            rest = after;
        } else if brace == "{" {
            let (name, after) = rest.split_once('}')?;
            pieces.push(Piece::Text(std::mem::take(&mut literal)));
            pieces.push(Piece::Argument(name.to_owned()));
            rest = after;
        } else {
            return None;
        }
    }
    literal.push_str(rest);
    pieces.push(Piece::Text(literal));
    Some(pieces)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn filled(message: &Value, values: &Value) -> Content {
        let message = serde_json::from_value(message.clone()).expect("it is a message");
        let template = Template::new(&message, |_| true).expect("it is well formed");
        template.fill(values).expect("it can be filled").content
    }

    #[test]
    fn arguments_are_filled_in_and_braces_stay() {
        let message = json!({ "role": "user", "text": "{{x}} {city}{days}!" });
        let content = filled(&message, &json!({ "city": "{days}" }));
        assert_eq!(content, Content::text("{x} {days}!"));
    }

    #[test]
    fn a_block_has_arguments_in_all_its_texts() {
        let resource = json!({ "uri": "a://{id}", "mimeType": "text/plain", "text": "{id} {{" });
        let content =
            json!({ "type": "resource", "resource": resource, "annotations": { "priority": 0.5 } });
        let content =
            filled(&json!({ "role": "assistant", "content": content }), &json!({ "id": 7 }));
        let expected = Content::embedded_text("a://7", "text/plain", "7 {").with_priority(0.5);
        assert_eq!(content, expected);
    }
}
