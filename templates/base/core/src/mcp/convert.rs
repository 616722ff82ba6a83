// Owned by mcpgen: edits are overwritten.
//! From the words of the base to those of the SDK.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rmcp::ErrorData;
use rmcp::model::{
    CallToolResult, ContentBlock, PromptMessage, ReadResourceResult, Resource, ResourceContents,
    Role,
};
use serde_json::json;

use crate::error::{Error, Kind};
use crate::prompts::Filled;
use crate::reply::{Content, Contents, Embedded, Reply};

/// The answer of a tool.
pub(super) fn result(reply: Reply) -> CallToolResult {
    let content = reply.0.content.into_iter().map(block).collect();
    let mut result = if reply.0.is_error {
        CallToolResult::error(content)
    } else {
        CallToolResult::success(content)
    };
    result.structured_content = reply.0.structured_content;
    result
}

/// What a model can learn from is the answer of the tool; the rest is an error of the protocol.
pub(super) fn failure(error: &Error, is_known: bool) -> Result<CallToolResult, ErrorData> {
    if error.kind() == Kind::NotFound && !is_known {
        return Err(ErrorData::invalid_params(error.message().to_owned(), None));
    }
    Ok(CallToolResult::error(vec![ContentBlock::text(error.message())]))
}

/// An error of a request that has no answer of its own to put it in.
pub(super) fn protocol_error(error: &Error) -> ErrorData {
    let message = error.message().to_owned();
    let data = (!error.problems().is_empty()).then(|| json!({ "errors": error.problems() }));
    match error.kind() {
        Kind::NotFound => ErrorData::resource_not_found(message, data),
        Kind::InvalidInput => ErrorData::invalid_params(message, data),
        _ => ErrorData::internal_error(message, data),
    }
}

/// The contents of a resource.
pub(super) fn contents(uri: String, mime_type: &str, contents: Contents) -> ReadResourceResult {
    let contents = match contents {
        Contents::Text(text) => ResourceContents::text(text, uri),
        Contents::Bytes(bytes) => ResourceContents::blob(BASE64_STANDARD.encode(bytes), uri),
    };
    ReadResourceResult::new(vec![contents.with_mime_type(mime_type)])
}

/// A message of a prompt.
pub(super) fn message(filled: Filled) -> PromptMessage {
    let role = if filled.from_user { Role::User } else { Role::Assistant };
    PromptMessage::new_text(role, filled.text)
}

fn block(content: Content) -> ContentBlock {
    match content {
        Content::Text { text } => ContentBlock::text(text),
        Content::Image { data, mime_type } => ContentBlock::image(data, mime_type),
        Content::Audio { data, mime_type } => ContentBlock::audio(data, mime_type),
        Content::Resource { resource } => ContentBlock::resource(embedded(resource)),
        Content::ResourceLink {
            uri,
            name,
            description,
            mime_type,
        } => {
            let mut link = Resource::new(uri, name);
            link.description = description;
            link.mime_type = mime_type;
            ContentBlock::resource_link(link)
        }
    }
}

fn embedded(resource: Embedded) -> ResourceContents {
    let Embedded {
        uri,
        mime_type,
        text,
        blob,
    } = resource;
    if let Some(blob) = blob {
        return ResourceContents::BlobResourceContents {
            uri,
            mime_type,
            blob,
            meta: None,
        };
    }
    let text = text.unwrap_or_default();
    ResourceContents::TextResourceContents {
        uri,
        mime_type,
        text,
        meta: None,
    }
}
