// Owned by mcpgen: edits are overwritten.
//! Asks the caller in the middle of a call.
//!
//! One function for the body, two ways to the caller. One that keeps a connection for it, as before
//! 2026-07-28, is sent a request and the body waits. Any other is told at the end of the call what
//! is asked, and calls again with the answers: the body then runs from its top and finds them. So
//! what a body does before its last question may happen more than once: it asks first and acts
//! afterwards.

use std::future::pending;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use super::{Access, Context};
use crate::ask::{Ability, Answer, Form, Question, Questions, Root, Unfit};
use crate::error::Error;

/// What a call has asked.
#[derive(Default)]
pub(super) struct Asked {
    /// Whether there are questions that end the call; looked at without a lock each time a body
    /// waits for something.
    open: AtomicBool,
    keys: Mutex<Keys>,
    begun: AtomicU64,
    ended: AtomicU64,
}

#[derive(Default)]
struct Keys {
    used: Vec<String>,
    open: Questions,
    /// A key that two questions have.
    clash: Option<String>,
}

impl Asked {
    pub(super) fn is_open(&self) -> bool {
        self.open.load(Ordering::Acquire)
    }

    /// The end of a call that waits for answers.
    pub(super) fn end(&self) -> Error {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        match &keys.clash {
            Some(key) => clash(key),
            None => Error::input_required(std::mem::take(&mut keys.open)),
        }
    }

    /// Whether a client is thinking about a question right now.
    pub(super) fn is_waiting(&self) -> bool {
        self.begun.load(Ordering::Acquire) != self.ended.load(Ordering::Acquire)
    }

    /// How many answers have come.
    pub(super) fn turns(&self) -> u64 {
        self.ended.load(Ordering::Acquire)
    }

    /// A key stands for one question: what came back under it could not be told apart otherwise.
    fn take_key(&self, key: &str) -> Result<(), Error> {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        if keys.used.iter().any(|used| used == key) {
            keys.clash = Some(key.to_owned());
            return Err(clash(key));
        }
        keys.used.push(key.to_owned());
        Ok(())
    }

    fn open(&self, key: &str, question: Question) {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        keys.open.push((key.to_owned(), question));
        self.open.store(true, Ordering::Release);
    }
}

fn clash(key: &str) -> Error {
    Error::internal(format!("two questions of one call have the key `{key}`"))
}

/// Counts a question as answered when it is dropped, however that comes about.
struct Waiting<'a>(&'a Asked);

impl<'a> Waiting<'a> {
    fn new(asked: &'a Asked) -> Self {
        asked.begun.fetch_add(1, Ordering::AcqRel);
        Self(asked)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.ended.fetch_add(1, Ordering::AcqRel);
    }
}

impl Context {
    /// Shows a form to the user of the client. `key` names the question within this call.
    ///
    /// A body may run again from its top to get its answers: it asks first and acts afterwards.
    ///
    /// # Errors
    ///
    /// When the client cannot show forms, or what it answers does not fit the form.
    pub async fn elicit<T: Form>(
        &self,
        key: &str,
        message: impl Into<String>,
    ) -> Result<Answer<T>, Error> {
        let question = Question::Form {
            name: T::NAME,
            message: message.into(),
        };
        self.ask(key, question, |answer| self.0.house.forms.read(answer)).await
    }

    /// Lets the model of the client continue a prompt. `key` names the question within this call.
    ///
    /// # Errors
    ///
    /// When the client does not lend its model, or what it answers is no text.
    pub async fn sample(
        &self,
        key: &str,
        prompt: impl Into<String>,
        max_tokens: u32,
    ) -> Result<String, Error> {
        let question = Question::Sample {
            prompt: prompt.into(),
            max_tokens,
        };
        self.ask(key, question, crate::ask::sampled).await
    }

    /// The folders that the client works on. `key` names the question within this call.
    ///
    /// # Errors
    ///
    /// When the client does not tell, or what it answers is no list of folders.
    pub async fn roots(&self, key: &str) -> Result<Vec<Root>, Error> {
        self.ask(key, Question::Roots, crate::ask::roots).await
    }

    /// Asks only where the caller can do this; nothing otherwise.
    ///
    /// # Errors
    ///
    /// When the question itself fails.
    pub async fn if_able<T>(
        &self,
        ability: Ability,
        question: impl Future<Output = Result<T, Error>>,
    ) -> Result<Option<T>, Error> {
        if self.can(ability) { question.await.map(Some) } else { Ok(None) }
    }

    async fn ask<T>(
        &self,
        key: &str,
        question: Question,
        read: impl Fn(&Value) -> Result<T, Unfit>,
    ) -> Result<T, Error> {
        let ability = question.ability();
        let Some(client) = self.client() else {
            return Err(Error::missing_ability(ability));
        };
        match self.0.access {
            Access::Full => {}
            Access::Known => return Err(Error::internal("a completion cannot ask its caller")),
            Access::None => {
                let message = "a tool whose answers are cached cannot ask its caller";
                return Err(Error::internal(message));
            }
        }
        if !client.can(ability) {
            return Err(Error::missing_ability(ability));
        }
        let asked = &self.0.asked;
        asked.take_key(key)?;
        if client.is_asked_between_calls() {
            match client.answer(key).map(&read) {
                Some(Ok(answer)) => return Ok(answer),
                Some(Err(unfit)) => asked.open(key, question.once_more(&unfit)),
                None => asked.open(key, question),
            }
            return pending().await;
        }
        let answer = {
            let _waiting = Waiting::new(asked);
            client.ask(key, &question, &self.0.house.forms).await?
        };
        read(&answer).map_err(|unfit| unfit.of(key))
    }
}
