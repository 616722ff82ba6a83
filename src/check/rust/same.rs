//! Whether two pieces of Rust say the same.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;

use super::parse::tokens;

/// A piece of Rust as one text without blanks.
pub fn solid(tokens: &TokenStream) -> String {
    tokens.to_string().chars().filter(|c| !c.is_whitespace()).collect()
}

/// Whether two pieces of Rust say the same: comments, documentation, blanks and commas at the ends of lists are nothing.
pub fn is_same(a: &impl ToTokens, b: &impl ToTokens) -> bool {
    bare(a.to_token_stream(), false) == bare(b.to_token_stream(), false)
}

/// Whether two texts are the same Rust, documentation included; comments are no part of it.
pub fn is_same_text(a: &str, b: &str) -> bool {
    let bare = |text| tokens(text).ok().map(|stream| bare(stream, true));
    bare(a).is_some_and(|found| Some(found) == bare(b))
}

/// The tokens in order, without commas at the ends of lists.
fn bare(stream: TokenStream, keeps_docs: bool) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut tokens = stream.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            // `#[doc = "…"]`
            TokenTree::Punct(punct) if punct.as_char() == '#' && !keeps_docs => {
                let is_doc = |tree: &TokenTree| matches!(tree, TokenTree::Group(group) if is_documentation(group));
                if tokens.next_if(is_doc).is_none() {
                    out.push("#".to_owned());
                }
            }
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                out.push(open.to_owned());
                out.extend(bare(group.stream(), keeps_docs));
                out.push(close.to_owned());
            }
            TokenTree::Punct(punct) if punct.as_char() == ',' && ends_list(tokens.peek()) => {}
            token => out.push(token.to_string()),
        }
    }
    out
}

/// `Vec<u8,>` is a list too.
fn ends_list(next: Option<&TokenTree>) -> bool {
    next.is_none_or(|next| matches!(next, TokenTree::Punct(sign) if sign.as_char() == '>'))
}

fn is_documentation(group: &proc_macro2::Group) -> bool {
    let mut inner = group.stream().into_iter();
    group.delimiter() == Delimiter::Bracket
        && matches!(inner.next(), Some(TokenTree::Ident(name)) if name == "doc")
        && matches!(inner.next(), Some(TokenTree::Punct(equals)) if equals.as_char() == '=')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_the_same_is_the_same() {
        let parse = |text: &str| syn::parse_file(text).unwrap();
        let one = parse("/// Says.\n#[x]\nfn f(a: u8) { g(a, 1) }");
        assert!(is_same(&one, &parse("#[x] fn f(\n    a: u8,\n) {\n    g(a, 1,) // why\n}")));
        assert!(!is_same(&one, &parse("fn f(a: u8) { g(a, 1) }")));
        assert!(!is_same(&one, &parse("#[x] fn f(a: u8) { g(a, 2) }")));
    }
}
