// Owned by mcpgen: edits are overwritten.
//! What a tool, a resource or a prompt is asked and what it answers: a file below `tests/data`.
//!
//! ```json
//! {
//!   "input": { "city": "Oslo" },
//!   "request": { "method": "GET", "path": "/v1/forecast/{city}", "query": { "days": "{days}" } },
//!   "answer": { "data": { "forecast": { "summary": "Rain" } } },
//!   "output": { "summary": "Rain" }
//! }
//! ```
//!
//! In an answer, `{ "$text": "assets/terms.md" }` stands for what is in that file of the server,
//! `{ "$base64": … }` for the same in base64, and `{ "$json": … }` for what it says as JSON. What
//! only looks so is told apart: `{ "$literal": { "$text": "…" } }`.

use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::answers::Ask;
use crate::files;

/// A file below `tests/data`. What a file does not have is null or empty.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// The name of the tool, resource or prompt.
    #[serde(skip)]
    pub name: String,
    /// The address of a resource; for a tool or a prompt there is none.
    #[serde(default)]
    pub uri: String,
    /// The input of a tool, the arguments of a prompt, or what the address of a resource has in it.
    #[serde(default = "empty")]
    pub input: Value,
    /// How the upstream is asked, as in the spec: `method`, `path`, `query`, `headers`, `body`.
    #[serde(default)]
    pub request: Value,
    /// What the upstream answers.
    #[serde(default)]
    pub answer: Value,
    /// What the caller is asked in the middle of the call, and its answers.
    #[serde(default)]
    pub asks: Vec<Ask>,
    /// What a caller gets who cannot be asked, where that is another answer and no refusal.
    #[serde(default)]
    pub unasked: Value,
    /// What the caller gets.
    #[serde(default)]
    pub output: Value,
}

impl Case {
    /// Reads `tests/data/tools/<name>.json`.
    #[must_use]
    pub fn tool(name: &str) -> Self {
        Self::read("tools", name)
    }

    /// Reads `tests/data/resources/<name>.json`.
    #[must_use]
    pub fn resource(name: &str) -> Self {
        Self::read("resources", name)
    }

    /// Reads `tests/data/prompts/<name>.json`.
    #[must_use]
    pub fn prompt(name: &str) -> Self {
        Self::read("prompts", name)
    }

    fn read(folder: &str, name: &str) -> Self {
        let path = Path::new(folder).join(format!("{name}.json"));
        match serde_json::from_str::<Self>(&files::read(&path)) {
            Ok(case) => Self {
                name: name.to_owned(),
                unasked: files::filled(case.unasked),
                output: files::filled(case.output),
                ..case
            },
            Err(error) => panic!("`tests/data/{}` is no case: {error}", path.display()),
        }
    }
}

fn empty() -> Value {
    Value::Object(Map::new())
}
