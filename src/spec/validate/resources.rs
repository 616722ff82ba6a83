//! `[resources.*]` and `[prompts.*]`.

use std::ops::Range;

use super::claims::Space;
use super::placeholders::{Piece, Scope, pieces};
use super::{Check, formats, trimmed};
use crate::name::FieldName;
use crate::spec::node::{Entry, Node, Table};
use crate::spec::types::{Body, Prompt, PromptArgument, PromptMessage, Resource, Respond, Role, Setting, Upstream};
use crate::text::quote;

impl<'d> Check<'d> {
    pub(super) fn resources(
        &self,
        document: &'d Table<'d>,
        settings: &[Setting],
        upstream: Option<&Upstream>,
    ) -> Vec<Resource> {
        let entries = document.entries_of("resources");
        entries.iter().filter_map(|entry| self.resource(entry, settings, upstream)).collect()
    }

    fn resource(&self, entry: &'d Entry<'d>, settings: &[Setting], upstream: Option<&Upstream>) -> Option<Resource> {
        let table = entry.node.as_table()?;
        let name = self.callable_name(entry, "resource");
        let what = format!("the resource {}", quote(&entry.key));
        self.claim(Space::Function, &format!("read_{name}"), &what, &entry.at);
        let (uri, arguments) =
            table.text("uri").map_or_else(Default::default, |(text, span)| self.uri(text, &span, &what));
        let scope = Scope::of_names(arguments.iter(), settings, what);
        let (request, text) = (table.entry("request"), table.entry("text"));
        if let (Some(_), Some(text)) = (request, text) {
            self.say(&text.at, "`request` and `text` are two contents of one resource", "keep one of them");
        }
        let body = match (request, text) {
            (Some(request), _) => self.request(request, &scope, upstream).map_or(Body::Code, Body::Request),
            (None, Some(_)) => Body::Respond(Respond { text: self.text_of(table, &scope), is_error: false }),
            (None, None) => Body::Code,
        };
        let mime_type = table.text("mime_type").map(|(text, span)| self.mime_type(text, &span));
        let usual = if matches!(body, Body::Respond(_)) { "text/plain" } else { "application/json" };
        Some(Resource {
            name,
            title: trimmed(table, "title"),
            description: trimmed(table, "description").unwrap_or_default(),
            uri,
            arguments,
            mime_type: mime_type.unwrap_or_else(|| usual.to_owned()),
            body,
        })
    }

    /// A URI or a template of level 1, and its arguments in order.
    fn uri(&self, text: &str, span: &Range<usize>, what: &str) -> (String, Vec<FieldName>) {
        let mut arguments: Vec<FieldName> = Vec::new();
        let mut plain = String::new();
        for piece in pieces(text) {
            match piece {
                Piece::Text(text) => plain.push_str(&text),
                Piece::Name(name) => {
                    plain.push('x');
                    self.uri_argument(name, span, &mut arguments);
                }
                Piece::Broken(_, why) => {
                    self.say(span, format!("{why} in the URI of {what}"), "write `{name}` for an argument");
                }
            }
        }
        let scheme = plain.split_once(':').filter(|(scheme, rest)| formats::is_scheme(scheme) && !rest.is_empty());
        if scheme.is_none() {
            let message = format!("the URI {} has no scheme", quote(text));
            self.say(span, message, "begin it with a word and `://`, such as `weather://stations`");
        } else if text.split(':').next().is_some_and(|scheme| scheme.contains('{')) {
            self.say(span, "the scheme of the URI is a placeholder", "write the scheme itself");
        } else if !plain.chars().all(formats::is_uri_char) {
            self.say(span, "the URI has characters that a URI cannot hold", "percent-encode them");
        }
        self.claim(Space::Uri, &plain, what, span);
        (text.to_owned(), arguments)
    }

    fn uri_argument(&self, name: &str, span: &Range<usize>, arguments: &mut Vec<FieldName>) {
        let parsed = match FieldName::parse(name) {
            Ok(parsed) => parsed,
            Err(error) => {
                let help = "only plain `{name}` is understood, without operators such as `+`, `?` or `*`";
                self.say(span, format!("the argument {} of the URI {}", quote(name), error.reason), help);
                return;
            }
        };
        if arguments.iter().any(|first| first.ident() == parsed.ident()) {
            self.say(span, format!("the argument {} of the URI is there twice", quote(name)), "rename one of them");
            return;
        }
        arguments.push(parsed);
    }

    fn mime_type(&self, text: &str, span: &Range<usize>) -> String {
        let token =
            |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "!#$&-^_.+".contains(c));
        let (essence, parameters) =
            text.split_once(';').map_or((text, ""), |(essence, parameters)| (essence, parameters));
        let (kind, subtype) = essence.trim_end().split_once('/').unwrap_or_default();
        if !token(kind) || !token(subtype) || !parameters.chars().all(|c| c.is_ascii_graphic() || c == ' ') {
            let message = format!("{} is not a media type", quote(text));
            self.say(span, message, "write one such as `application/json` or `text/markdown`");
        }
        text.to_owned()
    }

    pub(super) fn prompts(&self, document: &'d Table<'d>, settings: &[Setting]) -> Vec<Prompt> {
        let entries = document.entries_of("prompts");
        entries.iter().filter_map(|entry| self.prompt(entry, settings)).collect()
    }

    fn prompt(&self, entry: &Entry<'_>, settings: &[Setting]) -> Option<Prompt> {
        let table = entry.node.as_table()?;
        let arguments = self.arguments(table);
        let what = format!("the prompt {}", quote(&entry.key));
        let scope = Scope::of_names(arguments.iter().map(|argument| &argument.name), settings, what);
        let message = |table: &Table<'_>| PromptMessage { role: role_of(table), text: self.text_of(table, &scope) };
        let messages = table.items_of("messages").iter().filter_map(Node::as_table).map(message).collect();
        Some(Prompt {
            name: self.callable_name(entry, "prompt"),
            title: trimmed(table, "title"),
            description: trimmed(table, "description").unwrap_or_default(),
            arguments,
            messages,
        })
    }

    fn arguments(&self, table: &Table<'_>) -> Vec<PromptArgument> {
        let mut arguments: Vec<PromptArgument> = Vec::new();
        for entry in table.entries_of("arguments") {
            let name = FieldName::parse(&entry.key).unwrap_or_else(|error| {
                self.bad_name("argument", entry, &error);
                FieldName::trusted(&entry.key)
            });
            if let Some(first) = arguments.iter().find(|first| first.name.ident() == name.ident()) {
                let message =
                    format!("the arguments {} and {} are one in Rust", quote(first.name.wire()), quote(&entry.key));
                self.say(&entry.at, message, "rename one of them");
            }
            let Some(table) = entry.node.as_table() else { continue };
            let optional = table.flag("optional").unwrap_or(false);
            arguments.push(PromptArgument { name, description: trimmed(table, "description"), optional });
        }
        arguments
    }
}

fn role_of(table: &Table<'_>) -> Role {
    match table.text("role") {
        Some(("assistant", _)) => Role::Assistant,
        _ => Role::User,
    }
}
