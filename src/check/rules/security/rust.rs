//! What the rules of this family ask of Rust, beside `syn`.

use syn::{Attribute, Expr, Item, Lit, Pat};

/// Whether a file is there for tests alone.
pub fn is_test(path: &str) -> bool {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    folders.split('/').any(|part| matches!(part, "tests" | "benches")) || matches!(name, "tests.rs" | "test.rs")
}

/// Whether an item is there for tests alone.
pub fn is_test_item(item: &Item) -> bool {
    let attributes = match item {
        Item::Const(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        _ => return false,
    };
    attributes.iter().any(is_test_attribute)
}

/// `#[cfg(test)]`, `#[test]`, `#[tokio::test]`.
fn is_test_attribute(attribute: &Attribute) -> bool {
    if attribute.path().is_ident("cfg") {
        return attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"));
    }
    attribute.path().segments.last().is_some_and(|last| last.ident == "test")
}

/// The last words of a path: `Error::tool` of `mcp_base::Error::tool`.
pub fn ends_in(path: &syn::Path, words: &[&str]) -> bool {
    let count = path.segments.len();
    let last = path.segments.iter().skip(count.saturating_sub(words.len()));
    count >= words.len() && last.zip(words).all(|(segment, word)| segment.ident == *word)
}

/// A text that is given as it is, or made into a text of another type: `"a".to_owned()`, `String::from("a")`.
pub fn literal(expression: &Expr) -> Option<&syn::LitStr> {
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text),
            _ => None,
        },
        Expr::MethodCall(call) if call.args.is_empty() => match &*call.receiver {
            Expr::Lit(_) => literal(&call.receiver),
            _ => None,
        },
        Expr::Call(call) if call.args.len() == 1 => match call.args.first() {
            Some(argument @ Expr::Lit(_)) => literal(argument),
            _ => None,
        },
        Expr::Reference(reference) => match &*reference.expr {
            inner @ Expr::Lit(_) => literal(inner),
            _ => None,
        },
        _ => None,
    }
}

/// The name that a pattern binds, where it is one name and nothing else.
pub fn name_of(pattern: &Pat) -> Option<&syn::Ident> {
    match pattern {
        Pat::Ident(name) if name.subpat.is_none() => Some(&name.ident),
        Pat::Type(typed) => match &*typed.pat {
            Pat::Ident(name) => Some(&name.ident),
            _ => None,
        },
        _ => None,
    }
}
