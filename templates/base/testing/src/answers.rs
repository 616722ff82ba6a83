// Owned by mcpgen: edits are overwritten.
//! What a client answers when a server asks it something in the middle of a call.
//!
//! The answers are in the case of a tool, resource or prompt. A client of the current revision is
//! told all questions at the end of a call and calls again; one before it gets them as requests of
//! the server, on the stream that its own request waits for.

use std::sync::Mutex;

use serde::Deserialize;
use serde_json::{Map, Value, json};

/// A question of a server, and what a client answers.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// The name of the question within its call.
    pub key: String,
    /// How it is asked, such as `elicitation/create`.
    pub method: String,
    /// The answer.
    pub answer: Value,
}

/// The answers that a client has ready.
#[derive(Debug)]
pub(crate) struct Answers {
    asks: Vec<Ask>,
    /// Which of them were given to requests, which have no key.
    given: Mutex<Vec<bool>>,
}

impl Answers {
    pub(crate) fn new(asks: &[Ask]) -> Self {
        Self {
            asks: asks.to_vec(),
            given: Mutex::new(vec![false; asks.len()]),
        }
    }

    /// What a client that can answer says about itself.
    pub(crate) fn capabilities() -> Value {
        json!({ "elicitation": {}, "roots": {}, "sampling": {} })
    }

    /// What goes into the next call, where a result says that something is asked first.
    #[track_caller]
    pub(crate) fn next_call(&self, result: &Value) -> Option<Map<String, Value>> {
        if result["resultType"] != "input_required" {
            return None;
        }
        let questions = result["inputRequests"].as_object().into_iter().flatten();
        let answers: Map<String, Value> = questions
            .map(|(key, question)| {
                let ask = self.asks.iter().find(|ask| ask.key == *key);
                let Some(ask) = ask.filter(|ask| question["method"] == ask.method.as_str()) else {
                    panic!("nobody has an answer to `{key}`: {question}")
                };
                (key.clone(), ask.answer.clone())
            })
            .collect();
        let mut more = Map::from_iter([("inputResponses".to_owned(), Value::Object(answers))]);
        if let Some(state) = result.get("requestState") {
            more.insert("requestState".to_owned(), state.clone());
        }
        Some(more)
    }

    /// The answer to a message, where that is a request of the server.
    #[track_caller]
    pub(crate) fn to_request(&self, message: &Value) -> Option<Value> {
        let (method, id) = (message["method"].as_str()?, message.get("id")?);
        let mut given = self.given.lock().expect("no test holds this for longer");
        let mut asks = self.asks.iter().zip(given.iter_mut());
        let next = asks.find(|(ask, given)| ask.method == method && !**given);
        let Some((ask, given)) = next else { panic!("nobody has an answer to this: {message}") };
        *given = true;
        Some(json!({ "jsonrpc": "2.0", "id": id, "result": ask.answer }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers() -> Answers {
        let ask = |key: &str, answer| Ask {
            key: key.to_owned(),
            method: "elicitation/create".to_owned(),
            answer,
        };
        Answers::new(&[ask("a", json!(1)), ask("b", json!(2))])
    }

    #[test]
    fn questions_are_answered_by_their_keys() {
        let asked = json!({
            "resultType": "input_required",
            "inputRequests": { "b": { "method": "elicitation/create" } },
            "requestState": "sealed",
        });
        let more = answers().next_call(&asked).expect("something is asked");
        let expected = json!({ "inputResponses": { "b": 2 }, "requestState": "sealed" });
        assert_eq!(Value::Object(more), expected);
        assert_eq!(answers().next_call(&json!({ "resultType": "complete" })), None);
    }

    #[test]
    fn requests_are_answered_one_after_the_other() {
        let answers = answers();
        let ask = |id| json!({ "id": id, "method": "elicitation/create" });
        let answer = |id| answers.to_request(&ask(id)).map(|answer| answer["result"].clone());
        assert_eq!((answer(1), answer(2)), (Some(json!(1)), Some(json!(2))));
        assert_eq!(answers.to_request(&json!({ "method": "notifications/message" })), None);
    }
}
