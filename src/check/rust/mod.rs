//! Facts of a piece of Rust: what runs, what is called, which functions are tests.
//!
//! Knows syntax alone: no types, no names that are resolved. What it cannot tell, such as what a macro makes, it does not
//! say.

mod live;
mod modules;
mod parse;
mod same;

use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, File, ImplItemFn, Item, ItemFn, Lit};

pub use live::{Piece, first_arguments, has_word, live, live_in};
pub use modules::{is_test_file, module_name, parents};
pub use parse::{UNREADABLE, Unparsed, parse};
pub use same::{is_same, is_same_text, solid};

use super::view::{FileView, Files};

/// A function that cargo runs as a test.
pub struct TestFn<'a> {
    /// The function.
    pub function: &'a ItemFn,
    /// Whether it, or a module around it, is switched off.
    pub is_off: bool,
}

/// The Rust files that cargo compiles and that are not as rendered.
pub fn sources<'v, 'f>(files: &'v Files<'f>) -> impl Iterator<Item = &'v FileView<'f>> {
    files.suspects().filter(|file| is_source(file.path))
}

/// Whether cargo compiles the file: no data of a test, no template, no copy that mcpgen keeps.
pub fn is_source(path: &str) -> bool {
    const NO_SOURCES: &[&str] =
        &["data", "fixtures", "testdata", "ui", "snapshots", "templates", "target", "vendor", ".mcpgen"];
    let is_rust = path.rsplit_once('.').is_some_and(|(_, end)| end == "rs");
    is_rust && !path.split('/').any(|part| NO_SOURCES.contains(&part))
}

/// Whether all of the file is tests, by its name.
pub fn is_test_path(path: &str) -> bool {
    path.split('/').any(|part| matches!(part, "tests" | "benches" | "tests.rs" | "test.rs"))
}

/// The last words of a path: `Error::tool` of `mcp_base::Error::tool`.
pub fn ends_in(path: &syn::Path, words: &[&str]) -> bool {
    let count = path.segments.len();
    let last = path.segments.iter().skip(count.saturating_sub(words.len()));
    count >= words.len() && last.zip(words).all(|(segment, word)| segment.ident == *word)
}

/// The name that a pattern binds, where it is one name and nothing else.
pub fn name_of(pattern: &syn::Pat) -> Option<&syn::Ident> {
    match pattern {
        syn::Pat::Ident(name) if name.subpat.is_none() => Some(&name.ident),
        syn::Pat::Type(typed) => match &*typed.pat {
            syn::Pat::Ident(name) => Some(&name.ident),
            _ => None,
        },
        _ => None,
    }
}

/// A literal text.
pub fn text_of(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        Expr::Paren(inner) => text_of(&inner.expr),
        Expr::Reference(inner) => text_of(&inner.expr),
        _ => None,
    }
}

/// The text of a token, where it is one.
pub fn text_of_literal(literal: &proc_macro2::Literal) -> Option<String> {
    let source = literal.to_string();
    // Most literals in macros are numbers, and there may be many of them.
    let may_be_text = source.starts_with(['"', 'r']);
    may_be_text.then(|| syn::parse_str::<syn::LitStr>(&source).ok()).flatten().map(|text| text.value())
}

/// The names of a path, in order: `mcp_base`, `main`.
pub fn names(path: &syn::Path) -> Vec<String> {
    path.segments.iter().map(|segment| bare_name(&segment.ident)).collect()
}

/// A name without the `r#` that keeps it from being a keyword.
pub fn bare_name(ident: &proc_macro2::Ident) -> String {
    let name = ident.to_string();
    name.strip_prefix("r#").map(str::to_owned).unwrap_or(name)
}

/// The names of the path that an expression is.
pub fn path_of(expr: &Expr) -> Option<Vec<String>> {
    if let Expr::Path(path) = expr { Some(names(&path.path)) } else { None }
}

/// Whether an attribute switches what it is on off, whatever the platform and the features.
pub fn is_off(attrs: &[Attribute]) -> bool {
    let never = |attr: &Attribute| {
        let words = solid(&attr.meta.to_token_stream());
        matches!(words.as_str(), "cfg(any())" | "cfg(false)" | "cfg(not(all()))" | "cfg(not(true))")
    };
    attrs.iter().any(never)
}

