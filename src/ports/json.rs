//! JSON with places: which bytes of a text each key and value is.
//!
//! Knows syntax only. `serde_json` is the parser; its raw values borrow from the text, so their addresses say where
//! they stand, and an object opened here shows every key it has, the second of two equal ones included.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// A key and its value; all parts but a key with escapes are slices of the text.
pub(super) struct Member<'a> {
    /// The key without quotes and escapes.
    pub key: Cow<'a, str>,
    /// The key as it stands in the text.
    pub raw_key: &'a str,
    /// The value as it stands in the text.
    pub value: &'a str,
}

/// What a value is, told by its first byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Object,
    Array,
    String,
    Number,
    Boolean,
    Null,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Object => "an object",
            Self::Array => "a list",
            Self::String => "a string",
            Self::Number => "a number",
            Self::Boolean => "a boolean",
            Self::Null => "null",
        })
    }
}

/// Checks the syntax of the whole text and gives its one value.
pub(super) fn root(text: &str) -> serde_json::Result<&str> {
    serde_json::from_str::<&RawValue>(text).map(RawValue::get)
}

pub(super) fn kind(value: &str) -> Kind {
    match value.as_bytes().first() {
        Some(b'{') => Kind::Object,
        Some(b'[') => Kind::Array,
        Some(b'"') => Kind::String,
        Some(b't' | b'f') => Kind::Boolean,
        Some(b'n') => Kind::Null,
        _ => Kind::Number,
    }
}

/// The members of an object, in order; `None` for any other value.
pub(super) fn members(value: &str) -> Option<Vec<Member<'_>>> {
    serde_json::Deserializer::from_str(value).deserialize_map(Members).ok()
}

/// The items of a list, in order; `None` for any other value.
pub(super) fn items(value: &str) -> Option<Vec<&str>> {
    serde_json::Deserializer::from_str(value).deserialize_seq(Items).ok()
}

/// A string without quotes and escapes; `None` for any other value, and for half a surrogate pair.
pub(super) fn string(value: &str) -> Option<Cow<'_, str>> {
    if kind(value) != Kind::String {
        return None;
    }
    match value.get(1..value.len() - 1) {
        Some(inner) if !inner.contains('\\') => Some(Cow::Borrowed(inner)),
        _ => serde_json::from_str::<String>(value).ok().map(Cow::Owned),
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<Member<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::with_capacity(8);
        while let Some((key, value)) = map.next_entry::<&RawValue, &RawValue>()? {
            let raw_key = key.get();
            let key = string(raw_key).unwrap_or(Cow::Borrowed(raw_key));
            members.push(Member { key, raw_key, value: value.get() });
        }
        Ok(members)
    }
}

struct Items;

impl<'de> Visitor<'de> for Items {
    type Value = Vec<&'de str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element::<&RawValue>()? {
            items.push(item.get());
        }
        Ok(items)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_a_slice_of_the_text() {
        let text = r#" { "a" : [1, 2.50], "b\n":null, "a":{} } "#;
        let parts: Vec<_> = members(root(text).unwrap())
            .unwrap()
            .into_iter()
            .map(|m| (m.key.into_owned(), m.value, m.raw_key.as_ptr().addr() - text.as_ptr().addr()))
            .collect();
        assert_eq!(parts, [("a".into(), "[1, 2.50]", 3), ("b\n".into(), "null", 20), ("a".into(), "{}", 32)]);
        assert_eq!(items("[1, 2.50]").unwrap(), ["1", "2.50"]);
    }

    #[test]
    fn a_value_of_another_kind_is_none() {
        assert!(members("[]").is_none() && items("{}").is_none() && string("1").is_none());
        assert_eq!(string(r#""\ud800""#), None);
    }
}
