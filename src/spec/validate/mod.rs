//! From a document that fits the grammar, or nearly, to a [`Spec`].
//!
//! Knows what the keys mean together. Where something is wrong it is said, and a stand-in lets the rest be looked at,
//! so that every problem is found in one go; the `Spec` is then thrown away.

mod auth;
mod claims;
mod completions;
mod extras;
mod fields;
mod files;
mod flattened;
mod formats;
mod forms;
mod golden;
mod limits;
mod placeholders;
mod request;
mod resources;
mod respond;
mod scope;
mod server;
mod settings;
mod steps;
mod structured;
mod tools;
mod types;
mod values;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;

use super::node::{Entry, Table};
use super::problem::Problem;
use super::types::{Deprecated, Form, NamedFile, Setting, Spec, Upstream};
use crate::name::{NameError, ServerName};
use crate::text::quote;
use claims::Claims;
use values::{Pending, Types};

pub(super) use golden::TOOL as GOLDEN_TOOL;

/// What looks at a file that a spec names.
pub type Look<'l> = dyn Fn(NamedFile<'_>) -> Result<(), Unusable> + 'l;

/// Why a file that a spec names cannot be a part of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unusable {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

/// Reads what the document means. `name`, where given, wins over the one in the document.
///
/// `look`, where given, says of files what is wrong with them. Without new problems in `problems` there is a `Spec`.
pub(super) fn spec(
    source: &str,
    document: &Table<'_>,
    name: Option<&ServerName>,
    look: Option<&Look<'_>>,
    problems: &mut Vec<Problem>,
) -> Option<Spec> {
    let known = document.entries_of("types").iter().map(|entry| (entry.key.to_string(), entry.at.clone())).collect();
    let check = Check {
        source,
        known,
        look,
        deprecated: server::deprecated(document),
        found: RefCell::default(),
        claims: Claims::default(),
        pending: RefCell::default(),
    };
    let server = check.server(document, name);
    let upstream = check.upstream(document);
    if let Some(server) = &server {
        check.flattened(document, &server.name);
    }
    let prefix = server.as_ref().map_or_else(|| "SERVER".to_owned(), |server| server.name.screaming());
    let settings = check.settings(document, &prefix, upstream.is_some() || golden::applies(document));
    let types = check.types(document);
    let forms = check.forms(document);
    let by_name: Types<'_> = types.iter().map(|ty| (ty.name.pascal(), ty.fields.as_slice())).collect();
    let given = Given { settings: &settings, upstream: upstream.as_ref(), forms: &forms, types: &by_name };
    let mut tools = check.tools(document, given);
    let mut upstream = upstream;
    if golden::applies(document) {
        tools.push(check.golden(document));
        upstream.get_or_insert_with(golden::upstream);
    }
    let given = Given { settings: &settings, upstream: upstream.as_ref(), forms: &forms, types: &by_name };
    let resources = check.resources(document, given);
    let prompts = check.prompts(document, given);
    let auth = check.auth(document);
    let cache = check.cache_backend(document);
    let (limits, deploy, alerts) = (check.limits(document), check.deploy(document), check.alerts(document));
    check.defaults_and_examples(&by_name);
    problems.append(&mut check.found.into_inner());
    let mut spec = Spec {
        server: server?,
        settings,
        upstream,
        types,
        forms,
        tools,
        resources,
        prompts,
        auth,
        cache,
        limits,
        deploy,
        alerts,
    };
    values::settle(&mut spec);
    server::imply(&mut spec);
    Some(spec)
}

/// What all that a server offers can use.
#[derive(Clone, Copy)]
struct Given<'s> {
    settings: &'s [Setting],
    upstream: Option<&'s Upstream>,
    forms: &'s [Form],
    types: &'s Types<'s>,
}

/// What all checks share.
struct Check<'d> {
    /// The text of the document, to point into texts.
    source: &'d str,
    /// The named types and where they are.
    known: BTreeMap<String, Range<usize>>,
    /// What looks at the files that it names.
    look: Option<&'d Look<'d>>,
    /// What the server says that it uses although it is deprecated.
    deprecated: Deprecated,
    found: RefCell<Vec<Problem>>,
    claims: Claims,
    pending: RefCell<Vec<Pending<'d>>>,
}

impl Check<'_> {
    fn say(&self, span: &Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        self.found.borrow_mut().push(Problem::new(span.clone(), message).help(help));
    }

    /// Says why a key is not the name that it must be.
    fn bad_name(&self, what: &str, entry: &Entry<'_>, error: &NameError) {
        let message = format!("the {what} {} {}", quote(&entry.key), error.reason);
        self.say(&entry.at, message, name_help(error));
    }
}

fn name_help(error: &NameError) -> String {
    match &error.suggestion {
        Some(near) => format!("write {}", quote(near)),
        None => "choose another name".to_owned(),
    }
}

/// A text without the blanks around it.
fn trimmed(table: &Table<'_>, key: &str) -> Option<String> {
    table.text(key).map(|(text, _)| text.trim().to_owned())
}
