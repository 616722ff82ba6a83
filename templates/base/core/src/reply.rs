// Owned by mcpgen: edits are overwritten.
//! What a tool or a resource answers.
//!
//! A body returns a plain value in most cases; [`Reply`] and [`Contents`] are for the others. The
//! shapes are those of MCP, so that both the cache and the wire take them as they are.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::Error;

/// The answer of a tool: blocks of content, and a structured value where it has one.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reply(pub(crate) Parts);

/// The inside of a [`Reply`], as the cache stores it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Parts {
    pub content: Vec<Content>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub structured_content: Option<Value>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_error: bool,
}

/// One block of an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Content {
    /// Text.
    Text {
        /// The text itself.
        text: String,
        /// For whom it is and how much it matters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        annotations: Option<Box<Annotations>>,
    },
    /// A picture.
    Image {
        /// Its bytes in base64.
        data: String,
        /// Its media type.
        mime_type: String,
        /// For whom it is and how much it matters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        annotations: Option<Box<Annotations>>,
    },
    /// A sound.
    Audio {
        /// Its bytes in base64.
        data: String,
        /// Its media type.
        mime_type: String,
        /// For whom it is and how much it matters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        annotations: Option<Box<Annotations>>,
    },
    /// A resource, as a whole.
    Resource {
        /// Its contents.
        resource: Embedded,
        /// For whom it is and how much it matters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        annotations: Option<Box<Annotations>>,
    },
    /// Where a resource is.
    ResourceLink {
        /// Its address.
        uri: String,
        /// Its name.
        name: String,
        /// What it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<String>,
        /// Its media type.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mime_type: Option<String>,
        /// For whom it is and how much it matters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        annotations: Option<Box<Annotations>>,
    },
}

/// Who says or reads something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The user.
    User,
    /// The model.
    Assistant,
}

/// For whom something is and how much it matters.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Annotations {
    /// For whom it is; for everybody where it is empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub audience: Vec<Role>,
    /// How much it matters, from 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<f32>,
}

/// A resource inside an answer: `text` or `blob` (base64).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Embedded {
    /// Its address.
    pub uri: String,
    /// Its media type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// Its text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Its bytes in base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blob: Option<String>,
}

impl Content {
    /// A block of text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text {
            text: text.into(),
            annotations: None,
        }
    }

    /// A picture from its bytes.
    #[must_use]
    pub fn image(bytes: &[u8], mime_type: impl Into<String>) -> Self {
        Self::image_base64(BASE64_STANDARD.encode(bytes), mime_type)
    }

    /// A picture from its bytes in base64.
    #[must_use]
    pub fn image_base64(data: impl Into<String>, mime_type: impl Into<String>) -> Self {
        Self::Image {
            data: data.into(),
            mime_type: mime_type.into(),
            annotations: None,
        }
    }

    /// A sound from its bytes.
    #[must_use]
    pub fn audio(bytes: &[u8], mime_type: impl Into<String>) -> Self {
        Self::audio_base64(BASE64_STANDARD.encode(bytes), mime_type)
    }

    /// A sound from its bytes in base64.
    #[must_use]
    pub fn audio_base64(data: impl Into<String>, mime_type: impl Into<String>) -> Self {
        Self::Audio {
            data: data.into(),
            mime_type: mime_type.into(),
            annotations: None,
        }
    }

    /// A resource of text, as a whole.
    #[must_use]
    pub fn embedded_text(
        uri: impl Into<String>,
        mime_type: impl Into<String>,
        text: impl Into<String>,
    ) -> Self {
        Self::embedded(Embedded {
            uri: uri.into(),
            mime_type: Some(mime_type.into()),
            text: Some(text.into()),
            blob: None,
        })
    }

    /// A resource from its bytes in base64, as a whole.
    #[must_use]
    pub fn embedded_base64(
        uri: impl Into<String>,
        mime_type: impl Into<String>,
        data: impl Into<String>,
    ) -> Self {
        Self::embedded(Embedded {
            uri: uri.into(),
            mime_type: Some(mime_type.into()),
            text: None,
            blob: Some(data.into()),
        })
    }

    /// A resource from its bytes, as a whole.
    #[must_use]
    pub fn embedded_bytes(
        uri: impl Into<String>,
        mime_type: impl Into<String>,
        bytes: &[u8],
    ) -> Self {
        Self::embedded_base64(uri, mime_type, BASE64_STANDARD.encode(bytes))
    }

    /// Where a resource is.
    #[must_use]
    pub fn link(uri: impl Into<String>, name: impl Into<String>) -> Self {
        Self::ResourceLink {
            uri: uri.into(),
            name: name.into(),
            description: None,
            mime_type: None,
            annotations: None,
        }
    }

    /// Says of a link what is there; nothing else has a description.
    #[must_use]
    pub fn with_description(mut self, text: impl Into<String>) -> Self {
        if let Self::ResourceLink { description, .. } = &mut self {
            *description = Some(text.into());
        }
        self
    }

    /// Says of a link of which media type it is; everything else says that from the start.
    #[must_use]
    pub fn with_mime_type(mut self, media_type: impl Into<String>) -> Self {
        if let Self::ResourceLink { mime_type, .. } = &mut self {
            *mime_type = Some(media_type.into());
        }
        self
    }

    /// Says for whom it is.
    #[must_use]
    pub fn with_audience(mut self, audience: &[Role]) -> Self {
        self.annotations().audience = audience.to_vec();
        self
    }

    /// Says how much it matters, from 0 (not at all) to 1 (nothing is as important).
    #[must_use]
    pub fn with_priority(mut self, priority: f32) -> Self {
        self.annotations().priority = Some(priority);
        self
    }

    fn embedded(resource: Embedded) -> Self {
        Self::Resource {
            resource,
            annotations: None,
        }
    }

    fn annotations(&mut self) -> &mut Annotations {
        let (Self::Text { annotations, .. }
        | Self::Image { annotations, .. }
        | Self::Audio { annotations, .. }
        | Self::Resource { annotations, .. }
        | Self::ResourceLink { annotations, .. }) = self;
        annotations.get_or_insert_default()
    }
}

