//! Where the files of a server say a port.
//!
//! Rust and Dockerfiles are read as what they are; of other files the lines are known that say the port as rendered.

use std::collections::HashMap;
use std::ops::Range;

use parse_dockerfile::{Dockerfile, HealthcheckArguments, Instruction};
use syn::visit::{self, Visit};
use syn::{Expr, ExprLit, Lit};

use crate::check::finding::Place;
use crate::check::place::Span;
use crate::check::roster::{hosts, is_loopback};
use crate::check::view::FileView;
use crate::tree::same_lines;

/// The Rust files of a crate that say what it serves.
const SERVING: &[&str] = &["src/main.rs", "src/lib.rs", "src/server.rs"];

/// A number that stands where the port belongs.
pub struct Mention {
    pub place: Place,
    pub says: String,
}

/// The numbers in a file that stand where this port belongs, and are others.
pub fn others(file: &FileView<'_>, port: u16) -> Vec<Mention> {
    if file.has_extension("rs") {
        return in_rust(file, port);
    }
    if file.name() == "Dockerfile" || file.has_extension("Dockerfile") {
        return file.dockerfile().map(|dockerfile| in_dockerfile(file, dockerfile, port)).unwrap_or_default();
    }
    file.expected.map(|expected| in_lines(file, expected, port)).unwrap_or_default()
}

/// The file as rendered, where writing the port in place of the number leaves nothing else to differ.
pub fn mended<'a>(file: &FileView<'a>, says: &str, port: u16) -> Option<&'a str> {
    let expected = file.expected?;
    let port = port.to_string();
    let mut text = String::with_capacity(file.text.len());
    for (is_number, token) in tokens(file.text) {
        text.push_str(if is_number && token == says { &port } else { token });
    }
    same_lines(&text, expected).then_some(expected)
}

/// `const PORT`, and the port of `About`.
fn in_rust(file: &FileView<'_>, port: u16) -> Vec<Mention> {
    struct Finder {
        found: Vec<(Span, u64)>,
    }
    impl Finder {
        fn take(&mut self, value: &Expr) {
            if let Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) = value
                && let Ok(says) = number.base10_parse::<u64>()
            {
                self.found.push((Span::rust(number.span()), says));
            }
        }
    }
    impl Visit<'_> for Finder {
        fn visit_item_const(&mut self, item: &syn::ItemConst) {
            if item.ident == "PORT" || item.ident == "DEFAULT_PORT" {
                self.take(&item.expr);
            }
        }

        fn visit_expr_struct(&mut self, value: &syn::ExprStruct) {
            if value.path.segments.last().is_some_and(|segment| segment.ident == "About") {
                let is_port =
                    |field: &&syn::FieldValue| matches!(&field.member, syn::Member::Named(name) if name == "port");
                value.fields.iter().filter(is_port).for_each(|field| self.take(&field.expr));
            }
            visit::visit_expr_struct(self, value);
        }
    }
    // A module of a user's may name the port of something else.
    if !SERVING.contains(&file.path) {
        return Vec::new();
    }
    let Some(rust) = file.rust() else { return Vec::new() };
    let mut finder = Finder { found: Vec::new() };
    finder.visit_file(rust);
    let others = finder.found.into_iter().filter(|(_, says)| *says != u64::from(port) && *says != 0);
    others.map(|(span, says)| Mention { place: file.place(span), says: says.to_string() }).collect()
}