/// Whether what it is on is compiled for tests alone.
pub fn is_for_tests(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| {
        let words = solid(&attr.meta.to_token_stream());
        words == "cfg(test)" || words.starts_with("cfg(all(test,") || is_test_attribute(attr)
    })
}

/// Whether an attribute makes a function a test.
pub fn is_test_attribute(attr: &Attribute) -> bool {
    const TESTS: &[&str] = &["test", "rstest", "test_case", "test_matrix", "quickcheck", "wasm_bindgen_test"];
    attr.path().segments.last().is_some_and(|last| TESTS.iter().any(|test| last.ident == test))
}

/// The functions of a file that cargo runs as tests.
pub fn tests(file: &File) -> Vec<TestFn<'_>> {
    let mut found = Vec::new();
    each_function(&file.items, is_off(&file.attrs), &mut |function, is_off| {
        if function.attrs.iter().any(is_test_attribute) {
            found.push(TestFn { function, is_off });
        }
    });
    found
}

/// The free functions of a file, those in its modules included.
pub fn functions(file: &File) -> Vec<&ItemFn> {
    let mut found = Vec::new();
    each_function(&file.items, false, &mut |function, _| found.push(function));
    found
}

/// The free functions in modules that are compiled for tests alone.
pub fn functions_for_tests(file: &File) -> Vec<&ItemFn> {
    let mut found = Vec::new();
    for item in &file.items {
        if let Item::Mod(module) = item
            && is_for_tests(&module.attrs)
            && let Some((_, items)) = &module.content
        {
            each_function(items, false, &mut |function, _| found.push(function));
        }
    }
    found
}

fn each_function<'a>(items: &'a [Item], is_in_off: bool, found: &mut dyn FnMut(&'a ItemFn, bool)) {
    for item in items {
        match item {
            Item::Fn(function) => found(function, is_in_off || is_off(&function.attrs)),
            Item::Mod(module) => {
                let inner = module.content.as_ref().map_or(&[][..], |(_, items)| items);
                each_function(inner, is_in_off || is_off(&module.attrs), found);
            }
            _ => {}
        }
    }
}

/// The functions in the `impl` blocks of a file that run.
pub fn methods(file: &File) -> Vec<&ImplItemFn> {
    struct Methods<'a>(Vec<&'a ImplItemFn>);
    impl<'a> Visit<'a> for Methods<'a> {
        fn visit_item(&mut self, item: &'a Item) {
            if !is_dead(attributes(item)) {
                visit::visit_item(self, item);
            }
        }

        fn visit_impl_item_fn(&mut self, function: &'a ImplItemFn) {
            if !is_dead(&function.attrs) {
                self.0.push(function);
            }
        }
    }
    let mut methods = Methods(Vec::new());
    methods.visit_file(file);
    methods.0
}

/// Whether macros make some of the items of a file, which then nobody sees.
pub fn has_item_macros(file: &File) -> bool {
    struct Macros(bool);
    impl<'a> Visit<'a> for Macros {
        fn visit_item_macro(&mut self, found: &'a syn::ItemMacro) {
            self.0 |= !found.mac.path.is_ident("macro_rules");
        }

        fn visit_impl_item_macro(&mut self, _: &'a syn::ImplItemMacro) {
            self.0 = true;
        }
    }
    let mut macros = Macros(false);
    macros.visit_file(file);
    macros.0
}

/// The attributes of an item.
pub fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// Whether what it is on is no part of the program: switched off, or there for tests alone.
pub fn is_dead(attrs: &[Attribute]) -> bool {
    is_off(attrs) || is_for_tests(attrs)
}

/// Whether an expression is `if false { … }` without an `else`.
pub fn is_if_false(expr: &Expr) -> bool {
    let Expr::If(it) = expr else { return false };
    let Expr::Lit(literal) = it.cond.as_ref() else { return false };
    matches!(&literal.lit, Lit::Bool(flag) if !flag.value) && it.else_branch.is_none()
}