impl Reply {
    /// An answer without anything; see [`Reply::push`].
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An answer of one text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        let mut reply = Self::new();
        reply.push(Content::text(text));
        reply
    }

    /// A structured answer, and the same as text for clients that read only that.
    #[must_use]
    pub fn structured(value: Value) -> Self {
        let mut reply = Self::text(value.to_string());
        reply.0.structured_content = Some(value);
        reply
    }

    /// Appends a block.
    pub fn push(&mut self, content: Content) {
        self.0.content.push(content);
    }

    /// Sets the structured value beside the blocks.
    pub fn set_structured(&mut self, value: Value) {
        self.0.structured_content = Some(value);
    }

    /// Says that the blocks describe a failure.
    pub fn set_error(&mut self) {
        self.0.is_error = true;
    }

    /// Whether the blocks describe a failure.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.0.is_error
    }

    /// The answer as one JSON value: the structured value, the only text, or all blocks.
    #[must_use]
    pub fn into_data(self) -> Value {
        if let Some(value) = self.0.structured_content {
            return value;
        }
        match <[Content; 1]>::try_from(self.0.content) {
            Ok([Content::Text { text, .. }]) => Value::String(text),
            Ok(one) => serde_json::json!({ "content": one }),
            Err(many) => serde_json::json!({ "content": many }),
        }
    }
}

/// What the body of a tool may return: a [`Reply`], or any value that can be JSON.
pub trait IntoReply {
    /// Turns it into the answer.
    ///
    /// # Errors
    ///
    /// When the value cannot be JSON.
    fn into_reply(self) -> Result<Reply, Error>;
}

impl IntoReply for Reply {
    fn into_reply(self) -> Result<Reply, Error> {
        Ok(self)
    }
}

impl<T: Serialize> IntoReply for T {
    fn into_reply(self) -> Result<Reply, Error> {
        Ok(match serde_json::to_value(self)? {
            Value::String(text) => Reply::text(text),
            Value::Null => Reply::text(""),
            value => Reply::structured(value),
        })
    }
}

/// What is in a resource.
#[derive(Debug, Clone, PartialEq)]
pub enum Contents {
    /// Text.
    Text(String),
    /// Anything else.
    Bytes(Vec<u8>),
    /// Anything else, in base64.
    Base64(String),
}

impl Contents {
    /// Contents from their bytes in base64.
    #[must_use]
    pub fn base64(data: impl Into<String>) -> Self {
        Self::Base64(data.into())
    }
}

/// What the body of a resource may return: [`Contents`], or any value that can be JSON.
pub trait IntoContents {
    /// Turns it into the contents.
    ///
    /// # Errors
    ///
    /// When the value cannot be JSON.
    fn into_contents(self) -> Result<Contents, Error>;
}

impl IntoContents for Contents {
    fn into_contents(self) -> Result<Contents, Error> {
        Ok(self)
    }
}

impl<T: Serialize> IntoContents for T {
    fn into_contents(self) -> Result<Contents, Error> {
        Ok(Contents::Text(match serde_json::to_value(self)? {
            Value::String(text) => text,
            value => value.to_string(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_structured_and_text() {
        let reply = vec![1, 2].into_reply().expect("numbers are JSON");
        assert_eq!(reply.0.structured_content, Some(serde_json::json!([1, 2])));
        assert_eq!(reply.0.content, [Content::text("[1,2]")]);
        assert_eq!(reply.into_data(), serde_json::json!([1, 2]));
    }

    #[test]
    fn a_bare_text_has_no_structure() {
        let reply = "hi".into_reply().expect("text is JSON");
        assert_eq!(reply.0.structured_content, None);
        assert_eq!(reply.into_data(), serde_json::json!("hi"));
    }

    #[test]
    fn a_stored_reply_comes_back_the_same() {
        let mut reply = Reply::text("a");
        reply.push(Content::image(&[1, 2, 3], "image/png"));
        reply.set_error();
        let stored = serde_json::to_value(&reply.0).expect("a reply is JSON");
        assert_eq!(stored["content"][1]["mimeType"], "image/png");
        let parts: Parts = serde_json::from_value(stored).expect("it was one");
        assert_eq!(Reply(parts), reply);
    }
}
