//! The text of an error that is sent to clients.

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Expr, Pat};

use super::open_bind::first_text;
use crate::check::Span;
use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::rust;
use crate::check::view::{FileView, ServerView, State};

pub static RULE: Rule = Rule {
    id: "MCP704",
    name: "leaked-error",
    severity: Severity::Warning,
    summary: "the text of an error is sent to clients",
    docs: "The sentence of `Error::tool` goes to whoever called. The text of another error tells them about files, addresses, \
           queries and keys of the inside: a failed request has its whole URL in it. Errors of what the caller wrote, such as \
           `parse()`, are theirs to see.\n\nSay what the caller can do about it, and keep the cause for the log: `?` does \
           that, and so does `Error::internal(error)`.",
    check: Check::Server(check),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let suspects = server.files.suspect_rust();
    let is_product =
        |file: &FileView<'_>| file.state != State::Outdated && !rust::is_test_file(&server.files, file.path);
    for (file, rust) in suspects.filter(|(file, _)| is_product(file)) {
        let mut reader = Reader::default();
        reader.visit_file(rust);
        for span in reader.found {
            out.add(
                file.place(span),
                "the text of an error is sent to the caller, who learns what it says of the inside",
            )
            .help("say what the caller can do; `Error::internal(error)` keeps the cause for the log");
        }
    }
}

#[derive(Default)]
struct Reader {
    /// Names that are bound to errors here.
    errors: Vec<String>,
    found: Vec<Span>,
}

impl Reader {
    fn with(&mut self, name: Option<String>, visit: impl FnOnce(&mut Self)) {
        let before = self.errors.len();
        self.errors.extend(name);
        visit(self);
        self.errors.truncate(before);
    }

    fn is_error(&self, expression: &Expr) -> bool {
        match expression {
            Expr::Path(path) => path.path.get_ident().is_some_and(|name| self.errors.iter().any(|known| name == known)),
            Expr::Reference(reference) => self.is_error(&reference.expr),
            _ => false,
        }
    }

    /// Whether a text is made of an error's.
    fn tells(&self, expression: &Expr) -> bool {
        match expression {
            Expr::MethodCall(call) if call.method == "to_string" => self.is_error(&call.receiver),
            Expr::MethodCall(call) if call.args.is_empty() => self.tells(&call.receiver),
            Expr::Macro(call) if call.mac.path.is_ident("format") => self.is_formatted(&call.mac.tokens),
            Expr::Reference(reference) => self.tells(&reference.expr),
            _ => false,
        }
    }

    /// `"… {error}"`, `"{}", error`, `"{}", error.to_string()`.
    fn is_formatted(&self, tokens: &TokenStream) -> bool {
        let text = first_text(tokens).map(|text| text.value()).unwrap_or_default();
        let is_inline = |name: &String| {
            text.match_indices(&format!("{{{name}")).any(|(at, found)| text[at + found.len()..].starts_with(['}', ':']))
        };
        if self.errors.iter().any(is_inline) {
            return true;
        }
        let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
        tokens.iter().enumerate().any(|(at, token)| {
            let TokenTree::Ident(name) = token else { return false };
            let is_dot = |token: &TokenTree| matches!(token, TokenTree::Punct(dot) if dot.as_char() == '.');
            let is_part = at.checked_sub(1).and_then(|at| tokens.get(at)).is_some_and(is_dot);
            // Of an error's parts, a status or a kind tells nothing that the caller must not know.
            let is_whole = match tokens.get(at + 1) {
                Some(token) if is_dot(token) => {
                    matches!(tokens.get(at + 2), Some(TokenTree::Ident(method)) if method == "to_string")
                }
                _ => true,
            };
            !is_part && is_whole && self.errors.iter().any(|known| name == known)
        })
    }
}

