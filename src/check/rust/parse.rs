//! Reads Rust, unless that would take the parser too deep.
//!
//! The parser calls itself for what is within something else: within brackets, and for most words and signs behind another
//! in one expression, type or pattern (`!!a`, `return return a`, `Vec<Vec<a>>`, `a if b else if c`).

use std::str::FromStr as _;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::check::place::Span;

/// Where and why a text does not parse.
pub type Unparsed = (Span, String);

/// Why Rust is not parsed that may well be Rust.
pub const UNREADABLE: &str = "it is nested too deep, or too long, to be read";

/// Brackets within brackets.
const DEEPEST: usize = 256;
/// `<` without `>` in what nothing parts.
const DEEPEST_TYPE: usize = 256;
/// Tokens that nothing parts.
const LONGEST_RUN: usize = 4096;
/// Bytes.
const LONGEST: usize = 1 << 19;

/// The text as Rust.
///
/// # Errors
///
/// When it does not parse, or would take the parser too deep.
pub fn parse(text: &str) -> Result<syn::File, Unparsed> {
    syn::parse2(tokens(text)?).map_err(|error| (Span::rust(error.span()), error.to_string()))
}

/// The tokens of a text; whoever goes through them by calling itself will not get too deep.
///
/// # Errors
///
/// When there is something in it that is no token, or it is nested too deep.
pub fn tokens(text: &str) -> Result<TokenStream, Unparsed> {
    if text.len() > LONGEST {
        return Err((Span::of(text, 0..0), UNREADABLE.to_owned()));
    }
    let stream = TokenStream::from_str(without_head(text))
        .map_err(|error| (Span::rust(error.span()), "it has something in it that is no token of Rust".to_owned()))?;
    match too_deep(&stream) {
        Some(token) => Err((Span::rust(token.span()), UNREADABLE.to_owned())),
        None => Ok(stream),
    }
}

/// Without a byte order mark and without `#!/usr/bin/env …`, neither of which is a token.
fn without_head(text: &str) -> &str {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let is_script = text.strip_prefix("#!").is_some_and(|rest| !rest.trim_start().starts_with('['));
    if is_script { text.find('\n').map_or("", |end| &text[end..]) } else { text }
}

/// The first token that is deeper than anyone writes by hand.
fn too_deep(stream: &TokenStream) -> Option<TokenTree> {
    let mut open = vec![stream.clone().into_iter().peekable()];
    let mut runs = vec![Run::default()];
    while let (Some(tokens), Some(run)) = (open.last_mut(), runs.last_mut()) {
        let Some(token) = tokens.next() else {
            open.pop();
            runs.pop();
            continue;
        };
        let next_is_else = matches!(tokens.peek(), Some(TokenTree::Ident(word)) if word == "else");
        if !run.take(&token, next_is_else) || open.len() > DEEPEST {
            return Some(token);
        }
        if let TokenTree::Group(group) = token {
            open.push(group.stream().into_iter().peekable());
            runs.push(Run::default());
        }
    }
    None
}

/// Tokens of one level that nothing parts.
#[derive(Default)]
struct Run {
    length: usize,
    angles: usize,
}

impl Run {
    /// Whether the parser can take this one too.
    fn take(&mut self, token: &TokenTree, next_is_else: bool) -> bool {
        match token {
            TokenTree::Punct(sign) => match sign.as_char() {
                ';' => *self = Self::default(),
                // The comma within `Vec<(A, B), C>` closes nothing.
                ',' => self.length = 0,
                '<' => self.angles += 1,
                '>' => self.angles = self.angles.saturating_sub(1),
                // Every line of documentation has one.
                '#' => return true,
                _ => {}
            },
            TokenTree::Group(group) => match group.delimiter() {
                Delimiter::Brace if !next_is_else => *self = Self::default(),
                _ => {}
            },
            TokenTree::Ident(_) | TokenTree::Literal(_) => {}
        }
        self.length += 1;
        self.length <= LONGEST_RUN && self.angles <= DEEPEST_TYPE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        parse(text).err().map(|(_, why)| why).unwrap_or_default()
    }

    #[test]
    fn rust_that_would_take_the_parser_too_deep_is_refused() {
        for (first, times, last) in [
            ("const A: bool = ", "!", "true;"),
            ("const A: u8 = ", "1+", "1;"),
            ("const A: u8 = ", "1 as u8 as ", "u8;"),
            ("fn f() { ", "return ", "1; }"),
            ("fn f() { ", "break ", "1; }"),
            ("fn f() { ", "if ", "a {} }"),
            ("fn f() { ", "match ", "a {} }"),
            ("fn f() { if a {} ", "else if b {} ", "}"),
            ("fn f() { ", ".. ", "1; }"),
            ("fn f() { let ", "a @ ", "a = 1; }"),
            ("use ", "a::", "a;"),
            ("type A = ", "&", "u8;"),
            ("fn f() { ", "|a| ", "a; }"),
            ("fn f() { a", "[0]", "; }"),
            ("fn f() { a", ".b()", "; }"),
        ] {
            let text = format!("{first}{}{last}", times.repeat((LONGEST - 64) / times.len()));
            assert_eq!(refused(&text), UNREADABLE, "{times}");
        }
        for text in [
            format!("const A: u8 = {}1{};", "(".repeat(50_000), ")".repeat(50_000)),
            format!("type A = {}u8{};", "Vec<".repeat(50_000), ">".repeat(50_000)),
        ] {
            assert_eq!(refused(&text), UNREADABLE);
        }
    }

    #[test]
    fn what_people_write_is_read() {
        let item = "/// A line.\n/// Another.\n#[test]\npub const PAGE: &str = \"<br>\\n‹p› ((( [[[ <<<\";\n\n";
        let table = format!("const T: &[u8] = &[{}];\n", "1, ".repeat(20_000));
        let comparison = "fn f() -> bool { a < b && c < d || e < f }\n".repeat(500);
        let text = format!("#!/usr/bin/env run\n//! {}\n{}{table}{comparison}", "=".repeat(9_000), item.repeat(2_000));
        assert_eq!(parse(&text).unwrap().items.len(), 2_501);
        let (span, _) = parse("\u{feff}#![allow(dead_code)]\nfn f() { + }").err().unwrap();
        assert_eq!(span.line, 2);
    }
}
