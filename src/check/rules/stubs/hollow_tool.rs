//! A tool, resource, prompt or completion that answers without doing anything.

use proc_macro2::{TokenStream, TokenTree};
use syn::{Block, Expr, ExprCall, Lit, Stmt, UnOp};

use super::{body, by_hand};
use crate::check::Span;
use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::rust;
use crate::check::view::ServerView;

pub static RULE: Rule = Rule {
    id: "MCP404",
    name: "hollow-tool",
    severity: Severity::Warning,
    summary: "a tool, resource, prompt or completion that answers with something fixed and does nothing",
    docs: "A body that returns `Ok(Default::default())`, or another constant whatever it was asked, looks done: it compiles, \
           its callers get a success, and nothing has happened. That is worse than one that says it is not \
           implemented.\n\nWrite the body, or answer with `Error::not_implemented` until then. An answer that is meant to be \
           fixed belongs into `server.toml`, as `respond`.",
    check: Check::Server(check),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let Some(spec) = server.sound_spec() else { return };
    for unwritten in by_hand(spec) {
        let Some(file) = server.files.get(&unwritten.path).filter(|file| file.is_suspect()) else { continue };
        let Some(function) = file.rust().and_then(|source| body(source, &unwritten)) else { continue };
        let Some(answer) = only_answer(&function.block) else { continue };
        // Without arguments, a fixed text may well be all that there is to say.
        if is_empty(answer) || (unwritten.has_input && is_constant(answer)) {
            let message = format!(
                "the {} `{}` answers with something fixed and does nothing: callers take it for a success",
                unwritten.noun, unwritten.name
            );
            out.add(file.place(Span::rust(function.sig.ident.span())), message)
                .help("write its body, or answer with `Error::not_implemented(…)` until then");
        }
    }
}

/// What is in `Ok(…)` where that is all that a body comes to.
fn only_answer(block: &Block) -> Option<&Expr> {
    let (last, before) = block.stmts.split_last()?;
    // `let _ = input;` and words to a log do nothing.
    let does_nothing = |stmt: &Stmt| match stmt {
        Stmt::Local(local) => {
            matches!(local.pat, syn::Pat::Wild(_))
                && local
                    .init
                    .as_ref()
                    .is_none_or(|init| matches!(init.expr.as_ref(), Expr::Path(_) | Expr::Reference(_)))
        }
        Stmt::Macro(it) => it.mac.path.segments.last().is_some_and(|last| {
            ["trace", "debug", "info", "warn", "println", "eprintln"].iter().any(|name| last.ident == name)
        }),
        _ => false,
    };
    if !before.iter().all(does_nothing) {
        return None;
    }
    let value = match last {
        Stmt::Expr(Expr::Return(it), _) => it.expr.as_deref()?,
        Stmt::Expr(expr, None) => expr,
        _ => return None,
    };
    let Expr::Call(call) = value else { return None };
    let is_ok = rust::path_of(&call.func)?.last().is_some_and(|last| last == "Ok");
    call.args.first().filter(|_| is_ok && call.args.len() == 1)
}

/// Whether a value has nothing in it: `Default::default()`, `json!({})`, `0`, a struct of such.
fn is_empty(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => text.value().is_empty(),
            Lit::Int(number) => number.base10_digits() == "0",
            Lit::Float(number) => number.base10_digits().trim_matches(['0', '.']).is_empty(),
            Lit::Bool(flag) => !flag.value,
            _ => false,
        },
        Expr::Path(path) => rust::names(&path.path).last().is_some_and(|last| last == "Null" || last == "None"),
        Expr::Call(call) => {
            is_made_empty(call) || (is_wrapper(call) && !call.args.is_empty() && call.args.iter().all(is_empty))
        }
        Expr::Struct(it) => {
            it.fields.iter().all(|field| is_empty(&field.expr)) && it.rest.as_deref().is_none_or(is_empty)
        }
        Expr::Macro(it) => {
            let tokens = rust::solid(&it.mac.tokens);
            matches!(tokens.as_str(), "" | "{}" | "[]" | "null" | "()" | "\"\"")
                && it.mac.path.segments.last().is_some_and(|last| ["json", "vec"].iter().any(|name| last.ident == name))
        }
        Expr::MethodCall(call) => is_conversion(call) && is_empty(&call.receiver),
        Expr::Array(array) => array.elems.iter().all(is_empty),
        Expr::Tuple(tuple) => tuple.elems.iter().all(is_empty),
        Expr::Paren(inner) => is_empty(&inner.expr),
        Expr::Reference(inner) => is_empty(&inner.expr),
        _ => false,
    }
}

