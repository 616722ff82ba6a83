//! `request = { … }`: a call of the upstream, for a tool or a resource.

use std::ops::Range;

use super::Check;
use super::placeholders::Use;
use super::scope::Scope;
use crate::spec::node::{Entry, Node, Table, Value};
use crate::spec::types::{BodyValue, Method, Part, Request, RequestBody, Template, Upstream, UpstreamAuth};
use crate::text::quote;

/// Headers that the connection itself sets.
const OF_THE_CONNECTION: &[&str] =
    &["connection", "content-length", "expect", "host", "te", "trailer", "transfer-encoding", "upgrade"];

impl Check<'_> {
    pub(super) fn request(&self, entry: &Entry<'_>, scope: &Scope<'_>, upstream: Option<&Upstream>) -> Option<Request> {
        let table = entry.node.as_table()?;
        if upstream.is_none() {
            let help = "add `[upstream]` with `base_url = \"https://…\"`";
            self.say(&entry.at, "there is no upstream that this request could call", help);
        }
        let method = table.text("method").map_or(Method::Get, |(text, _)| method_named(text));
        let body = self.body(table, scope);
        // A method that is unknown is said to be so by the shape; what it may have is anybody's guess.
        let is_get = table.text("method").is_none_or(|(text, _)| text == "GET");
        if is_get && let Some(entry) = table.entry("body") {
            self.say(&entry.at, "a GET request has no body", "write `method = \"POST\"`, or use `query`");
        }
        Some(Request {
            method,
            path: self.path(table, scope),
            query: self.query(table, scope, upstream),
            headers: self.headers(table, scope, upstream),
            body,
            retry: table.flag("retry").unwrap_or(matches!(method, Method::Get | Method::Put | Method::Delete)),
            result: self.result(table),
        })
    }

    fn path(&self, table: &Table<'_>, scope: &Scope<'_>) -> Template {
        let Some((text, span)) = table.text("path") else { return Template { parts: Vec::new() } };
        let template = self.template(text, &span, scope, Use::Path);
        let literal = |part: &Part| if let Part::Text(text) = part { text.clone() } else { "x".to_owned() };
        let path: String = template.parts.iter().map(literal).collect();
        if text.contains("://") {
            self.say(
                &span,
                "the path is a whole address",
                "give the address to `[upstream] base_url`, and the rest here",
            );
        } else if !text.starts_with('/') {
            self.say(&span, "the path does not begin with `/`", format!("write {}", quote(&format!("/{text}"))));
        } else if path.contains(['?', '#']) {
            self.say(&span, "the path has a query or a fragment", "move the parameters to `query = { … }`");
        } else if path.split('/').any(|segment| matches!(segment, "." | "..")) {
            self.say(&span, "the path has a segment `.` or `..`", "write the path that it leads to");
        } else if !path.chars().all(super::formats::is_uri_char) {
            self.say(
                &span,
                "the path has characters that a URI cannot hold",
                "percent-encode them; placeholders are encoded for you",
            );
        }
        template
    }

    fn query(&self, table: &Table<'_>, scope: &Scope<'_>, upstream: Option<&Upstream>) -> Vec<(String, Template)> {
        let mut query = Vec::new();
        for entry in table.entries_of("query") {
            if let Some(Upstream { auth: UpstreamAuth::Query(name), .. }) = upstream
                && *name == entry.key
            {
                let message = format!("the upstream already sends its key in the parameter `{name}`");
                self.say(&entry.at, message, "remove it here");
            }
            let template = match &entry.node.value {
                Value::Text(text) => self.template(text, &entry.node.span, scope, Use::Text),
                Value::Whole(_) | Value::Number(_) | Value::Flag(_) => {
                    Template { parts: vec![Part::Text(entry.node.to_json().to_string())] }
                }
                _ => continue,
            };
            query.push((entry.key.to_string(), template));
        }
        query
    }

    fn headers(&self, table: &Table<'_>, scope: &Scope<'_>, upstream: Option<&Upstream>) -> Vec<(String, Template)> {
        let of_auth = match upstream.map(|upstream| &upstream.auth) {
            Some(UpstreamAuth::Bearer | UpstreamAuth::Basic) => "authorization".to_owned(),
            Some(UpstreamAuth::Header(name)) => name.to_ascii_lowercase(),
            _ => String::new(),
        };
        let mut headers: Vec<(String, Template)> = Vec::new();
        for entry in table.entries_of("headers") {
            let lower = entry.key.to_ascii_lowercase();
            let name = quote(&entry.key);
            if let Err(why) = header_name(&entry.key) {
                self.say(&entry.at, format!("the header {name} {why}"), "write a name such as `X-Request-Source`");
            } else if lower == of_auth {
                let message = format!("the upstream already sends its key in the header {name}");
                self.say(&entry.at, message, "remove it here, or change `[upstream] auth`");
            } else if headers.iter().any(|(first, _)| first.eq_ignore_ascii_case(&lower)) {
                self.say(
                    &entry.at,
                    format!("the header {name} is there twice"),
                    "capitals make no difference: remove one",
                );
            }
            let Some(text) = entry.node.as_text() else { continue };
            let template = self.template(text, &entry.node.span, scope, Use::Text);
            let plain = |part: &Part| !matches!(part, Part::Text(text) if !text.chars().all(is_header_char));
            if !template.parts.iter().all(plain) {
                let message = format!("the header {name} has characters that a header cannot hold");
                self.say(&entry.node.span, message, "keep to visible ASCII and blanks");
            }
            headers.push((entry.key.to_string(), template));
        }
        headers
    }

    fn body(&self, table: &Table<'_>, scope: &Scope<'_>) -> RequestBody {
        match table.node("body").map(|node| &node.value) {
            Some(Value::Text(_)) => RequestBody::Input,
            Some(Value::Table(body)) => {
                let span = table.entry("body").map(|entry| entry.at.clone()).unwrap_or_default();
                self.not_empty(body.entries.is_empty(), &span);
                RequestBody::Json(self.body_fields(body, scope))
            }
            _ => RequestBody::None,
        }
    }

    fn body_fields(&self, table: &Table<'_>, scope: &Scope<'_>) -> Vec<(String, BodyValue)> {
        let field = |entry: &Entry<'_>| (entry.key.to_string(), self.body_value(&entry.node, scope));
        table.entries.iter().map(field).collect()
    }

    /// A body is made field by field, so what has none would not be there.
    fn not_empty(&self, is_empty: bool, span: &Range<usize>) {
        if is_empty {
            self.say(span, "there is nothing in it", "leave it out, or say what is sent");
        }
    }

    fn body_value(&self, node: &Node<'_>, scope: &Scope<'_>) -> BodyValue {
        match &node.value {
            Value::List(items) if items.is_empty() => self.not_empty(true, &node.span),
            Value::Table(table) if table.entries.is_empty() => self.not_empty(true, &node.span),
            _ => {}
        }
        match &node.value {
            Value::Text(text) => BodyValue::Template(self.template(text, &node.span, scope, Use::Body)),
            Value::List(items) => BodyValue::Array(items.iter().map(|item| self.body_value(item, scope)).collect()),
            Value::Table(table) => BodyValue::Object(self.body_fields(table, scope)),
            _ => BodyValue::Literal(node.to_json()),
        }
    }

    fn result(&self, table: &Table<'_>) -> String {
        let Some((text, span)) = table.text("result") else { return String::new() };
        if !text.is_empty() && !text.starts_with('/') {
            let help = format!("write {}", quote(&format!("/{}", text.trim_start_matches("$.").replace('.', "/"))));
            self.say(&span, format!("`result` is not a JSON pointer: {} does not begin with `/`", quote(text)), help);
        } else if text.split('~').skip(1).any(|after| !after.starts_with(['0', '1'])) {
            self.say(&span, "`result` is not a JSON pointer: `~` stands alone", "write `~0` for `~`, and `~1` for `/`");
        }
        text.to_owned()
    }
}

fn method_named(text: &str) -> Method {
    match text {
        "POST" => Method::Post,
        "PUT" => Method::Put,
        "PATCH" => Method::Patch,
        "DELETE" => Method::Delete,
        _ => Method::Get,
    }
}

/// Whether a request may set the header; if not, why.
pub(super) fn header_name(name: &str) -> Result<(), &'static str> {
    let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if name.is_empty() || !name.chars().all(token) {
        return Err("is not a valid name");
    }
    if OF_THE_CONNECTION.contains(&name.to_ascii_lowercase().as_str()) {
        return Err("is set by the connection itself");
    }
    Ok(())
}

fn is_header_char(c: char) -> bool {
    c.is_ascii_graphic() || c == ' '
}
