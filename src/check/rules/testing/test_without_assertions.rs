//! A test that cannot fail.

use std::collections::BTreeSet;

use syn::{Block, ItemFn, ReturnType};

use super::is_ignored;
use crate::check::Span;
use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::rust::{self, Piece};
use crate::check::view::{FileView, Files};
use crate::tree::Owner;

pub static RULE: Rule = Rule {
    id: "MCP853",
    name: "test-without-assertions",
    severity: Severity::Warning,
    summary: "a test that asserts nothing",
    docs: "A test that calls something and asks nothing of the answer passes whatever the answer is. An assertion is any \
           macro that can fail, `expect`, `unwrap`, `?`, `#[should_panic]`, or a call of a function that asserts.\n\nAsk for \
           what should come back, with `assert_eq!`, or remove the test.",
    check: Check::Files(check),
};

/// How names begin of what fails when something is not as it should be, some of it at compile time.
const BEGINNINGS: &[&str] = &[
    "assert",
    "check",
    "compile_fail",
    "is_",
    "model",
    "pass",
    "quickcheck",
    "compare",
    "ensure",
    "expect",
    "fail",
    "insist",
    "must",
    "panic",
    "prove",
    "refus",
    "require",
    "should",
    "test_",
    "unwrap",
    "validate",
    "verify",
];

/// Methods of the fleet's own testing crate that fail when the answer is not of this kind.
const TESTING: &[&str] =
    &["data", "error", "refusal", "read", "prompt", "list", "resource_templates", "count", "play", "proposes"];

/// Macros that cannot fail; of any other, nobody knows.
const HARMLESS: &[&str] = &[
    "concat",
    "dbg",
    "debug",
    "eprint",
    "eprintln",
    "env",
    "error",
    "format",
    "include_str",
    "info",
    "json",
    "matches",
    "print",
    "println",
    "trace",
    "vec",
    "warn",
];

fn check(files: &Files<'_>, out: &mut Findings) {
    let sources: Vec<_> = rust::sources(files).filter_map(|file| Some((file, file.rust()?))).collect();
    let mut helpers = None;
    // Of tests that mcpgen owns, the rule on golden tests says what was changed.
    for (file, source) in sources.iter().filter(|(file, _)| file.owner != Some(Owner::Owned)) {
        let tests = rust::tests(source);
        let silent = tests.iter().filter(|test| !test.is_off && !can_fail(test.function, &BTreeSet::new()));
        for test in silent {
            let helpers = helpers.get_or_insert_with(|| asserting(&sources));
            let ident = &test.function.sig.ident;
            if !can_fail(test.function, helpers) {
                out.add(
                    file.place(Span::rust(ident.span())),
                    format!("the test `{ident}` asserts nothing: it cannot fail"),
                )
                .help("ask for what should come back, with `assert_eq!`");
            }
        }
    }
}

/// The functions of the tests that assert something, or call one that does.
fn asserting(sources: &[(&FileView<'_>, &syn::File)]) -> BTreeSet<String> {
    /// A helper that calls one that calls one that asserts is still found.
    const DEEPEST: usize = 4;
    let mut bodies: Vec<(String, &Block)> = Vec::new();
    for (file, source) in sources {
        let is_all_tests = rust::is_test_path(file.path);
        let free = if is_all_tests { rust::functions(source) } else { rust::functions_for_tests(source) };
        bodies.extend(free.into_iter().map(|function| (rust::bare_name(&function.sig.ident), function.block.as_ref())));
        if is_all_tests {
            let methods = rust::methods(source).into_iter();
            bodies.extend(methods.map(|method| (rust::bare_name(&method.sig.ident), &method.block)));
        }
    }
    let mut found = BTreeSet::new();
    for _ in 0..DEEPEST {
        let more = bodies.iter().filter(|(name, block)| !found.contains(name) && asserts(block, &found));
        let more: Vec<String> = more.map(|(name, _)| name.clone()).collect();
        if more.is_empty() {
            break;
        }
        found.extend(more);
    }
    found
}

fn can_fail(test: &ItemFn, helpers: &BTreeSet<String>) -> bool {
    let is_told_by_its_signature = matches!(test.sig.output, ReturnType::Type(..));
    let should_panic = test.attrs.iter().any(|attr| attr.path().is_ident("should_panic"));
    let proves_by_compiling = test.sig.ident.to_string().starts_with("assert");
    is_told_by_its_signature || should_panic || proves_by_compiling || is_ignored(test) || asserts(&test.block, helpers)
}

fn asserts(block: &Block, helpers: &BTreeSet<String>) -> bool {
    let mut found = false;
    rust::live_in(block, &mut |piece| {
        found |= match piece {
            Piece::Try => true,
            Piece::Word(word) => BEGINNINGS.iter().any(|start| word.starts_with(start)) || helpers.contains(&word),
            Piece::Method(call) => TESTING.iter().any(|method| call.method == method),
            Piece::Macro { name, .. } => !HARMLESS.contains(&name.as_str()),
            Piece::Call(_) | Piece::Text { .. } => false,
        };
    });
    found
}
