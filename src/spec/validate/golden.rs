//! The tool that a server without tools gets: `process_request`.

use serde_json::json;

use crate::name::{FieldName, ToolName};
use crate::spec::node::{Node, Table};
use crate::spec::types::{
    Body, Cache, Extras, Field, Hints, Method, Part, Presence, Request, RequestBody, Template, Tool, Type, Upstream,
    UpstreamAuth,
};

/// Its name.
pub(super) const NAME: &str = "process_request";

/// The same tool as a spec would write it, with the upstream that it calls.
pub const TOOL: &str = r#"[upstream]
auth = "bearer"

[tools.process_request]
description = "Process a request"
cache = "medium"
[tools.process_request.input]
data = { type = "string", description = "What to process" }
options = { type = "object", default = {}, description = "How to process it" }
[tools.process_request.request]
method = "POST"
path = "/process"
body = "input"
"#;

/// Whether the document has no tools of its own.
pub(super) fn applies(document: &Table<'_>) -> bool {
    document.node("tools").is_none_or(|node| Node::as_table(node).is_some_and(|table| table.entries.is_empty()))
}

pub(super) fn upstream() -> Upstream {
    Upstream { base_url: None, auth: UpstreamAuth::Bearer, timeout_seconds: 30, max_retries: 3 }
}

pub(super) fn tool() -> Tool {
    let field = |name, description: &str, presence, ty| Field {
        name: FieldName::trusted(name),
        description: Some(description.to_owned()),
        example: None,
        presence,
        ty,
        header: None,
    };
    let text = Type::String { min_length: None, max_length: None, pattern: None, format: None };
    Tool {
        name: ToolName::trusted(NAME),
        title: None,
        description: "Process a request".to_owned(),
        hints: Hints::default(),
        cache: Cache::Medium,
        input: vec![
            field("data", "What to process", Presence::Required, text),
            field("options", "How to process it", Presence::Default(json!({})), Type::Map),
        ],
        output: Vec::new(),
        input_schema: None,
        pagination: false,
        scopes: Vec::new(),
        task: None,
        requires: Vec::new(),
        extras: Extras::default(),
        body: Body::Request(Request {
            method: Method::Post,
            path: Template { parts: vec![Part::Text("/process".to_owned())] },
            query: Vec::new(),
            headers: Vec::new(),
            body: RequestBody::Input,
            retry: false,
            result: String::new(),
        }),
    }
}
