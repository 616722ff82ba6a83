// Owned by mcpgen: edits are overwritten.
//! The texts and schemas of a server: its `schemas.json`, read once at the start.
//!
//! Knows the shape of that file and nothing of what becomes of it.

use std::collections::{BTreeMap, HashSet};

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::reply::{Annotations, Role};
use crate::start_error::StartError;

/// The whole file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Document {
    #[serde(default)]
    pub title: Option<String>,
    #[serde(default)]
    pub instructions: Option<String>,
    #[serde(default)]
    pub icons: Vec<IconText>,
    #[serde(default)]
    pub meta: Option<Map<String, Value>>,
    /// How long a client may keep a list.
    #[serde(default, rename = "listTtlSeconds")]
    pub list_ttl_seconds: Option<u64>,
    #[serde(default)]
    pub settings: Option<Value>,
    #[serde(default)]
    pub forms: Map<String, Value>,
    #[serde(default)]
    pub tools: Map<String, Value>,
    #[serde(default)]
    pub resources: Map<String, Value>,
    #[serde(default)]
    pub prompts: Map<String, Value>,
}

/// A tool in the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ToolText {
    #[serde(default)]
    pub title: Option<String>,
    pub description: String,
    pub input: Map<String, Value>,
    #[serde(default)]
    pub output: Option<Map<String, Value>>,
    #[serde(default)]
    pub icons: Vec<IconText>,
    #[serde(default)]
    pub meta: Option<Map<String, Value>>,
}

/// A picture that stands for something.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct IconText {
    pub src: String,
    #[serde(default)]
    pub mime_type: Option<String>,
    #[serde(default)]
    pub sizes: Option<Vec<String>>,
    #[serde(default)]
    pub theme: Option<Theme>,
}

/// The background that a picture was made for.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Theme {
    Light,
    Dark,
}

/// A resource in the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct ResourceText {
    pub uri: String,
    #[serde(default)]
    pub title: Option<String>,
    pub description: String,
    pub mime_type: String,
    #[serde(default)]
    pub icons: Vec<IconText>,
    #[serde(default)]
    pub meta: Option<Map<String, Value>>,
    #[serde(default)]
    pub annotations: Option<Annotations>,
    /// How long a client may keep its contents.
    #[serde(default)]
    pub ttl_seconds: Option<u64>,
    /// What can be proposed for a variable of the address.
    #[serde(default)]
    pub complete: BTreeMap<String, Complete>,
}

/// What can be proposed for an argument: `["a", "b"]` or `"code"`.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Complete {
    /// What begins as the argument does.
    Values(Vec<String>),
    /// What a function says that `server.rs` declares.
    Function(Function),
}

/// The word for a function.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) enum Function {
    #[serde(rename = "code")]
    Code,
}

/// A prompt in the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PromptText {
    #[serde(default)]
    pub title: Option<String>,
    pub description: String,
    #[serde(default)]
    pub arguments: Vec<PromptArgument>,
    /// None where the prompt has a body.
    #[serde(default)]
    pub messages: Vec<PromptMessage>,
    #[serde(default)]
    pub icons: Vec<IconText>,
    #[serde(default)]
    pub meta: Option<Map<String, Value>>,
}

/// An argument of a prompt; on the wire it is always text.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PromptArgument {
    pub name: String,
    #[serde(default)]
    pub description: Option<String>,
    #[serde(default)]
    pub required: bool,
    /// What can be proposed for it.
    #[serde(default)]
    pub complete: Option<Complete>,
}

/// A message of a prompt, with `{argument}` where a value goes: a text, or a block of content.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PromptMessage {
    pub role: Role,
    #[serde(default)]
    pub text: Option<String>,
    #[serde(default)]
    pub content: Option<Value>,
}

impl Document {
    /// The schema of the server's own settings; one without properties where it has none.
    pub(crate) fn settings_schema(&self) -> Value {
        self.settings.clone().unwrap_or_else(|| json!({ "type": "object", "properties": {} }))
    }

    pub(crate) fn parse(text: &str) -> Result<Self, StartError> {
        serde_json::from_str(text)
            .map_err(|cause| StartError::new(format!("`schemas.json` cannot be read: {cause}")))
    }
}

/// Takes the entry of one name out of a section of the file.
pub(crate) fn entry<T: serde::de::DeserializeOwned>(
    section: &'static str,
    entries: &mut Map<String, Value>,
    name: &str,
) -> Result<T, StartError> {
    let value = entries.remove(name).ok_or_else(|| {
        StartError::new(format!("`schemas.json` has no entry `{name}` in `{section}`"))
    })?;
    serde_json::from_value(value).map_err(|cause| {
        StartError::new(format!("`schemas.json` is wrong at `{section}.{name}`: {cause}"))
    })
}

/// Refuses a name that is declared twice, and an entry of the file that nothing declares.
pub(crate) fn matched<'n>(
    section: &'static str,
    entries: &Map<String, Value>,
    names: impl IntoIterator<Item = &'n str>,
) -> Result<(), StartError> {
    let mut seen = HashSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(StartError::new(format!("`{name}` is declared twice in `{section}`")));
        }
    }
    match entries.keys().find(|name| !seen.contains(name.as_str())) {
        Some(name) => Err(StartError::new(format!(
            "`schemas.json` has an entry `{name}` in `{section}` that `server.rs` does not declare"
        ))),
        None => Ok(()),
    }
}
