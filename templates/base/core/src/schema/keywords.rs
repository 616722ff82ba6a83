// Owned by mcpgen: edits are overwritten.
//! Reads the keywords of one schema object, those that hold no schemas themselves.

use regex_lite::Regex;
use serde_json::{Map, Value};

use super::combined::{self, constants};
use super::place::{Compiled, Place};
use super::{Format, Kinds, Range, Text};

/// Keywords that describe and do not constrain; `x-…` are of this kind, too.
const ANNOTATIONS: [&str; 14] = [
    "$anchor",
    "$comment",
    "$id",
    "$schema",
    "contentMediaType",
    "default",
    "deprecated",
    "description",
    "enumNames",
    "example",
    "examples",
    "readOnly",
    "title",
    "writeOnly",
];

/// Whether a keyword describes, and does not constrain.
pub(super) fn is_annotation(keyword: &str) -> bool {
    ANNOTATIONS.contains(&keyword) || keyword.starts_with("x-")
}

pub(super) fn refuse_unknown(keywords: &Map<String, Value>, at: &Place) -> Compiled<()> {
    for keyword in keywords.keys() {
        let known = match keyword.as_str() {
            "$defs" => at.is_root(),
            "$ref"
            | "additionalProperties"
            | "const"
            | "contentEncoding"
            | "enum"
            | "format"
            | "items"
            | "maxItems"
            | "maxLength"
            | "maximum"
            | "minItems"
            | "minLength"
            | "minimum"
            | "pattern"
            | "properties"
            | "required"
            | "type"
            | "uniqueItems" => true,
            other => combined::is_known(other) || is_annotation(other),
        };
        if !known {
            return at.then(keyword).refuse("this keyword is not supported");
        }
    }
    Ok(())
}

pub(super) fn kinds(keywords: &Map<String, Value>, at: &Place) -> Compiled<Kinds> {
    let at = at.then("type");
    let kind = |name: &Value| name.as_str().and_then(Kinds::named);
    let kinds = match keywords.get("type") {
        None => return Ok(Kinds::ANY),
        Some(Value::Array(names)) if !names.is_empty() => {
            names.iter().try_fold(Kinds::ANY, |kinds, name| Some(kinds.with(kind(name)?)))
        }
        Some(name) => kind(name),
    };
    kinds.map_or_else(|| at.refuse("is not a type of JSON Schema"), Ok)
}

pub(super) fn allowed(keywords: &Map<String, Value>, at: &Place) -> Compiled<Option<Vec<Value>>> {
    if let Some(constant) = keywords.get("const") {
        return Ok(Some(vec![constant.clone()]));
    }
    let titled = ["oneOf", "anyOf"].iter().find_map(|list| constants(keywords.get(*list)?));
    match keywords.get("enum") {
        None => Ok(titled),
        Some(Value::Array(values)) if !values.is_empty() => Ok(Some(values.clone())),
        Some(_) => at.then("enum").refuse("must be a list of at least one value"),
    }
}

pub(super) fn text(keywords: &Map<String, Value>, at: &Place) -> Compiled<Option<Text>> {
    if !any(keywords, &["minLength", "maxLength", "pattern", "format", "contentEncoding"]) {
        return Ok(None);
    }
    let pattern = match string(keywords, "pattern", at)? {
        None => None,
        Some(pattern) => match Regex::new(pattern) {
            Ok(pattern) => Some(pattern),
            Err(error) => return at.then("pattern").refuse(error.to_string()),
        },
    };
    Ok(Some(Text {
        shortest: count(keywords, "minLength", at)?.unwrap_or(0),
        longest: count(keywords, "maxLength", at)?.unwrap_or(u64::MAX),
        pattern,
        format: format(keywords, at)?,
    }))
}

pub(super) fn format(keywords: &Map<String, Value>, at: &Place) -> Compiled<Option<Format>> {
    let encoding = match string(keywords, "contentEncoding", at)? {
        None => None,
        Some("base64") => Some(Format::Byte),
        Some(_) => return at.then("contentEncoding").refuse("only `base64` is supported"),
    };
    let Some(name) = string(keywords, "format", at)? else { return Ok(encoding) };
    match Format::named(name) {
        Some(format) if encoding.is_none_or(|encoding| encoding == format) => Ok(Some(format)),
        Some(_) => at.then("format").refuse("contradicts `contentEncoding`"),
        None => at.then("format").refuse(format!("the format `{name}` is not supported")),
    }
}

pub(super) fn range(keywords: &Map<String, Value>, at: &Place) -> Compiled<Option<Range>> {
    let bound = |keyword| match keywords.get(keyword) {
        None => Ok(None),
        Some(Value::Number(bound)) => Ok(Some(bound.clone())),
        Some(_) => at.then(keyword).refuse("must be a number"),
    };
    let range = Range {
        minimum: bound("minimum")?,
        maximum: bound("maximum")?,
    };
    Ok((range.minimum.is_some() || range.maximum.is_some()).then_some(range))
}

pub(super) fn required<'s>(keywords: &'s Map<String, Value>, at: &Place) -> Compiled<Vec<&'s str>> {
    let names = match keywords.get("required") {
        None => Some(Vec::new()),
        Some(Value::Array(names)) => names.iter().map(Value::as_str).collect(),
        Some(_) => None,
    };
    names.map_or_else(|| at.then("required").refuse("must be a list of names"), Ok)
}

pub(super) fn count(
    keywords: &Map<String, Value>,
    keyword: &str,
    at: &Place,
) -> Compiled<Option<u64>> {
    match keywords.get(keyword).map(Value::as_u64) {
        None => Ok(None),
        Some(Some(count)) => Ok(Some(count)),
        Some(None) => at.then(keyword).refuse("must be a whole number of at least 0"),
    }
}

pub(super) fn string<'s>(
    keywords: &'s Map<String, Value>,
    keyword: &str,
    at: &Place,
) -> Compiled<Option<&'s str>> {
    match keywords.get(keyword) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => at.then(keyword).refuse("must be a string"),
    }
}

pub(super) fn any(keywords: &Map<String, Value>, names: &[&str]) -> bool {
    names.iter().any(|name| keywords.contains_key(*name))
}