/// `EXPOSE`, `ENV PORT`, and a health check that asks the server by its address.
fn in_dockerfile(file: &FileView<'_>, dockerfile: &Dockerfile<'_>, port: u16) -> Vec<Mention> {
    let mut found: Vec<(Range<usize>, u16)> = Vec::new();
    let mut exposed: Vec<(Range<usize>, Option<u16>)> = Vec::new();
    for instruction in &dockerfile.instructions {
        match instruction {
            Instruction::Expose(expose) => {
                let number = |text: &str| text.split('/').next().and_then(|number| number.parse().ok());
                exposed.extend(expose.arguments.iter().map(|it| (it.span.clone(), number(&it.value))));
            }
            Instruction::Env(env) => {
                let text = file.text.get(env.arguments.span.clone()).unwrap_or_default();
                let value = text.split_whitespace().find_map(|word| word.strip_prefix("PORT="));
                let value = value.or_else(|| text.strip_prefix("PORT ").map(str::trim));
                let value = value.and_then(|value| value.trim_matches(['"', '\'']).parse().ok());
                found.extend(value.map(|says: u16| (env.arguments.span.clone(), says)));
            }
            Instruction::Healthcheck(check) => {
                let HealthcheckArguments::Cmd { arguments, .. } = &check.arguments else { continue };
                let span = match arguments {
                    parse_dockerfile::Command::Exec(words) => &words.span,
                    parse_dockerfile::Command::Shell(line) => &line.span,
                    _ => continue,
                };
                let text = file.text.get(span.clone()).unwrap_or_default();
                for host in hosts(text).into_iter().filter(|host| is_loopback(host.host)) {
                    found.push((span.start + host.at.start..span.start + host.at.end, host.port));
                }
            }
            _ => {}
        }
    }
    // More ports may be exposed than the one; a variable may be any.
    if exposed.iter().all(|(_, says)| says.is_some_and(|says| says != port)) {
        found.extend(exposed.into_iter().filter_map(|(span, says)| Some((span, says?))));
    }
    let others = found.into_iter().filter(|(_, says)| *says != port && *says != 0);
    others.map(|(span, says)| Mention { place: file.bytes(span), says: says.to_string() }).collect()
}

/// Lines that are as rendered but for the port.
fn in_lines(file: &FileView<'_>, expected: &str, port: u16) -> Vec<Mention> {
    let number = port.to_string();
    let mut as_rendered: HashMap<String, Vec<&str>> = HashMap::new();
    for line in expected.lines().filter(|line| line.contains(&number)) {
        as_rendered.entry(shape(line)).or_default().push(line);
    }
    let mut found = Vec::new();
    let mut start = 0;
    for line in file.text.split_inclusive('\n') {
        let bare = line.trim_end_matches(['\n', '\r']);
        let mut rendered = as_rendered.get(&shape(bare)).into_iter().flatten().take(16);
        if let Some((at, says)) = rendered.find_map(|rendered| other_number(bare, rendered, &number)) {
            let says = says.to_owned();
            found.push(Mention { place: file.bytes(start + at.start..start + at.end), says });
        }
        start += line.len();
    }
    found
}

/// Whether a text differs from one as rendered in the port alone.
pub fn is_other_port(found: &str, expected: &str, port: u16) -> bool {
    other_number(found, expected, &port.to_string()).is_some()
}

/// The number that a line has in place of the port, if it differs from the line as rendered in nothing else.
fn other_number<'t>(found: &'t str, expected: &str, port: &str) -> Option<(Range<usize>, &'t str)> {
    let mut other = None;
    let mut at = 0;
    let (mut found, mut expected) = (tokens(found), tokens(expected));
    loop {
        match (found.next(), expected.next()) {
            (None, None) => return other,
            (Some((_, found)), Some((_, expected))) if found == expected => at += found.len(),
            (Some((true, found)), Some((true, expected))) if expected == port => {
                other.get_or_insert((at..at + found.len(), found));
                at += found.len();
            }
            _ => return None,
        }
    }
}

/// A line without its numbers.
fn shape(line: &str) -> String {
    tokens(line).map(|(is_number, token)| if is_number { "0" } else { token }).collect()
}

/// The numbers of a text and what is between them, in turn.
fn tokens(text: &str) -> impl Iterator<Item = (bool, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let is_number = rest.chars().next()?.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != is_number).unwrap_or(rest.len());
        let (token, after) = rest.split_at(end);
        rest = after;
        Some((is_number, token))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_may_differ_in_the_port_alone() {
        let other = |found, expected| other_number(found, expected, "9004").map(|(at, says)| (at.start, says));
        assert_eq!(other("port **9005**.", "port **9004**."), Some((7, "9005")));
        assert_eq!(other("-p 9005:9004 x:0.1.0", "-p 9004:9004 x:0.1.0"), Some((3, "9005")));
        assert_eq!(other("-p 9004:9004 x:0.1.1", "-p 9004:9004 x:0.1.0"), None);
        assert_eq!(other("port **9004**.", "port **9004**."), None);
        assert_eq!(other("ports **9005**.", "port **9004**."), None);
        assert_eq!(other("port 9005 more", "port 9004"), None);
    }
}
