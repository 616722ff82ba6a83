//! Resources and prompts that are not those of the spec.

use serde_json::Value;

use super::lists::{are, differing, named};
use super::{REBUILD, says};
use crate::check::finding::{Findings, Severity};
use crate::check::live::{LiveView, Offer, Question};
use crate::check::rule::{Check, Rule};

pub static RESOURCES: Rule = Rule {
    id: "MCP1022",
    name: "live-resources",
    severity: Severity::Error,
    summary: "a running server lists other resources than its spec has, or describes them otherwise",
    docs: "`resources/list` has the resources of the spec, and `resources/templates/list` those whose URI has arguments; \
           names, URIs, titles, descriptions and media types are what the spec says. Where they are not, another state of \
           the server runs than the one in the repository.\n\nBuild and start the server as it is in the repository.",
    check: Check::Live(resources),
};

pub static PROMPTS: Rule = Rule {
    id: "MCP1023",
    name: "live-prompts",
    severity: Severity::Error,
    summary: "a running server lists other prompts than its spec has, or describes them otherwise",
    docs: "`prompts/list` has the prompts of the spec; names, titles, descriptions and arguments are what the spec says. \
           Where they are not, another state of the server runs than the one in the repository.\n\nBuild and start the \
           server as it is in the repository.",
    check: Check::Live(prompts),
};

fn resources(view: &LiveView<'_>, out: &mut Findings) {
    compare(view, Offer::Resources, out);
    compare(view, Offer::Templates, out);
}

fn prompts(view: &LiveView<'_>, out: &mut Findings) {
    compare(view, Offer::Prompts, out);
}

fn compare(view: &LiveView<'_>, offer: Offer, out: &mut Findings) {
    let question = Question::Offers(offer);
    let Some(expected) = view.expected.and_then(|expected| expected.lists[offer.key()].as_array()) else { return };
    let Some(answer) = view.get(question) else { return };
    let mut say = |message: String| {
        out.add(view.place(question), message).help(REBUILD);
    };
    let Some((listed, is_whole)) = view.offered(offer) else {
        // Who has none of them need not know the question.
        if !expected.is_empty() {
            say(format!("{} is answered with no list: {}", question.told(), says(answer)));
        }
        return;
    };
    let missing: Vec<&str> = names(expected.iter().filter(|entry| named(&listed, entry).is_none()));
    if is_whole && !missing.is_empty() {
        say(format!("{} not in {}", are(&missing), question.told()));
    }
    let more: Vec<&str> = names(listed.iter().filter(|entry| named(expected, entry).is_none()));
    if !more.is_empty() {
        say(format!("{} in {}, and not in the spec", are(&more), question.told()));
    }
    for entry in expected {
        if let Some(what) = named(&listed, entry).and_then(|found| differing(entry, found)) {
            say(what);
        }
    }
}

fn names<'v>(entries: impl Iterator<Item = &'v Value>) -> Vec<&'v str> {
    entries.map(|entry| entry["name"].as_str().unwrap_or_default()).collect()
}
