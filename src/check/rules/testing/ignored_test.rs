//! A test that nobody runs.

use std::collections::BTreeSet;

use syn::visit::{self, Visit};
use syn::{Expr, ItemFn};

use super::is_ignored;
use crate::check::Span;
use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::rust;
use crate::check::view::{FileView, Files};
use crate::tree::Owner;

pub static RULE: Rule = Rule {
    id: "MCP854",
    name: "ignored-test",
    severity: Severity::Warning,
    summary: "a test with `#[ignore]`, `#[cfg(any())]`, or its body in `if false`",
    docs: "A test that is switched off looks like one that passes. What it proved, nobody knows any more.\n\nMend what it \
           tests, or the test, and let it run. Where it needs what a machine may not have, begin it with a question for \
           that and let it end early, or waive the finding with a reason and a date.",
    check: Check::Files(check),
};

fn check(files: &Files<'_>, out: &mut Findings) {
    for file in rust::sources(files) {
        let Some(source) = file.rust() else { continue };
        let tests = rust::tests(source);
        let is_off = |test: &&rust::TestFn<'_>| {
            // What is in the body of a golden test, the rule on those says.
            let is_yours = file.owner != Some(Owner::Owned);
            test.is_off || is_ignored(test.function) || (is_yours && is_in_if_false(test.function))
        };
        let mut off = tests.iter().filter(is_off).peekable();
        if off.peek().is_none() {
            continue;
        }
        let meant = ignored_as_rendered(file);
        for test in off.filter(|test| !meant.contains(&test.function.sig.ident.to_string())) {
            let ident = &test.function.sig.ident;
            out.add(file.place(Span::rust(ident.span())), format!("the test `{ident}` is switched off"))
                .help("mend it and let it run, or waive this with a reason and a date");
        }
    }
}

/// The tests that are ignored in the file as it would be rendered.
fn ignored_as_rendered(file: &FileView<'_>) -> BTreeSet<String> {
    let tests = file.expected_rust().map(rust::tests).unwrap_or_default();
    let off = tests.iter().filter(|test| test.is_off || is_ignored(test.function));
    off.map(|test| test.function.sig.ident.to_string()).collect()
}

fn is_in_if_false(function: &ItemFn) -> bool {
    struct Search(bool);
    impl<'a> Visit<'a> for Search {
        fn visit_expr(&mut self, expr: &'a Expr) {
            self.0 |= rust::is_if_false(expr);
            visit::visit_expr(self, expr);
        }
    }
    let mut search = Search(false);
    search.visit_block(&function.block);
    search.0
}
