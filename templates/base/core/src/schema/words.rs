// Owned by mcpgen: edits are overwritten.
//! The words of messages.

use serde_json::Value;

/// More names than this do not help the reader of a message.
const MOST_NAMES: usize = 20;

/// That there is too little of something.
pub(super) fn at_least(count: u64, noun: &str) -> String {
    match count {
        1 => "must not be empty".to_owned(),
        _ => format!("must have at least {count} {noun}s"),
    }
}

/// That there is too much of something.
pub(super) fn at_most(count: u64, noun: &str) -> String {
    match count {
        0 => "must be empty".to_owned(),
        1 => format!("must have at most 1 {noun}"),
        _ => format!("must have at most {count} {noun}s"),
    }
}

/// Names and values in backticks: `` `metric`, `imperial` ``.
pub(super) fn listed(names: impl ExactSizeIterator<Item = String>) -> String {
    let more = names.len().saturating_sub(MOST_NAMES);
    let mut listed: Vec<_> = names.take(MOST_NAMES).map(|name| format!("`{name}`")).collect();
    if more > 0 {
        listed.push(format!("{more} more"));
    }
    listed.join(", ")
}

/// A value as it is named in a message.
pub(super) fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
