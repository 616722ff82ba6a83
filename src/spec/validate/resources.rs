//! `[resources.*]` and `[prompts.*]`.

use std::ops::Range;

use super::claims::Space;
use super::completions::complete;
use super::placeholders::{Piece, pieces};
use super::respond::annotations;
use super::scope::Scope;
use super::{Check, Given, formats, trimmed};
use crate::name::FieldName;
use crate::spec::node::{Entry, Node, Table};
use crate::spec::types::{Body, Contents, Prompt, PromptArgument, PromptBody, Resource, Respond, UriArgument};
use crate::text::quote;

impl<'d> Check<'d> {
    pub(super) fn resources(&self, document: &'d Table<'d>, given: Given<'_>) -> Vec<Resource> {
        let entries = document.entries_of("resources");
        entries.iter().filter_map(|entry| self.resource(entry, given)).collect()
    }

    fn resource(&self, entry: &'d Entry<'d>, given: Given<'_>) -> Option<Resource> {
        let table = entry.node.as_table()?;
        let name = self.callable_name(entry, "resource");
        let what = format!("the resource {}", quote(&entry.key));
        self.claim(Space::Function, &format!("read_{name}"), &what, &entry.at);
        let (uri, arguments) =
            table.text("uri").map_or_else(Default::default, |(text, span)| self.uri(text, &span, &what));
        if !arguments.is_empty() {
            let name = format!("{}Arguments", name.pascal());
            self.claim(Space::Type, &name, &format!("the arguments of {what}"), &entry.at);
        }
        self.completions("resource", name.snake(), table);
        let scope = Scope::of_names(arguments.iter(), given.settings, what);
        let arguments = self.uri_arguments(table, &arguments, &scope.what);
        let mime_type = table.text("mime_type").map(|(text, span)| self.mime_type(text, &span));
        let body = self.resource_body(table, mime_type.as_deref(), scope, given);
        let usual = match &body {
            Body::Respond(Respond { answer: Contents::Text(_), .. }) => "text/plain",
            Body::Respond(_) => "application/octet-stream",
            _ => "application/json",
        };
        Some(Resource {
            name,
            title: trimmed(table, "title"),
            description: trimmed(table, "description").unwrap_or_default(),
            uri,
            arguments,
            mime_type: mime_type.unwrap_or_else(|| usual.to_owned()),
            cache: self.cache_class(table, "cache"),
            annotations: annotations(table),
            extras: self.extras(table),
            body,
        })
    }

    fn resource_body(
        &self,
        table: &Table<'_>,
        mime_type: Option<&str>,
        mut scope: Scope<'_>,
        given: Given<'_>,
    ) -> Body<Contents> {
        let contents = ["text", "data", "file"];
        let mut found = ["request", "respond"].iter().chain(&contents).filter_map(|key| table.entry(key));
        let Some(first) = found.next() else { return Body::Code };
        for second in found {
            // Two of the contents are told where they are read.
            if !contents.contains(&&*first.key) {
                let message = format!("`{}` and `{}` are two contents of one resource", first.key, second.key);
                self.say(&second.at, message, "keep one of them");
            }
        }
        if first.key == "request" {
            return self.request(first, &scope, given.upstream).map_or(Body::Code, Body::Request);
        }
        let Some(long) = first.node.as_table() else {
            let answer = self.contents(table, mime_type, &scope);
            return answer.map_or(Body::Code, |answer| Body::Respond(Respond { steps: Vec::new(), answer }));
        };
        let steps = self.steps(long, &mut scope, given.forms);
        let answer = self.contents(long, mime_type, &scope);
        if contents.iter().all(|key| long.entry(key).is_none()) {
            self.say(&first.at, format!("{} has no content", scope.what), "add `text`, `data` or `file`");
        }
        answer.map_or(Body::Code, |answer| Body::Respond(Respond { steps, answer }))
    }

    /// What `arguments` says about the arguments of the URI.
    fn uri_arguments(&self, table: &Table<'_>, names: &[FieldName], what: &str) -> Vec<UriArgument> {
        for entry in table.entries_of("arguments") {
            if !names.iter().any(|name| name.wire() == entry.key) {
                let message = format!("the URI of {what} has no argument {}", quote(&entry.key));
                self.say(&entry.at, message, format!("write `{{{}}}` in the URI, or remove it here", entry.key));
            }
        }
        let of = |name: &FieldName| {
            let table = table.node("arguments").and_then(Node::as_table).and_then(|table| table.node(name.wire()));
            let table = table.and_then(Node::as_table);
            UriArgument {
                name: name.clone(),
                description: table.and_then(|table| trimmed(table, "description")),
                complete: complete(table),
            }
        };
        names.iter().map(of).collect()
    }

    /// A URI or a template of level 1, and its arguments in order.
    fn uri(&self, text: &str, span: &Range<usize>, what: &str) -> (String, Vec<FieldName>) {
        let mut arguments: Vec<FieldName> = Vec::new();
        let mut plain = String::new();
        for piece in pieces(text) {
            match piece {
                Piece::Text(text) => plain.push_str(&text),
                Piece::Name(name) => {
                    plain.push('*');
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

    pub(super) fn mime_type(&self, text: &str, span: &Range<usize>) -> String {
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

    pub(super) fn prompts(&self, document: &'d Table<'d>, given: Given<'_>) -> Vec<Prompt> {
        let entries = document.entries_of("prompts");
        entries.iter().filter_map(|entry| self.prompt(entry, given)).collect()
    }

    fn prompt(&self, entry: &Entry<'_>, given: Given<'_>) -> Option<Prompt> {
        let table = entry.node.as_table()?;
        let arguments = self.arguments(table);
        let what = format!("the prompt {}", quote(&entry.key));
        let names = arguments.iter().map(|argument| &argument.name);
        let mut scope = Scope::of_names(names, given.settings, what.clone());
        let long = table.node("respond").and_then(Node::as_table);
        let steps = long.map(|long| self.steps(long, &mut scope, given.forms)).unwrap_or_default();
        let messages = table.items_of("messages").iter().filter_map(|node| self.message(node, &scope)).collect();
        if let (Some(respond), None) = (table.entry("respond"), table.entry("messages")) {
            self.say(&respond.at, format!("{what} says nothing after these steps"), "add `messages`");
        }
        let prompt = Prompt {
            name: self.callable_name(entry, "prompt"),
            title: trimmed(table, "title"),
            description: trimmed(table, "description").unwrap_or_default(),
            extras: self.extras(table),
            body: match table.entry("messages") {
                Some(_) => PromptBody::Respond(Respond { steps, answer: messages }),
                None => PromptBody::Code,
            },
            arguments,
        };
        self.completions("prompt", prompt.name.snake(), table);
        if !prompt.is_data() {
            self.claim(Space::Function, &format!("prompt_{}", prompt.name), &what, &entry.at);
            if !prompt.arguments.is_empty() {
                let name = format!("{}PromptArguments", prompt.name.pascal());
                self.claim(Space::Type, &name, &format!("the arguments of {what}"), &entry.at);
            }
        }
        Some(prompt)
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
            let description = trimmed(table, "description");
            arguments.push(PromptArgument { name, description, optional, complete: complete(Some(table)) });
        }
        arguments
    }
}
