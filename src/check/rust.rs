//! Facts of a piece of Rust: what runs, what is called, which functions are tests.
//!
//! Knows syntax alone: no types, no names that are resolved. What it cannot tell, such as what a macro makes, it does not
//! say.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Attribute, Block, Expr, ExprCall, ExprMethodCall, File, ImplItemFn, Item, ItemFn, Lit, Stmt};

use super::view::{FileView, Files};

/// Something that runs.
pub enum Piece<'a> {
    /// `serve(…)`.
    Call(&'a ExprCall),
    /// `server.tool(…)`.
    Method(&'a ExprMethodCall),
    /// A text; whether it is only compared with another.
    Text { value: String, span: Span, is_compared: bool },
    /// `json!(…)`.
    Macro { name: String, span: Span, tokens: TokenStream },
    /// `…?`.
    Try,
    /// A name in an expression: a part of a path, a method, anything in a macro.
    Word(String),
}

/// A function that cargo runs as a test.
pub struct TestFn<'a> {
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

/// Everything in a file that runs when the program does: no tests, nothing that is switched off.
pub fn live<'a>(file: &'a File, found: &mut dyn FnMut(Piece<'a>)) {
    Live { found, is_compared: false, has_tests: false }.visit_file(file);
}

/// The same in a block, tests or not.
pub fn live_in<'a>(block: &'a Block, found: &mut dyn FnMut(Piece<'a>)) {
    Live { found, is_compared: false, has_tests: true }.visit_block(block);
}

/// Whether a name is in what runs of a file.
pub fn has_word(file: &File, word: &str) -> bool {
    let mut is_there = false;
    live(file, &mut |piece| is_there |= matches!(piece, Piece::Word(found) if found == word));
    is_there
}

/// The texts that calls of a method have as first argument, and where.
pub fn first_arguments(file: &File, method: &str) -> Vec<(String, Span)> {
    let mut texts = Vec::new();
    live(file, &mut |piece| {
        if let Piece::Method(call) = piece
            && call.method == method
            && let Some(text) = call.args.first().and_then(text_of)
        {
            texts.push((text, call.method.span()));
        }
    });
    texts
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

fn attributes_of_expr(expr: &Expr) -> &[Attribute] {
    match expr {
        Expr::Assign(expr) => &expr.attrs,
        Expr::Await(expr) => &expr.attrs,
        Expr::Block(expr) => &expr.attrs,
        Expr::Call(expr) => &expr.attrs,
        Expr::ForLoop(expr) => &expr.attrs,
        Expr::If(expr) => &expr.attrs,
        Expr::Loop(expr) => &expr.attrs,
        Expr::Macro(expr) => &expr.attrs,
        Expr::Match(expr) => &expr.attrs,
        Expr::MethodCall(expr) => &expr.attrs,
        Expr::Try(expr) => &expr.attrs,
        Expr::While(expr) => &expr.attrs,
        _ => &[],
    }
}

fn is_dead(attrs: &[Attribute]) -> bool {
    is_off(attrs) || is_for_tests(attrs)
}

/// Whether an expression is `if false { … }` without an `else`.
pub fn is_if_false(expr: &Expr) -> bool {
    let Expr::If(it) = expr else { return false };
    let Expr::Lit(literal) = it.cond.as_ref() else { return false };
    matches!(&literal.lit, Lit::Bool(flag) if !flag.value) && it.else_branch.is_none()
}

/// A piece of Rust as one text without blanks.
pub fn solid(tokens: &TokenStream) -> String {
    tokens.to_string().chars().filter(|c| !c.is_whitespace()).collect()
}

/// Whether two pieces of Rust say the same: comments, documentation, blanks and commas at the ends of lists are nothing.
pub fn is_same(a: &impl ToTokens, b: &impl ToTokens) -> bool {
    bare(a.to_token_stream()) == bare(b.to_token_stream())
}

fn bare(stream: TokenStream) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut tokens = stream.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            // `#[doc = "…"]`
            TokenTree::Punct(punct) if punct.as_char() == '#' => {
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
                out.extend(bare(group.stream()));
                out.push(close.to_owned());
            }
            TokenTree::Punct(punct) if punct.as_char() == ',' && tokens.peek().is_none() => {}
            token => out.push(token.to_string()),
        }
    }
    out
}

fn is_documentation(group: &proc_macro2::Group) -> bool {
    let mut inner = group.stream().into_iter();
    group.delimiter() == Delimiter::Bracket
        && matches!(inner.next(), Some(TokenTree::Ident(name)) if name == "doc")
        && matches!(inner.next(), Some(TokenTree::Punct(equals)) if equals.as_char() == '=')
}

/// Goes through what runs.
struct Live<'f, 'a> {
    found: &'f mut dyn FnMut(Piece<'a>),
    is_compared: bool,
    has_tests: bool,
}

impl Live<'_, '_> {
    fn is_dead(&self, attrs: &[Attribute]) -> bool {
        is_off(attrs) || (!self.has_tests && is_for_tests(attrs))
    }

