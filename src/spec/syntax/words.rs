//! What the TOML parser says, in our words.
//!
//! Knows the parser's sentences; one that it does not know is passed on as it is.

use super::super::problem::Problem;
use crate::text::quote;

/// What the parser says of a table or key that is there already. The document around it can be trusted.
pub(super) const DUPLICATE: &str = "duplicate key";

/// A syntax error as a problem.
pub(super) fn problem(error: &toml::de::Error, text: &str) -> Problem {
    let span = error.span().unwrap_or(text.len()..text.len());
    let word = text.get(span.clone()).unwrap_or_default();
    let reason = error.message().split(", expected").next().unwrap_or_default();
    let (message, help) = match reason {
        DUPLICATE => (
            format!("{} is defined twice", quote(word)),
            "a key or table may stand only once: join the two, or rename one",
        ),
        "string values must be quoted" | "missing value" | "missing value for key" if word.trim().is_empty() => {
            ("a key has no value".into(), "write one behind the `=`")
        }
        "string values must be quoted" => (format!("{} is not a value", quote(word)), "put text in quotes"),
        "key with no value" => ("a key has no value".into(), "write `key = value`"),
        "unclosed table" | "unclosed array table" => {
            ("the header is never closed".into(), "close `[` with `]`, and `[[` with `]]`")
        }
        "unclosed array" => ("the array is never closed".into(), "close it with `]`"),
        "unclosed inline table" => ("the inline table is never closed".into(), "close it with `}`"),
        "unexpected key or value" | "unexpected content" => {
            ("a line holds more than one key and its value".into(), "put each key on a line of its own")
        }
        "unexpected leading zero" => {
            ("a number begins with a zero".into(), "remove the zero, or put the digits in quotes if they are text")
        }
        "missing escaped value" => (
            "a backslash stands before a character that it has no meaning for".into(),
            "write `\\\\` for a backslash, or put the text between `'` and `'`, where it means nothing",
        ),
        "carriage return must be followed by newline" => {
            ("a carriage return stands without a newline".into(), "end lines with a newline, or with both")
        }
        _ if reason.starts_with("invalid") && reason.ends_with("string") => (
            "a string is not closed where its line ends, or holds a control character".into(),
            "close it with the quote that it began with; text of several lines stands between `\"\"\"` and `\"\"\"`",
        ),
        _ => {
            (format!("this is not TOML: {}", error.message()), "see https://toml.io/en/v1.0.0 for what may stand here")
        }
    };
    Problem::new(span, message).help(help)
}
