// Owned by mcpgen: edits are overwritten.
//! A call in several requests: what a client was asked in one, it answers with the next.

use std::collections::BTreeMap;
use std::sync::Arc;

use rmcp::ErrorData;
use rmcp::model::{InputRequiredResult, InputResponses};
use serde_json::Value;

use super::client;
use super::convert;
use crate::ask::Questions;
use crate::caller::Caller;
use crate::clock;
use crate::site::Site;
use crate::state::{Answers, Call, Seal, State};

/// One request of such a call.
pub(super) struct Round<'s> {
    site: &'s Site,
    seal: &'s Seal,
    call: Call,
    answers: Arc<Answers>,
}

impl<'s> Round<'s> {
    /// Takes what a client sends with a request.
    pub(super) fn open(
        site: &'s Site,
        seal: &'s Seal,
        (method, name): (&str, &str),
        (arguments, caller): (&Value, Option<&Caller>),
        state: Option<&str>,
        responses: Option<InputResponses>,
    ) -> Result<Self, ErrorData> {
        let call = Call::new(method, name, arguments, caller);
        let mut responses = responses.unwrap_or_default();
        let answers = match state {
            // An answer is the client's word, with or without a question before it.
            None => responses,
            Some(state) => {
                let opened = seal.open(call, state, clock::seconds()).map_err(|_| {
                    let message = "`requestState` is not one that this server made for this call";
                    ErrorData::invalid_params(message, None)
                })?;
                let State { mut answers, asked } = opened;
                let given = asked.into_iter().filter_map(|key| responses.remove_entry(&key));
                answers.extend(given);
                answers
            }
        };
        let answers = Arc::new(answers);
        Ok(Self {
            site,
            seal,
            call,
            answers,
        })
    }

    /// What the client has answered so far.
    pub(super) fn answers(&self) -> Arc<Answers> {
        Arc::clone(&self.answers)
    }

    /// Asks the client, and gives it what it has answered to keep.
    pub(super) fn close(self, questions: &Questions) -> Result<InputRequiredResult, ErrorData> {
        let mut answers = Arc::unwrap_or_clone(self.answers);
        let mut requests = BTreeMap::new();
        for (key, question) in questions {
            // What it answered to this was none.
            answers.remove(key);
            let request = client::request(question, &self.site.house.forms);
            let request = request.map_err(|error| convert::protocol_error(&error))?;
            requests.insert(key.clone(), request);
        }
        let asked = requests.keys().cloned().collect();
        let sealed = self.seal.close(self.call, State { answers, asked }, clock::seconds());
        let sealed = sealed.map_err(|cause| {
            tracing::error!(%cause, "a state cannot be sealed");
            ErrorData::internal_error("the server failed; its log says why", None)
        })?;
        Ok(InputRequiredResult::new(Some(requests), Some(sealed)))
    }
}
