// Owned by mcpgen: edits are overwritten.
//! What is asked, and how the answers to it are read.

use serde::Deserialize;
use serde_json::Value;

use super::{Ability, Root};
use crate::error::Error;

/// Something that a client is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Question {
    Form { name: &'static str, message: String },
    Sample { prompt: String, max_tokens: u32 },
    Roots,
}

/// The questions of one call that are open at the same time, each with its key.
pub(crate) type Questions = Vec<(String, Question)>;

impl Question {
    pub(crate) fn ability(&self) -> Ability {
        match self {
            Self::Form { .. } => Ability::Elicitation,
            Self::Sample { .. } => Ability::Sampling,
            Self::Roots => Ability::Roots,
        }
    }

    /// The same for a client whose answer was none: its user reads why.
    pub(crate) fn once_more(self, Unfit(why): &Unfit) -> Self {
        match self {
            Self::Form { name, message } => Self::Form {
                name,
                message: format!("{message} (The last answer {why}.)"),
            },
            other => other,
        }
    }
}

/// Why an answer is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unfit(pub String);

impl Unfit {
    /// The failure of a call whose question of this key was answered so.
    pub(crate) fn of(self, key: &str) -> Error {
        Error::tool(format!("the client's answer to `{key}` {}", self.0))
    }
}

/// The text of a model.
pub(crate) fn sampled(answer: &Value) -> Result<String, Unfit> {
    let content = &answer["content"];
    let blocks = content.as_array().map_or(std::slice::from_ref(content), Vec::as_slice);
    let texts: Vec<_> = blocks.iter().filter_map(|block| block["text"].as_str()).collect();
    if texts.is_empty() { Err(Unfit("has no text".to_owned())) } else { Ok(texts.join("\n")) }
}

/// The folders of a client.
pub(crate) fn roots(answer: &Value) -> Result<Vec<Root>, Unfit> {
    Vec::deserialize(&answer["roots"]).map_err(|_| Unfit("is no list of folders".to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_model_answers_with_one_block_or_several() {
        let one = json!({ "role": "assistant", "content": { "type": "text", "text": "Paris" } });
        assert_eq!(sampled(&one), Ok("Paris".to_owned()));
        let text = |text: &str| json!({ "type": "text", "text": text });
        let several = json!({ "content": [text("a"), { "type": "image" }, text("b")] });
        assert_eq!(sampled(&several), Ok("a\nb".to_owned()));
        for none in [json!(7), json!({}), json!({ "content": [] }), json!({ "content": "x" })] {
            assert!(sampled(&none).is_err(), "{none}");
        }
    }

    #[test]
    fn folders_may_have_names() {
        let answer =
            json!({ "roots": [{ "uri": "file:///a", "name": "A" }, { "uri": "file:///b" }] });
        let found = roots(&answer).expect("they are folders");
        assert_eq!(found[0].name.as_deref(), Some("A"));
        assert_eq!((found[1].uri.as_str(), found.len()), ("file:///b", 2));
        for none in [json!(null), json!({ "roots": 3 }), json!({ "roots": [{ "name": "A" }] })] {
            assert!(roots(&none).is_err(), "{none}");
        }
    }
}