/// Whether a value is the same whatever was asked.
fn is_constant(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) => true,
        Expr::Call(call) => is_made_empty(call) || (is_wrapper(call) && call.args.iter().all(is_constant)),
        Expr::Struct(it) => {
            it.fields.iter().all(|field| is_constant(&field.expr)) && it.rest.as_deref().is_none_or(is_constant)
        }
        Expr::Macro(it) => {
            let is_known = |name: &str| ["json", "vec"].contains(&name);
            it.mac.path.segments.last().is_some_and(|last| is_known(&last.ident.to_string()))
                && has_no_names(it.mac.tokens.clone())
        }
        Expr::MethodCall(call) => is_conversion(call) && is_constant(&call.receiver),
        Expr::Array(array) => array.elems.iter().all(is_constant),
        Expr::Tuple(tuple) => tuple.elems.iter().all(is_constant),
        Expr::Paren(inner) => is_constant(&inner.expr),
        Expr::Reference(inner) => is_constant(&inner.expr),
        Expr::Unary(inner) => matches!(inner.op, UnOp::Neg(_)) && is_constant(&inner.expr),
        _ => is_empty(expr),
    }
}

/// `X::default()`, `Vec::new()`.
fn is_made_empty(call: &ExprCall) -> bool {
    let path = rust::path_of(&call.func).unwrap_or_default();
    let made = path.last().is_some_and(|last| last == "default" || (last == "new" && is_container(&path)));
    made && call.args.is_empty()
}

fn is_container(path: &[String]) -> bool {
    let types = ["Vec", "String", "Map", "HashMap", "BTreeMap", "HashSet", "BTreeSet"];
    path.len() >= 2 && types.contains(&path[path.len() - 2].as_str())
}

/// `Some(…)`, `String::from(…)`, `Reply::text(…)`, `Value::String(…)`.
fn is_wrapper(call: &ExprCall) -> bool {
    let path = rust::path_of(&call.func).unwrap_or_default();
    let ends_with = |of: &str, name: &str| path.ends_with(&[of.to_owned(), name.to_owned()]);
    path.last().is_some_and(|last| last == "Some")
        || ["String", "Bool", "Array", "Object", "Number"].iter().any(|variant| ends_with("Value", variant))
        || ends_with("String", "from")
        || ends_with("Value", "from")
        || ends_with("Reply", "text")
        || ends_with("Reply", "json")
}

fn is_conversion(call: &syn::ExprMethodCall) -> bool {
    call.args.is_empty() && ["to_string", "to_owned", "into"].iter().any(|name| call.method == name)
}

/// Whether tokens name nothing: no variable can be in them.
fn has_no_names(tokens: TokenStream) -> bool {
    tokens.into_iter().all(|token| match token {
        TokenTree::Group(group) => has_no_names(group.stream()),
        TokenTree::Ident(name) => name == "true" || name == "false" || name == "null",
        TokenTree::Punct(_) | TokenTree::Literal(_) => true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> &'static str {
        let block: Block = syn::parse_str(&format!("{{ {text} }}")).unwrap();
        match only_answer(&block) {
            Some(answer) if is_empty(answer) => "empty",
            Some(answer) if is_constant(answer) => "constant",
            _ => "something",
        }
    }

    #[test]
    fn hollow_answers_are_told_from_others() {
        for empty in [
            "Ok(Default::default())",
            "Ok(GreetOutput::default())",
            "let _ = input; Ok(Value::Null)",
            "tracing::info!(\"called\"); return Ok(json!({}));",
            "Ok(Output { items: vec![], total: 0, next: None, text: String::new() })",
            "Ok(\"\".to_owned())",
            "Ok(())",
        ] {
            assert_eq!(kind(empty), "empty", "{empty}");
        }
        for constant in [
            "Ok(json!({ \"status\": \"ok\", \"n\": [1, true] }))",
            "Ok(Output { total: 3, text: String::from(\"done\") })",
            "Ok(Reply::text(\"done\"))",
        ] {
            assert_eq!(kind(constant), "constant", "{constant}");
        }
        for something in [
            "Ok(json!({ \"city\": input.city }))",
            "Ok(Output { total: input.a + 1 })",
            "self.upstream.send(request, \"\").await",
            "Ok(self.text.clone())",
            "Err(Error::tool(\"no\"))",
            "let n = work().await?; Ok(Default::default())",
            "Ok(Output::new())",
            "Ok(Reply::text(TEXT))",
            "",
        ] {
            assert_eq!(kind(something), "something", "{something}");
        }
    }
}
