//! `respond = { … }` and messages: fixed answers in blocks.

use std::ops::Range;

use super::placeholders::Use;
use super::scope::Scope;
use super::{Check, Given, files, formats, trimmed};
use crate::spec::node::{Node, Table};
use crate::spec::types::{
    Annotations, Block, BlockKind, Bytes, Contents, Field, Format, Media, Part, PromptMessage, Respond, Role, Step,
    Template, ToolAnswer,
};
use crate::text::{any_of, quote};
use crate::tree::RelPath;

/// Which keys a block of a type has.
struct Keys {
    of: &'static str,
    /// One of these has its content.
    content: &'static [&'static str],
    /// It must have these.
    needed: &'static [&'static str],
    /// It may have these.
    more: &'static [&'static str],
}

const KEYS: &[Keys] = &[
    Keys { of: "text", content: &["text", "file"], needed: &[], more: &[] },
    Keys { of: "image", content: &["data", "file"], needed: &["mime_type"], more: &[] },
    Keys { of: "audio", content: &["data", "file"], needed: &["mime_type"], more: &[] },
    Keys { of: "resource", content: &["text", "data", "file"], needed: &["uri"], more: &["mime_type"] },
    Keys { of: "resource_link", content: &[], needed: &["uri", "name"], more: &["description", "mime_type"] },
];

impl Keys {
    fn all(&self) -> impl Iterator<Item = &&'static str> {
        self.content.iter().chain(self.needed).chain(self.more)
    }
}

impl<'d> Check<'d> {
    /// The answer of a tool.
    pub(super) fn respond(
        &self,
        node: &'d Node<'d>,
        mut scope: Scope<'_>,
        given: Given<'_>,
        output: &[Field],
    ) -> Option<Respond<ToolAnswer>> {
        let table = node.as_table()?;
        let steps = self.steps(table, &mut scope, given.forms);
        if let Some(refusal) = table.entry("protocol_error") {
            for key in ["text", "content", "structured", "is_error"] {
                if let Some(entry) = table.entry(key) {
                    let message = format!("`{key}` is an answer, and `protocol_error` is none");
                    self.say(&entry.at, message, "keep one of them");
                }
            }
            let refusal = refusal.node.as_text().map(|text| self.template(text, &refusal.node.span, &scope, Use::Text));
            return Some(Respond { steps, answer: ToolAnswer::Refusal(refusal?) });
        }
        if let (Some(_), Some(content)) = (table.entry("text"), table.entry("content")) {
            self.say(
                &content.at,
                "`text` and `content` are two answers to one call",
                "make the text a block of `content`",
            );
        }
        let content = match table.node("text") {
            Some(_) => vec![text_block(self.text_of(table, &scope))],
            None => table.items_of("content").iter().filter_map(|node| self.block(node, &scope)).collect(),
        };
        let structured = self.structured(table, &scope, output, given.types);
        if !["text", "content", "structured"].iter().any(|key| table.entry(key).is_some()) {
            let help = "add `text`, `content`, `structured` or `protocol_error`";
            self.say(&node.span, format!("{} answers nothing", scope.what), help);
        }
        let is_error = table.flag("is_error").unwrap_or(false);
        Some(Respond { steps, answer: ToolAnswer::Reply { content, structured, is_error } })
    }

    /// A block of `content`.
    fn block(&self, node: &Node<'_>, scope: &Scope<'_>) -> Option<Block> {
        let table = node.as_table()?;
        let (of, span) = table.text("type")?;
        let keys = KEYS.iter().find(|keys| keys.of == of)?;
        for entry in &table.entries {
            if !keys.all().any(|key| *key == entry.key)
                && KEYS.iter().any(|keys| keys.all().any(|key| *key == entry.key))
            {
                let message = format!("{} says nothing about a block of the type `{of}`", quote(&entry.key));
                self.say(&entry.at, message, "remove it");
            }
        }
        let mut complete = self.has_content(table, keys, &span);
        for key in keys.needed.iter().filter(|key| table.entry(key).is_none()) {
            complete = false;
            self.say(&span, format!("a block of the type `{of}` has no `{key}`"), format!("add `{key} = \"…\"`"));
        }
        let text = |key: &str| {
            table.text(key).map(|(text, span)| self.template(text, &span, scope, Use::Text)).unwrap_or_default()
        };
        let mime_type = table.text("mime_type").map(|(text, span)| {
            self.medium(of, text, &span);
            self.mime_type(text, &span)
        });
        let media = || {
            let data = match table.entry("file") {
                Some(_) => Bytes::File(self.file(table, false)?),
                None => Bytes::Base64(self.data_of(table)),
            };
            Some(Media { data, mime_type: mime_type.clone().unwrap_or_default() })
        };
        let kind = match of {
            "text" if table.entry("file").is_some() => BlockKind::Text(text_in(self.file(table, true)?)),
            "text" => BlockKind::Text(text("text")),
            "image" => BlockKind::Image(media()?),
            "audio" => BlockKind::Audio(media()?),
            "resource" => {
                let contents = self.contents(table, mime_type.as_deref(), scope);
                let usual = if table.entry("text").is_some() { "text/plain" } else { "application/octet-stream" };
                BlockKind::Resource {
                    uri: self.address(table, scope),
                    mime_type: mime_type.unwrap_or_else(|| usual.to_owned()),
                    contents: contents?,
                }
            }
            _ => BlockKind::Link {
                uri: self.address(table, scope),
                name: text("name"),
                description: trimmed(table, "description"),
                mime_type,
            },
        };
        complete.then(|| Block { kind, annotations: annotations(table) })
    }

