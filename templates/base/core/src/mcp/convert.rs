// Owned by mcpgen: edits are overwritten.
//! From the words of the base to those of the SDK.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rmcp::ErrorData;
use rmcp::model::{
    Annotations, AudioContent, CallToolResult, ContentBlock, EmbeddedResource, ImageContent, PromptMessage,
    ReadResourceResult, Resource, ResourceContents, Role, TextContent,
};
use serde_json::json;

use crate::error::{Error, Kind};
use crate::message::Message;
use crate::reply::{self, Content, Contents, Embedded, Reply};

/// The answer of a tool.
pub(super) fn result(reply: Reply) -> CallToolResult {
    let content = reply.0.content.into_iter().map(block).collect();
    let mut result = if reply.0.is_error { CallToolResult::error(content) } else { CallToolResult::success(content) };
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
        Contents::Base64(data) => ResourceContents::blob(data, uri),
    };
    ReadResourceResult::new(vec![contents.with_mime_type(mime_type)])
}

/// A message of a prompt.
pub(super) fn message(message: Message) -> PromptMessage {
    PromptMessage::new(role(message.role), block(message.content))
}

fn role(role: reply::Role) -> Role {
    match role {
        reply::Role::User => Role::User,
        reply::Role::Assistant => Role::Assistant,
    }
}

/// For whom something is and how much it matters.
pub(super) fn annotations(said: reply::Annotations) -> Annotations {
    let mut annotations = Annotations::default();
    annotations.audience = (!said.audience.is_empty()).then(|| said.audience.into_iter().map(role).collect());
    annotations.priority = said.priority;
    annotations
}

fn block(content: Content) -> ContentBlock {
    let said = |said: Option<Box<reply::Annotations>>| said.map(|said| annotations(*said));
    match content {
        Content::Text { text, annotations } => {
            let mut block = TextContent::new(text);
            block.annotations = said(annotations);
            ContentBlock::Text(block)
        }
        Content::Image { data, mime_type, annotations } => {
            let mut block = ImageContent::new(data, mime_type);
            block.annotations = said(annotations);
            ContentBlock::Image(block)
        }
        Content::Audio { data, mime_type, annotations } => {
            let mut block = AudioContent::new(data, mime_type);
            block.annotations = said(annotations);
            ContentBlock::Audio(block)
        }
        Content::Resource { resource, annotations } => {
            let mut block = EmbeddedResource::new(embedded(resource));
            block.annotations = said(annotations);
            ContentBlock::Resource(block)
        }
        Content::ResourceLink { uri, name, description, mime_type, annotations } => {
            let mut link = Resource::new(uri, name);
            link.description = description;
            link.mime_type = mime_type;
            link.annotations = said(annotations);
            ContentBlock::resource_link(link)
        }
    }
}

fn embedded(resource: Embedded) -> ResourceContents {
    let Embedded { uri, mime_type, text, blob } = resource;
    if let Some(blob) = blob {
        return ResourceContents::BlobResourceContents { uri, mime_type, blob, meta: None };
    }
    let text = text.unwrap_or_default();
    ResourceContents::TextResourceContents { uri, mime_type, text, meta: None }
}
