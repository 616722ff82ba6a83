//! Lists of a running server beside what its spec says: who is missing, and what is said otherwise.

use serde_json::Value;

use crate::text::{all_of, quote};

/// `` `a` is ``, `` `a` and `b` are ``, at most a few of them by name.
pub fn are(names: &[&str]) -> String {
    const FEW: usize = 5;
    match names {
        [one] => format!("{} is", quote(one)),
        few if few.len() <= FEW => format!("{} are", all_of(few)),
        many => format!("{} and {} more are", all_of(&many[..FEW]), many.len() - FEW),
    }
}

/// The entry that has the name of another one.
pub fn named<'l>(list: &'l [Value], like: &Value) -> Option<&'l Value> {
    list.iter().find(|entry| entry["name"] == like["name"])
}

/// What of an entry is not as the spec says, the first thing alone. A server may say what no spec can.
pub fn differing(said: &Value, found: &Value) -> Option<String> {
    /// What a spec can leave out, and a server then must, too.
    const TOLD: &[&str] =
        &["title", "description", "inputSchema", "outputSchema", "annotations", "arguments", "mimeType"];
    let keys = said.as_object()?.keys().map(String::as_str).chain(TOLD.iter().copied());
    keys.into_iter().find_map(|key| {
        let at = difference(&said[key], &found[key])?;
        let what = match key {
            "title" | "description" => format!("the {key}"),
            _ => quote(key),
        };
        let what = if at.is_empty() { what } else { format!("{what}, at {},", quote(&at)) };
        Some(format!("{what} of {} is not what the spec says", quote(said["name"].as_str().unwrap_or_default())))
    })
}

/// Where two values differ, as a JSON pointer; empty: as a whole.
fn difference(one: &Value, other: &Value) -> Option<String> {
    if one == other {
        return None;
    }
    if let (Value::Object(one), Value::Object(other)) = (one, other) {
        let keys = one.keys().chain(other.keys().filter(|key| !one.contains_key(*key)));
        let null = Value::Null;
        for key in keys {
            let (left, right) = (one.get(key), other.get(key));
            if left.is_some() == right.is_some() {
                if let Some(at) = difference(left.unwrap_or(&null), right.unwrap_or(&null)) {
                    return Some(format!("/{key}{at}"));
                }
            } else {
                return Some(format!("/{key}"));
            }
        }
    }
    Some(String::new())
}
