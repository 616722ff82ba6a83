//! A golden test that is gone, or that asks something else.

use syn::{Attribute, ItemFn};

use crate::check::Span;
use crate::check::finding::{Findings, Severity};
use crate::check::owned::RENDER_ANEW;
use crate::check::rule::{Check, Rule};
use crate::check::rules::spec::stale;
use crate::check::rust;
use crate::check::view::{FileView, ServerView, State};

pub static RULE: Rule = Rule {
    id: "MCP852",
    name: "golden-test",
    severity: Severity::Error,
    summary: "a test that every server has was removed, renamed or changed",
    docs: "The tests that mcpgen owns prove that a server does what every server of the fleet does. One that was changed \
           until it passes proves nothing.\n\nRestore the file from version control, and mend the server instead. Tests of \
           your own belong into files of your own below `tests`.",
    check: Check::Server(check),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    if stale(server).is_some() {
        return;
    }
    let is_golden = |file: &&FileView<'_>| {
        file.state == State::Edited && file.path.starts_with("tests/") && !file.text.trim().is_empty()
    };
    for file in server.files.suspects().filter(is_golden) {
        let (Some(found), Some(expected)) = (file.rust(), file.expected_rust()) else { continue };
        compare(file, &rust::functions(found), &rust::functions(expected), out);
    }
}

fn compare(file: &FileView<'_>, found: &[&ItemFn], expected: &[&ItemFn], out: &mut Findings) {
    let help = format!("mend the server instead, and {RENDER_ANEW}; tests of yours go into files of your own");
    let help = help.as_str();
    for wanted in expected {
        let name = &wanted.sig.ident;
        let is_known = |function: &&&ItemFn| expected.iter().any(|wanted| wanted.sig.ident == function.sig.ident);
        let Some(there) = found.iter().find(|function| function.sig.ident == *name) else {
            let moved = found.iter().filter(|it| !is_known(it)).find(|it| rust::is_same(&it.block, &wanted.block));
            match moved {
                Some(moved) => {
                    let place = file.place(Span::rust(moved.sig.ident.span()));
                    out.add(place, format!("the test `{name}`, which every server has, was renamed")).help(help);
                }
                None => {
                    out.add(file.line(1), format!("the test `{name}`, which every server has, is gone")).help(help);
                }
            }
            continue;
        };
        let place = || file.place(Span::rust(there.sig.ident.span()));
        let is_test = |function: &ItemFn| function.attrs.iter().any(rust::is_test_attribute);
        if is_test(wanted) && !is_test(there) {
            out.add(place(), format!("`{name}`, which every server has, is no test any more")).help(help);
        } else if !is_same(there, wanted) {
            out.add(place(), format!("`{name}`, which every server has, was changed")).help(help);
        }
    }
}

/// Whether two tests ask the same; that one is ignored or switched off has a rule of its own.
fn is_same(found: &ItemFn, wanted: &ItemFn) -> bool {
    let attributes = |function: &ItemFn| {
        let counts =
            |attr: &&Attribute| !["ignore", "cfg", "cfg_attr", "doc"].iter().any(|other| attr.path().is_ident(other));
        let mut texts: Vec<String> = function
            .attrs
            .iter()
            .filter(counts)
            .map(|attr| rust::solid(&quote::ToTokens::to_token_stream(&attr.meta)))
            .collect();
        texts.sort();
        texts
    };
    rust::is_same(&found.sig, &wanted.sig)
        && rust::is_same(&found.block, &wanted.block)
        && attributes(found) == attributes(wanted)
}