/// Whether an expression fails because of what the caller wrote.
fn is_callers(expression: &Expr) -> bool {
    let is_one = |name: &syn::Ident| {
        let name = name.to_string();
        name.starts_with("parse")
            || matches!(name.as_str(), "try_into" | "try_from" | "from_str" | "from_utf8" | "from_value")
    };
    match expression {
        Expr::MethodCall(call) => is_one(&call.method),
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => path.path.segments.last().is_some_and(|last| is_one(&last.ident)),
            _ => false,
        },
        Expr::Await(wait) => is_callers(&wait.base),
        Expr::Paren(inner) => is_callers(&inner.expr),
        Expr::Reference(inner) => is_callers(&inner.expr),
        _ => false,
    }
}

/// The name in `Err(name)`.
fn in_err(pattern: &Pat) -> Option<String> {
    let Pat::TupleStruct(pattern) = pattern else { return None };
    let is_err = pattern.path.segments.last().is_some_and(|last| last.ident == "Err");
    pattern.elems.first().filter(|_| is_err).and_then(rust::name_of).map(ToString::to_string)
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if !rust::is_dead(rust::attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        let closure = match call.args.first() {
            Some(Expr::Closure(closure)) if call.method == "map_err" && !is_callers(&call.receiver) => closure,
            _ => return visit::visit_expr_method_call(self, call),
        };
        self.visit_expr(&call.receiver);
        let name = closure.inputs.first().and_then(rust::name_of).map(ToString::to_string);
        self.with(name, |reader| reader.visit_expr(&closure.body));
    }

    fn visit_expr_match(&mut self, matched: &'ast syn::ExprMatch) {
        self.visit_expr(&matched.expr);
        let is_callers = is_callers(&matched.expr);
        for arm in &matched.arms {
            let name = in_err(&arm.pat).filter(|_| !is_callers);
            self.with(name, |reader| reader.visit_expr(&arm.body));
        }
    }

    fn visit_expr_if(&mut self, branch: &'ast syn::ExprIf) {
        let Expr::Let(bound) = &*branch.cond else { return visit::visit_expr_if(self, branch) };
        self.visit_expr(&bound.expr);
        let name = in_err(&bound.pat).filter(|_| !is_callers(&bound.expr));
        self.with(name, |reader| reader.visit_block(&branch.then_branch));
        if let Some((_, otherwise)) = &branch.else_branch {
            self.visit_expr(otherwise);
        }
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let Expr::Path(path) = &*call.func
            && let Some(last) = path.path.segments.last()
            && rust::ends_in(&path.path, &["Error", "tool"])
            && call.args.first().is_some_and(|argument| self.tells(argument))
        {
            self.found.push(Span::rust(last.ident.span()));
        }
        visit::visit_expr_call(self, call);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(code: &str) -> usize {
        let mut reader = Reader::default();
        reader.visit_file(&syn::parse_file(&format!("fn f() {{ {code} }}")).unwrap());
        reader.found.len()
    }

    #[test]
    fn only_the_whole_text_of_a_foreign_error_is_leaked() {
        for code in [
            "read(path).map_err(|e| Error::tool(e.to_string()))?;",
            "read(path).await.map_err(|error| mcp_base::Error::tool(format!(\"no: {error:?}\")))?;",
            "match read(path) { Ok(a) => a, Err(e) => return Err(Error::tool(format!(\"{}\", e))) }",
            "if let Err(e) = read(path) { return Err(Error::tool(format!(\"{}\", e.to_string()).clone())); }",
        ] {
            assert_eq!(found(code), 1, "{code}");
        }
        for code in [
            "read(path).map_err(|e| { log(&e); Error::tool(\"no such file\") })?;",
            "read(path).map_err(|e| Error::tool(format!(\"it said {}\", e.status())))?;",
            "text.parse::<u8>().map_err(|e| Error::tool(format!(\"no number: {e}\")))?;",
            "read(path).map_err(Error::internal)?;",
            "let e = name; Error::tool(format!(\"no {e}\"));",
            "read(path).map_err(|e| Error::tool(format!(\"{} {}\", self.e, error)))?;",
        ] {
            assert_eq!(found(code), 0, "{code}");
        }
    }
}
