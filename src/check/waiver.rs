//! Waivers: findings that a team lives with, for a reason and for a while.
//!
//! Knows which finding a waiver is about and when it ends. Knows no clock: the date is handed in.

use globset::{Glob, GlobMatcher};
use toml::Spanned;

use super::finding::{Finding, Findings, Place, Severity};
use super::place::Span;
use super::rule::{Check, Rule};
use super::rules::{by_selector, near};
use crate::fleet::{self, Waiver};
use crate::text::quote;

/// A waiver that is good for nothing.
pub static STALE: Rule = Rule {
    id: "MCP990",
    name: "stale-waiver",
    severity: Severity::Warning,
    summary: "a waiver that no finding needs, that names no rule, or that gives no reason",
    docs: "A waiver in `mcpgen.toml` says which finding does not count, why, and until when. One that no finding needs \
           hides the next one of its kind, so it goes when the finding is mended.\n\nRemove it, or mend what it names. \
           Only a check of the whole fleet, with all rules, can tell that nothing needs a waiver.",
    check: Check::Engine,
};

/// A waiver whose time is over.
pub static EXPIRED: Rule = Rule {
    id: "MCP991",
    name: "expired-waiver",
    severity: Severity::Error,
    summary: "a waiver whose last day is over",
    docs: "The findings of an expired waiver count again.\n\nMend them, or agree on another date and write it to the \
           waiver's `expires`.",
    check: Check::Engine,
};

/// The waivers of a fleet, ready to be held against findings.
#[derive(Debug)]
pub struct Waivers<'a> {
    list: Vec<Held<'a>>,
    /// `mcpgen.toml`, below the root of the repository.
    path: String,
    text: &'a str,
    today: &'a str,
}

#[derive(Debug)]
struct Held<'a> {
    waiver: &'a Spanned<Waiver>,
    rule: Option<&'static Rule>,
    place: Option<GlobMatcher>,
    is_needed: bool,
}

impl<'a> Waivers<'a> {
    /// The waivers of a fleet whose folder is `folder`, below the root of the repository; `text` is its `mcpgen.toml`.
    #[must_use]
    pub fn new(waivers: &'a [Spanned<Waiver>], folder: &str, text: &'a str, today: &'a str) -> Self {
        let held = |waiver: &'a Spanned<Waiver>| {
            let rule = by_selector(&waiver.get_ref().rule).filter(|rule| rule.id != STALE.id && rule.id != EXPIRED.id);
            let place = Glob::new(waiver.get_ref().path.trim_end_matches('/')).ok().map(|glob| glob.compile_matcher());
            Held { waiver, rule, place, is_needed: false }
        };
        let list = waivers.iter().map(held).collect();
        Self { list, path: super::view::join(folder, fleet::FILE), text, today }
    }

    /// Why a finding does not count, if it does not.
    pub fn reason(&mut self, finding: &Finding) -> Option<&'a str> {
        let today = self.today;
        let counts = |held: &Held<'_>| !held.reason().is_empty() && !held.is_over(today);
        let held = self.list.iter_mut().find(|held| counts(held) && held.is_about(finding))?;
        held.is_needed = true;
        Some(held.reason())
    }

    /// What is wrong with the waivers themselves. Whether one is needed can only be said where `is_whole` and every
    /// finding was asked for.
    #[must_use]
    pub fn findings(&self, is_whole: bool) -> Vec<Finding> {
        let mut stale = Findings::new(&STALE, None);
        let mut expired = Findings::new(&EXPIRED, None);
        for held in &self.list {
            let waiver = held.waiver.get_ref();
            let name = quote(&waiver.rule);
            if held.rule.is_none() {
                let help = match near(&waiver.rule) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "`mcpgen explain` lists the rules".to_owned(),
                };
                stale.add(self.place(held), format!("a waiver is for {name}, and there is no such rule")).help(help);
            } else if held.place.is_none() {
                let help = "name a file or folder below the root of the repository; `*` stands for any text";
                stale.add(self.place(held), format!("the waiver for {name} has a path that is no pattern")).help(help);
            } else if held.reason().is_empty() {
                let help = "say why in its `reason`, for those who wonder";
                stale
                    .add(self.place(held), format!("the waiver for {name} gives no reason, and does not count"))
                    .help(help);
            } else if held.is_over(self.today) {
                let message =
                    format!("the waiver for {name} was good until {}: what it is about counts again", waiver.expires);
                let help = "mend what it is about, or agree on another date";
                expired.add(self.place(held), message).help(help);
            } else if is_whole && !held.is_needed && !held.is_live() {
                let message = format!("no finding needs the waiver for {name} any more");
                stale.add(self.place(held), message).help("remove it");
            }
        }
        let mut list = stale.into_list();
        list.extend(expired.into_list());
        list
    }

    fn place(&self, held: &Held<'_>) -> Place {
        let span = Span::of(self.text, held.waiver.span());
        let source = self.text.lines().nth(span.line - 1).map(str::to_owned);
        Place { path: self.path.clone(), span: Some(span), source }
    }
}

impl<'a> Held<'a> {
    /// Why its findings do not count; one without a reason is good for nothing.
    fn reason(&self) -> &'a str {
        self.waiver.get_ref().reason.trim()
    }

    /// Whether only a running server can show that it is needed.
    fn is_live(&self) -> bool {
        self.rule.is_some_and(|rule| matches!(rule.check, Check::Live(_)))
    }

    fn is_over(&self, today: &str) -> bool {
        // Dates of this form are ordered as texts are.
        self.waiver.get_ref().expires.as_str() < today
    }

    fn is_about(&self, finding: &Finding) -> bool {
        let path = finding.place.path.as_str();
        let lies_there = || {
            let Some(pattern) = &self.place else { return false };
            let ends = path.match_indices('/').map(|(end, _)| end).chain([path.len()]);
            self.waiver.get_ref().path.is_empty() || ends.into_iter().any(|end| pattern.is_match(&path[..end]))
        };
        self.rule.is_some_and(|rule| rule.id == finding.rule.id) && lies_there()
    }
}
