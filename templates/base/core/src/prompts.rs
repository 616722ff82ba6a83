// Owned by mcpgen: edits are overwritten.
//! The prompts of a running server: fills the arguments into the messages.

use serde_json::{Map, Value};

use crate::document::{PromptArgument, PromptText};
use crate::error::Error;
use crate::plain::plain;
use crate::schema::Problem;
use crate::start_error::StartError;

/// One prompt, its messages taken apart.
#[derive(Debug)]
pub(crate) struct Entry {
    pub name: &'static str,
    pub title: Option<String>,
    pub description: String,
    pub arguments: Vec<PromptArgument>,
    messages: Vec<Message>,
}

/// A message before its arguments are known.
#[derive(Debug)]
struct Message {
    from_user: bool,
    pieces: Vec<Piece>,
}

#[derive(Debug)]
enum Piece {
    Text(String),
    Argument(String),
}

/// A message as it is sent.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Filled {
    pub from_user: bool,
    pub text: String,
}

impl Entry {
    pub(crate) fn new(name: &'static str, text: PromptText) -> Result<Self, StartError> {
        let mut messages = Vec::with_capacity(text.messages.len());
        for message in &text.messages {
            let wrong = |why: &str| StartError::new(format!("the prompt `{name}` {why}"));
            let from_user = match message.role.as_str() {
                "user" => true,
                "assistant" => false,
                _ => return Err(wrong("has a role that is neither `user` nor `assistant`")),
            };
            let pieces = pieces(&message.text).ok_or_else(|| wrong("has a single brace"))?;
            for piece in &pieces {
                if let Piece::Argument(used) = piece
                    && !text.arguments.iter().any(|argument| argument.name == *used)
                {
                    return Err(wrong(&format!("uses `{{{used}}}`, which is no argument of it")));
                }
            }
            messages.push(Message { from_user, pieces });
        }
        let PromptText {
            title,
            description,
            arguments,
            ..
        } = text;
        Ok(Self {
            name,
            title,
            description,
            arguments,
            messages,
        })
    }

    /// The messages with these values in them; an optional one that is missing is empty.
    pub(crate) fn fill(&self, values: &Map<String, Value>) -> Result<Vec<Filled>, Error> {
        let problems = self.problems(values);
        if !problems.is_empty() {
            return Err(Error::invalid(problems));
        }
        Ok(self.messages.iter().map(|message| message.fill(values)).collect())
    }

    fn problems(&self, values: &Map<String, Value>) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut report = |field: &str, message: &str| {
            problems.push(Problem {
                field: field.to_owned(),
                message: message.to_owned(),
            });
        };
        for argument in &self.arguments {
            if argument.required && values.get(&argument.name).is_none_or(Value::is_null) {
                report(&argument.name, "is required");
            }
        }
        for name in values.keys() {
            if !self.arguments.iter().any(|argument| argument.name == *name) {
                report(name, "is no argument of this prompt");
            }
        }
        problems
    }
}

impl Message {
    fn fill(&self, values: &Map<String, Value>) -> Filled {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(part) => text.push_str(part),
                Piece::Argument(name) => {
                    text.push_str(&values.get(name).map(plain).unwrap_or_default());
                }
            }
        }
        Filled {
            from_user: self.from_user,
            text,
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

    fn prompt(text: &str) -> Result<Entry, StartError> {
        let text = json!({
            "description": "d",
            "arguments": [{ "name": "city", "required": true }, { "name": "days" }],
            "messages": [{ "role": "user", "text": text }],
        });
        Entry::new("trip", serde_json::from_value(text).expect("it is a prompt"))
    }

    fn filled(text: &str, values: &Value) -> Result<String, Error> {
        let prompt = prompt(text).expect("the prompt is well formed");
        let values = values.as_object().expect("values are an object");
        Ok(prompt.fill(values)?.remove(0).text)
    }

    #[test]
    fn arguments_are_filled_in_and_braces_stay() {
        let text = filled("{{x}} {city}{days}!", &json!({ "city": "{days}" }));
        assert_eq!(text.expect("nothing is missing"), "{x} {days}!");
    }

    #[test]
    fn every_wrong_argument_is_named() {
        let error = filled("{city}", &json!({ "town": "Oslo" })).expect_err("`city` is missing");
        let fields: Vec<_> = error.problems().iter().map(|problem| &problem.field).collect();
        assert_eq!(fields, ["city", "town"]);
    }

    #[test]
    fn a_prompt_that_cannot_be_filled_does_not_start() {
        assert!(prompt("{town}").is_err());
        assert!(prompt("single } brace").is_err());
        assert!(prompt("open {city").is_err());
    }
}