    fn within_comparison(&mut self, visit: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.is_compared, true);
        visit(self);
        self.is_compared = before;
    }

    /// What is in a macro is no Rust before it ran; its words, texts and macros are seen all the same.
    fn tokens(&mut self, stream: TokenStream) {
        let mut tokens = stream.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Literal(literal) => {
                    if let Some(value) = text_of_literal(&literal) {
                        let span = literal.span();
                        (self.found)(Piece::Text { value, span, is_compared: self.is_compared });
                    }
                }
                TokenTree::Ident(name) => {
                    (self.found)(Piece::Word(bare_name(&name)));
                    let is_bang = |tree: &TokenTree| matches!(tree, TokenTree::Punct(it) if it.as_char() == '!');
                    if tokens.next_if(is_bang).is_some()
                        && let Some(TokenTree::Group(group)) = tokens.peek()
                    {
                        let tokens = group.stream();
                        (self.found)(Piece::Macro { name: name.to_string(), span: name.span(), tokens });
                    }
                }
                TokenTree::Punct(_) => {}
            }
        }
    }
}

impl<'a> Visit<'a> for Live<'_, 'a> {
    fn visit_item(&mut self, item: &'a Item) {
        let is_definition = matches!(item, Item::Macro(it) if it.mac.path.is_ident("macro_rules"));
        if !is_definition && !self.is_dead(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'a ImplItemFn) {
        if !self.is_dead(&function.attrs) {
            visit::visit_impl_item_fn(self, function);
        }
    }

    fn visit_block(&mut self, block: &'a Block) {
        for stmt in &block.stmts {
            let is_dead = match stmt {
                Stmt::Local(local) => self.is_dead(&local.attrs),
                Stmt::Macro(it) => self.is_dead(&it.attrs),
                Stmt::Expr(expr, _) => self.is_dead(attributes_of_expr(expr)),
                Stmt::Item(_) => false,
            };
            if !is_dead {
                self.visit_stmt(stmt);
            }
            // What follows never runs.
            if matches!(stmt, Stmt::Expr(Expr::Return(_), _)) {
                break;
            }
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if !is_if_false(expr) {
            visit::visit_expr(self, expr);
        }
    }

    fn visit_expr_try(&mut self, expr: &'a syn::ExprTry) {
        (self.found)(Piece::Try);
        visit::visit_expr_try(self, expr);
    }

    fn visit_expr_call(&mut self, call: &'a ExprCall) {
        (self.found)(Piece::Call(call));
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_path(&mut self, expr: &'a syn::ExprPath) {
        for name in names(&expr.path) {
            (self.found)(Piece::Word(name));
        }
    }

    fn visit_expr_method_call(&mut self, call: &'a ExprMethodCall) {
        (self.found)(Piece::Method(call));
        (self.found)(Piece::Word(bare_name(&call.method)));
        let name = call.method.to_string();
        if ["eq", "ne", "contains", "starts_with", "ends_with", "eq_ignore_ascii_case"].contains(&name.as_str()) {
            self.within_comparison(|it| visit::visit_expr_method_call(it, call));
        } else {
            visit::visit_expr_method_call(self, call);
        }
    }

    fn visit_expr_binary(&mut self, expr: &'a syn::ExprBinary) {
        if matches!(expr.op, syn::BinOp::Eq(_) | syn::BinOp::Ne(_)) {
            self.within_comparison(|it| visit::visit_expr_binary(it, expr));
        } else {
            visit::visit_expr_binary(self, expr);
        }
    }

    fn visit_pat(&mut self, pat: &'a syn::Pat) {
        self.within_comparison(|it| visit::visit_pat(it, pat));
    }

    fn visit_lit_str(&mut self, text: &'a syn::LitStr) {
        (self.found)(Piece::Text { value: text.value(), span: text.span(), is_compared: self.is_compared });
    }

    fn visit_macro(&mut self, found: &'a syn::Macro) {
        let Some(last) = found.path.segments.last() else { return };
        let (name, span, tokens) = (last.ident.to_string(), last.ident.span(), found.tokens.clone());
        (self.found)(Piece::Word(name.clone()));
        (self.found)(Piece::Macro { name, span, tokens });
        self.tokens(found.tokens.clone());
    }

    /// Documentation and the like run nowhere.
    fn visit_attribute(&mut self, _: &'a Attribute) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let file = syn::parse_file(text).unwrap();
        let mut words = Vec::new();
        live(&file, &mut |piece| {
            if let Piece::Word(word) = piece {
                words.push(word);
            }
        });
        words
    }

    #[test]
    fn only_what_runs_is_live() {
        assert_eq!(words("fn f() { a(); b.c(); d!(e.f) }"), ["a", "b", "c", "d", "e", "f"].map(str::to_owned).to_vec());
        for dead in [
            "#[cfg(test)] mod t { fn f() { a() } }",
            "#[test] fn f() { a() }",
            "#[cfg(any())] fn f() { a() }",
            "fn f() { #[cfg(any())] a(); }",
            "fn f() { if false { a() } }",
            "fn f() { return; a() }",
            "macro_rules! f { () => { a() } }",
            "/// a\nfn f() {} // a()",
        ] {
            assert!(words(dead).is_empty(), "{dead}: {:?}", words(dead));
        }
    }

    #[test]
    fn what_says_the_same_is_the_same() {
        let parse = |text: &str| syn::parse_file(text).unwrap();
        let one = parse("/// Says.\n#[x]\nfn f(a: u8) { g(a, 1) }");
        assert!(is_same(&one, &parse("#[x] fn f(\n    a: u8,\n) {\n    g(a, 1,) // why\n}")));
        assert!(!is_same(&one, &parse("fn f(a: u8) { g(a, 1) }")));
        assert!(!is_same(&one, &parse("#[x] fn f(a: u8) { g(a, 2) }")));
    }
}
