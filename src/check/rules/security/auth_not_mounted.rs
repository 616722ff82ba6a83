//! A server that asks for no key although its spec says so.

use syn::visit::{self, Visit};

use crate::check::Span;
use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::rust;
use crate::check::view::{FileView, FleetView, ServerView, State};
use crate::spec::Auth;
use crate::text::quote;

pub static RULE: Rule = Rule {
    id: "MCP705",
    name: "auth-not-mounted",
    severity: Severity::Error,
    summary: "the code does not ask for the key that the spec asks for",
    docs: "`[auth]` in `server.toml` says who may call. Where `server.rs` says something else, or the base lets in who has \
           no key, anybody may call who reaches the port, and nothing else shows it.\n\nRestore the file from version \
           control; who may call is changed in `server.toml`.",
    check: Check::Both(check, check_fleet),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let file = server.files.get("src/server.rs").filter(|file| is_edited(file));
    let (Some(file), Some(spec)) = (file, server.sound_spec()) else { return };
    let Some(rust) = file.rust() else { return };
    let mut reader = Calls::default();
    reader.visit_file(rust);
    let wanted = match spec.auth {
        Auth::Bearer => "Bearer",
        Auth::OAuth(_) => "OAuth",
        Auth::None { .. } => "None",
    };
    let help = format!("say `server.auth(Auth::{wanted})`; `[auth]` in `server.toml` is the place to change it");
    match reader.auth.last() {
        Some((mode, span)) if mode != wanted => {
            let message = format!("the server is started with `Auth::{mode}`, and its spec says `Auth::{wanted}`");
            out.add(file.place(*span), message).help(help);
        }
        None if wanted != "None" => {
            let message =
                format!("the server asks for no key, and its spec says `mode = \"{}\"`", wanted.to_lowercase());
            out.add(file.whole(), message).help(help);
        }
        _ => {}
    }
    if let Auth::OAuth(oauth) = &spec.auth {
        let tools = spec.tools.iter().flat_map(|tool| &tool.scopes);
        if let Some(scope) = oauth.scopes.iter().chain(tools).find(|scope| !reader.scopes.contains(scope)) {
            let message = format!("the code does not ask for the scope {}, and the spec does", quote(scope));
            let help = "restore the file from version control, or render it anew with `mcpgen check --fix`";
            out.add(file.whole(), message).help(help);
        }
    }
}

fn check_fleet(fleet: &FleetView<'_>, out: &mut Findings) {
    let help = "restore the file from version control: every server of the fleet is open";
    let reader = |path: &str| {
        let file = fleet.own.get(path).filter(|file| is_edited(file))?;
        let mut calls = Calls::default();
        calls.visit_file(file.rust()?);
        Some((file, calls))
    };
    if let Some((file, calls)) = reader("base/core/src/http/mod.rs")
        && !calls.names_around
    {
        let message = "requests do not go through `around` any more, which asks for keys and looks at `Host`";
        out.add(file.whole(), message).help(help);
    }
    if let Some((file, calls)) = reader("base/core/src/http/around.rs")
        && !(calls.asks(KEYS) && calls.asks(GUARD))
    {
        out.add(file.whole(), "`around` does not refuse whoever comes without a key any more").help(help);
    }
}

/// Whether somebody changed it: blanks change nothing, and what once was rendered is right.
pub fn is_edited(file: &FileView<'_>) -> bool {
    file.state == State::Edited
}

/// What asks for keys, and what asks for access tokens: a field of `web`, and its method that refuses.
const KEYS: (&str, &str) = ("keys", "open");
const GUARD: (&str, &str) = ("guard", "enter");

/// What a file does about keys.
#[derive(Default)]
struct Calls {
    /// `.auth(Auth::Mode)`.
    auth: Vec<(String, Span)>,
    names_around: bool,
    /// Fields that are read: `web.keys`.
    fields: Vec<String>,
    /// Methods whose refusal ends the request: `keys.open(headers).ok_or_else(…)?`.
    refusing: Vec<String>,
    /// What `.scope(…)` and `.tool_scope(…)` are given.
    scopes: Vec<String>,
}

impl Calls {
    /// Whether what asks is there, and whoever it refuses is refused.
    fn asks(&self, (field, method): (&str, &str)) -> bool {
        self.fields.iter().any(|name| name == field) && self.refusing.iter().any(|name| name == method)
    }

    /// Takes an expression whose failure ends the request.
    fn take_refusing(&mut self, expression: &syn::Expr) {
        match expression {
            syn::Expr::Await(wait) => self.take_refusing(&wait.base),
            syn::Expr::MethodCall(call)
                if ["ok_or", "ok_or_else", "map_err"].iter().any(|name| call.method == name) =>
            {
                self.take_refusing(&call.receiver);
            }
            // Without the headers nobody can say who it is.
            syn::Expr::MethodCall(call) if !call.args.is_empty() => self.refusing.push(call.method.to_string()),
            _ => {}
        }
    }
}

impl<'ast> Visit<'ast> for Calls {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if !rust::is_dead(rust::attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        if let (true, Some(syn::Expr::Path(mode))) = (call.method == "auth", call.args.first()) {
            let segments = &mode.path.segments;
            let is_mode = segments.iter().rev().nth(1).is_some_and(|kind| kind.ident == "Auth");
            if let Some(last) = segments.last().filter(|_| is_mode) {
                self.auth.push((last.ident.to_string(), Span::rust(last.ident.span())));
            }
        }
        if call.method == "scope" || call.method == "tool_scope" {
            let texts = call.args.iter().filter_map(|argument| match argument {
                syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
                _ => None,
            });
            self.scopes.extend(texts);
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_field(&mut self, field: &'ast syn::ExprField) {
        if let syn::Member::Named(name) = &field.member {
            self.fields.push(name.to_string());
        }
        visit::visit_expr_field(self, field);
    }

    fn visit_expr_try(&mut self, expr: &'ast syn::ExprTry) {
        self.take_refusing(&expr.expr);
        visit::visit_expr_try(self, expr);
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        // `let Some(caller) = keys.open(headers) else { … }`.
        if let Some(init) = local.init.as_ref().filter(|init| init.diverge.is_some()) {
            self.take_refusing(&init.expr);
        }
        visit::visit_local(self, local);
    }

    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        self.names_around |= rust::ends_in(&path.path, &["around"]);
    }
}
