// Owned by mcpgen: edits are overwritten.
//! What can go wrong in a call and at the start.
//!
//! An [`Error`] carries a sentence that is safe to send and, apart from it, a cause that is only
//! ever logged. Knows neither HTTP nor MCP: each of them maps a [`Kind`] to its own numbers.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use crate::ask::{Ability, Questions};
use crate::metrics::Outcome;
use crate::schema::Problem;

/// What sort of failure it is: decides the answer's status and whose failure it counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The input does not fit the schema.
    InvalidInput,
    /// The tool understood the call and refuses it; the sentence is for the caller.
    Tool,
    /// The caller may not call this tool.
    Forbidden,
    /// There is no such tool, resource or prompt.
    NotFound,
    /// The tool has no body yet.
    NotImplemented,
    /// The upstream cannot be reached, or answered with an error or with something unexpected.
    Upstream,
    /// The upstream did not answer in time.
    UpstreamTimeout,
    /// The call took longer than the server allows.
    Timeout,
    /// The caller is asked something first, and calls again with the answer.
    InputRequired,
    /// The caller cannot do what the call needs, such as show a form to its user.
    MissingAbility,
    /// The call ends with an error of the protocol, because its body wants that.
    Protocol,
    /// The server is broken here; the caller learns nothing but that.
    Internal,
}

impl Kind {
    /// The name of this kind in logs, metrics and the status.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::InvalidInput => "invalid_input",
            Self::Tool => "tool_error",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::NotImplemented => "not_implemented",
            Self::Upstream => "upstream_error",
            Self::UpstreamTimeout => "upstream_timeout",
            Self::Timeout => "timeout",
            Self::InputRequired => "input_required",
            Self::MissingAbility => "missing_ability",
            Self::Protocol => "protocol_error",
            Self::Internal => "internal_error",
        }
    }

    /// How a request that ends with it is counted.
    pub(crate) const fn outcome(self) -> Outcome {
        if matches!(self, Self::InputRequired) {
            return Outcome::Ok;
        }
        if self.is_servers_fault() { Outcome::ServerError } else { Outcome::ClientError }
    }

    /// Whether the server is to blame: only these make it unhealthy.
    #[must_use]
    pub const fn is_servers_fault(self) -> bool {
        matches!(self, Self::Upstream | Self::UpstreamTimeout | Self::Timeout | Self::Internal)
    }
}

/// A failed call.
///
/// `?` turns every other error into an internal one: its text is logged and never sent. As with
/// `anyhow::Error`, this type itself is therefore no `std::error::Error`.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: Kind,
    message: Cow<'static, str>,
    problems: Vec<Problem>,
    abilities: Vec<Ability>,
    questions: Questions,
    /// Shared, so that the calls that shared a failed run can share its error.
    cause: Option<Arc<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error of any kind; `message` is sent to the caller.
    #[must_use]
    pub fn new(kind: Kind, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            problems: Vec::new(),
            abilities: Vec::new(),
            questions: Questions::new(),
            cause: None,
        }))
    }

    /// The tool refuses the call, and says why.
    #[must_use]
    pub fn tool(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Tool, message)
    }

    /// There is no such thing.
    #[must_use]
    pub fn not_found(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::NotFound, message)
    }

    /// The tool of this name has no body yet.
    #[must_use]
    pub fn not_implemented(name: &str) -> Self {
        Self::new(Kind::NotImplemented, format!("`{name}` is not implemented yet"))
    }

    /// The upstream failed; `message` must not repeat what it said.
    #[must_use]
    pub fn upstream(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Upstream, message)
    }

    /// The upstream did not answer in time.
    #[must_use]
    pub fn upstream_timeout(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::UpstreamTimeout, message)
    }

    /// The client cannot do what this call needs.
    #[must_use]
    pub fn missing_ability(ability: Ability) -> Self {
        Self::missing_abilities(vec![ability])
    }

    /// The client can do none of these, and this call needs all.
    #[must_use]
    pub(crate) fn missing_abilities(abilities: Vec<Ability>) -> Self {
        let names: Vec<_> = abilities.iter().map(|ability| ability.name()).collect();
        let message = format!("this needs a client of MCP that can do {}", names.join(" and "));
        let mut error = Self::new(Kind::MissingAbility, message);
        error.0.abilities = abilities;
        error
    }

    /// The call ends with an error of the protocol instead of an answer that a model could read.
    #[must_use]
    pub fn protocol(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Protocol, message)
    }

    /// The caller is asked something first.
    pub(crate) fn input_required(questions: Questions) -> Self {
        let mut error =
            Self::new(Kind::InputRequired, "this call needs an answer of its caller first");
        error.0.questions = questions;
        error
    }

    /// What the caller is asked; nothing for every other kind.
    pub(crate) fn into_questions(self) -> Questions {
        self.0.questions
    }

    /// The server is broken here; `cause` is logged and never sent.
    #[must_use]
    pub fn internal(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(Kind::Internal, "the server failed; its log says why").with_cause(cause)
    }

    /// The input has these problems, all of them.
    #[must_use]
    pub fn invalid(problems: Vec<Problem>) -> Self {
        let mut message = String::from("the input is not valid");
        for (index, problem) in problems.iter().enumerate() {
            message.push_str(if index == 0 { ": " } else { "; " });
            message.push_str(&problem.to_string());
        }
        let mut error = Self::new(Kind::InvalidInput, message);
        error.0.problems = problems;
        error
    }

    /// Adds what is behind it, for the log.
    #[must_use]
    pub fn with_cause(mut self, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.cause = Some(cause.into().into());
        self
    }

    /// What sort of failure it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// The sentence for the caller.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What is wrong with the input, by field; empty for every other kind.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.0.problems
    }

    /// What the client would have to be able to do; empty for every other kind.
    #[must_use]
    pub fn abilities(&self) -> &[Ability] {
        &self.0.abilities
    }

    /// The whole chain of causes, for the log only.
    #[must_use]
    pub fn cause(&self) -> Option<String> {
        self.0.cause.as_deref().map(|cause| chain(cause))
    }
}

impl<E: StdError + Send + Sync + 'static> From<E> for Error {
    fn from(cause: E) -> Self {
        Self::internal(cause)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.kind.class(), self.0.message)?;
        self.cause().map_or(Ok(()), |cause| write!(f, " ({cause})"))
    }
}

/// A name from outside, short enough to be repeated.
pub(crate) fn shown(name: &str) -> &str {
    let end = name.char_indices().nth(64).map_or(name.len(), |(end, _)| end);
    &name[..end]
}

/// The text of an error and of everything behind it.
pub(crate) fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fails() -> Result<(), Error> {
        let number: i32 = "x".parse()?;
        Err(Error::tool(number.to_string()))
    }

    #[test]
    fn the_text_of_a_foreign_error_stays_inside() {
        let error = fails().expect_err("`x` is no number");
        assert_eq!(error.kind(), Kind::Internal);
        assert!(!error.message().contains("invalid digit"));
        assert!(error.cause().is_some_and(|cause| cause.contains("invalid digit")));
    }

    #[test]
    fn every_problem_is_in_the_message() {
        let problem = |field: &str| Problem {
            field: field.into(),
            message: "is missing".into(),
        };
        let error = Error::invalid(vec![problem("city"), problem("days")]);
        assert!(error.message().contains("city") && error.message().contains("days"));
        assert_eq!(error.problems().len(), 2);
    }
}
