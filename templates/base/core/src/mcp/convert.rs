// Owned by mcpgen: edits are overwritten.
//! From the words of the base to those of the SDK.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rmcp::ErrorData;
use rmcp::model::{
    Annotations, AudioContent, CacheScope, CallToolResult, ClientCapabilities, ContentBlock,
    ElicitationCapability, EmbeddedResource, ImageContent, PromptMessage, ReadResourceResult,
    Resource, ResourceContents, Role, RootsCapabilities, SamplingCapability, TextContent,
};
use serde_json::json;

use crate::ask::Ability;
use crate::document::ResourceText;
use crate::error::{Error, Kind};
use crate::message::Message;
use crate::reply::{self, Content, Contents, Embedded, Reply};

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
    match error.kind() {
        Kind::NotFound if !is_known => {
            return Err(ErrorData::invalid_params(error.message().to_owned(), None));
        }
        Kind::MissingAbility | Kind::Protocol => return Err(protocol_error(error)),
        _ => {}
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
        Kind::MissingAbility => missing(abilities(error.abilities()), message),
        _ => ErrorData::internal_error(message, data),
    }
}

/// A resource that is not read; one that does not exist is told with its address.
pub(super) fn not_read(error: &Error, uri: &str) -> ErrorData {
    if error.kind() == Kind::NotFound {
        let data = json!({ "uri": uri });
        return ErrorData::resource_not_found(error.message().to_owned(), Some(data));
    }
    protocol_error(error)
}

/// A client that knows no tasks calls a tool that is nothing else.
pub(super) fn missing_tasks() -> ErrorData {
    let tasks = ClientCapabilities::builder().enable_tasks().build();
    missing(tasks, "this tool needs a client that knows tasks".to_owned())
}

/// A client without a session asks for what only a session can keep.
pub(super) fn no_session() -> ErrorData {
    ErrorData::invalid_request("this server keeps no sessions, and would forget that", None)
}

fn missing(capabilities: ClientCapabilities, message: String) -> ErrorData {
    let mut error = ErrorData::missing_required_client_capability(capabilities);
    error.message = message.into();
    error
}

fn abilities(abilities: &[Ability]) -> ClientCapabilities {
    let mut capabilities = ClientCapabilities::default();
    for ability in abilities {
        match ability {
            Ability::Elicitation => {
                capabilities.elicitation = Some(ElicitationCapability::default());
            }
            Ability::Sampling => capabilities.sampling = Some(SamplingCapability::default()),
            Ability::Roots => capabilities.roots = Some(RootsCapabilities::default()),
        }
    }
    capabilities
}

/// The contents of a resource.
pub(super) fn contents(uri: String, text: &ResourceText, contents: Contents) -> ReadResourceResult {
    let contents = match contents {
        Contents::Text(text) => ResourceContents::text(text, uri),
        Contents::Bytes(bytes) => ResourceContents::blob(BASE64_STANDARD.encode(bytes), uri),
        Contents::Base64(data) => ResourceContents::blob(data, uri),
    };
    // Its body knows who reads.
    let result = ReadResourceResult::new(vec![contents.with_mime_type(&text.mime_type)])
        .with_cache_scope(CacheScope::Private);
    match text.ttl_seconds {
        Some(seconds) => result.with_ttl_ms(seconds.saturating_mul(1000)),
        None => result,
    }
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
    annotations.audience =
        (!said.audience.is_empty()).then(|| said.audience.into_iter().map(role).collect());
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
        Content::Image {
            data,
            mime_type,
            annotations,
        } => {
            let mut block = ImageContent::new(data, mime_type);
            block.annotations = said(annotations);
            ContentBlock::Image(block)
        }
        Content::Audio {
            data,
            mime_type,
            annotations,
        } => {
            let mut block = AudioContent::new(data, mime_type);
            block.annotations = said(annotations);
            ContentBlock::Audio(block)
        }
        Content::Resource {
            resource,
            annotations,
        } => {
            let mut block = EmbeddedResource::new(embedded(resource));
            block.annotations = said(annotations);
            ContentBlock::Resource(block)
        }
        Content::ResourceLink {
            uri,
            name,
            description,
            mime_type,
            annotations,
        } => {
            let mut link = Resource::new(uri, name);
            link.description = description;
            link.mime_type = mime_type;
            link.annotations = said(annotations);
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