    /// Says where the media type of a picture or a sound is that of something else. One that is none is told where it is
    /// read.
    fn medium(&self, of: &str, mime_type: &str, span: &Range<usize>) {
        let sample = match of {
            "image" => "image/png",
            "audio" => "audio/wav",
            _ => return,
        };
        if let Some((kind, _)) = mime_type.split_once('/')
            && !kind.eq_ignore_ascii_case(of)
        {
            let message = format!("the block is of the type `{of}`, and its media type is {}", quote(mime_type));
            self.say(span, message, format!("write one such as `{sample}`, or give the block another type"));
        }
    }

    /// Whether a block has the content that it must have; that it has two is said. A resource with two is told where that
    /// is read.
    fn has_content(&self, table: &Table<'_>, keys: &Keys, span: &Range<usize>) -> bool {
        let mut given = keys.content.iter().filter_map(|key| table.entry(key));
        let (first, second) = (given.next(), given.next());
        if let (Some(first), Some(second)) = (first, second)
            && keys.of != "resource"
        {
            let message = format!("`{}` and `{}` are two contents of one block", first.key, second.key);
            self.say(&second.at, message, "keep one of them");
        }
        if first.is_none() && !keys.content.is_empty() {
            let message = format!("a block of the type `{}` has no {}", keys.of, any_of(keys.content));
            self.say(span, message, "add one of them");
            return false;
        }
        true
    }

    /// The `uri` of a block.
    fn address(&self, table: &Table<'_>, scope: &Scope<'_>) -> Template {
        let Some((text, span)) = table.text("uri") else { return Template::default() };
        let scheme = text.split_once(':').filter(|(scheme, rest)| formats::is_scheme(scheme) && !rest.is_empty());
        let is_argument = text.starts_with('{');
        if scheme.is_none() && !is_argument {
            let message = format!("the URI {} has no scheme", quote(text));
            self.say(&span, message, "begin it with a word and `://`, such as `weather://stations`");
        }
        self.template(text, &span, scope, Use::Text)
    }

    /// The content in `text`, `data` or `file`, whose media type says which of the two it is; nothing where there is none.
    pub(super) fn contents(&self, table: &Table<'_>, mime_type: Option<&str>, scope: &Scope<'_>) -> Option<Contents> {
        let mut given = ["text", "data", "file"].iter().filter_map(|key| table.entry(key));
        let first = given.next()?;
        if let Some(second) = given.next() {
            let message = format!("`{}` and `{}` are two contents of one resource", first.key, second.key);
            self.say(&second.at, message, "keep one of them");
        }
        match &*first.key {
            "text" => Some(Contents::Text(self.text_of(table, scope))),
            "data" => Some(Contents::Data(Bytes::Base64(self.data_of(table)))),
            _ => {
                let Some(mime_type) = mime_type else {
                    let help = "add one such as `text/markdown` or `image/png`: it says whether the file is text";
                    self.say(&first.at, "the resource has a `file` and no `mime_type`", help);
                    return None;
                };
                let is_text = files::is_text(mime_type);
                let path = self.file(table, is_text)?;
                Some(if is_text { Contents::Text(text_in(path)) } else { Contents::Data(Bytes::File(path)) })
            }
        }
    }

    /// What `data` holds: base64.
    fn data_of(&self, table: &Table<'_>) -> String {
        let Some((text, span)) = table.text("data") else { return String::new() };
        let data: String = text.split_whitespace().collect();
        if data.is_empty() || !formats::holds(Format::Byte, &data) {
            let help = "write it in the standard alphabet with padding, such as `aGVsbG8=`";
            self.say(&span, "`data` is not base64", help);
        }
        data
    }

    /// A message of a prompt.
    pub(super) fn message(&self, node: &Node<'_>, scope: &Scope<'_>) -> Option<PromptMessage> {
        let table = node.as_table()?;
        let (text, content) = (table.entry("text"), table.entry("content"));
        if let (Some(_), Some(content)) = (text, content) {
            self.say(&content.at, "`text` and `content` are two contents of one message", "keep one of them");
        }
        let content = match (text, content) {
            (None, Some(content)) => self.block(&content.node, scope)?,
            (Some(_), _) => text_block(self.text_of(table, scope)),
            (None, None) => {
                self.say(&node.span, "the message says nothing", "add `text` or `content`");
                return None;
            }
        };
        Some(PromptMessage { role: table.text("role").map_or(Role::User, |(word, _)| role(word)), content })
    }
}

/// `audience` and `priority`.
pub(super) fn annotations(table: &Table<'_>) -> Annotations {
    let audience = table.items_of("audience").iter().filter_map(Node::as_text).map(role).collect();
    Annotations { audience, priority: table.number("priority") }
}

fn role(word: &str) -> Role {
    if word == "assistant" { Role::Assistant } else { Role::User }
}

/// The text in a file.
fn text_in(path: RelPath) -> Template {
    Template { parts: vec![Part::File(path)] }
}

fn text_block(text: Template) -> Block {
    Block { kind: BlockKind::Text(text), annotations: Annotations::default() }
}

/// What steps do that an answer from the cache would leave out.
pub(super) fn skipped_by_a_cache(steps: &[Step]) -> Option<&'static str> {
    steps.iter().find_map(|step| match step {
        Step::Ask(_) => Some("ask"),
        Step::Changed(_) => Some("changed"),
        Step::Updated(_) => Some("updated"),
        Step::Progress { .. } | Step::Log { .. } | Step::Sleep(_) => None,
    })
}
