//! What of a piece of Rust runs: no tests, nothing that is switched off, nothing that comes too late.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Block, Expr, ExprCall, ExprMethodCall, File, ImplItemFn, Item, Stmt};

use super::{attributes, bare_name, is_for_tests, is_if_false, is_off, names, text_of, text_of_literal};

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
        words.sort();
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
}
