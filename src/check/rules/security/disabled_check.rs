//! A check that somebody switched off.

use syn::visit::{self, Visit};

use super::auth_not_mounted::is_edited;
use super::base;
use crate::check::Span;
use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::rust;
use crate::check::view::{FileView, FleetView, ServerView};

pub static RULE: Rule = Rule {
    id: "MCP707",
    name: "disabled-check",
    severity: Severity::Warning,
    summary: "certificates are not verified, or `Host` and `Origin` are not looked at",
    docs: "A client that accepts any certificate speaks to whoever answers. A server that does not look at `Host` and `Origin` \
           can be called by any web page that a developer opens (DNS rebinding).\n\nGive the client the certificate of its \
           upstream, or let the system know it; name hosts in `ALLOWED_HOSTS` instead of switching the check off.",
    check: Check::Both(check, check_fleet),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    for (file, rust) in server.files.suspect_rust().filter(|(file, _)| !rust::is_test_file(&server.files, file.path)) {
        certificates(file, rust, out);
    }
}

fn check_fleet(fleet: &FleetView<'_>, out: &mut Findings) {
    for (file, rust) in base(fleet) {
        certificates(file, rust, out);
    }
    let around = fleet.own.get("base/core/src/http/around.rs").filter(|file| is_edited(file));
    if let Some((file, rust)) = around.and_then(|file| Some((file, file.rust()?))) {
        let mut reader = Reader::default();
        reader.visit_file(rust);
        if !reader.names_hosts {
            let message = "`around` does not look at `Host` and `Origin` any more: any web page can call the servers";
            out.add(file.whole(), message).help("restore the file from version control");
        }
    }
}

fn certificates(file: &FileView<'_>, rust: &syn::File, out: &mut Findings) {
    let mut reader = Reader::default();
    reader.visit_file(rust);
    for span in reader.accepting {
        out.add(file.place(span), "the client accepts any certificate, and speaks to whoever answers")
            .help("give the client the certificate of its upstream");
    }
}

#[derive(Default)]
struct Reader {
    /// `.danger_accept_invalid_certs(true)`.
    accepting: Vec<Span>,
    /// `web.hosts`.
    names_hosts: bool,
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if !rust::is_dead(rust::attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        const METHODS: &[&str] =
            &["danger_accept_invalid_certs", "danger_accept_invalid_hostnames", "tls_danger_accept_invalid_certs"];
        let is_one = METHODS.iter().any(|method| call.method == method);
        let is_on = |argument: &syn::Expr| matches!(argument, syn::Expr::Lit(literal) if matches!(&literal.lit, syn::Lit::Bool(flag) if flag.value));
        if is_one && call.args.first().is_some_and(is_on) {
            self.accepting.push(Span::rust(call.method.span()));
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_field(&mut self, field: &'ast syn::ExprField) {
        self.names_hosts |= matches!(&field.member, syn::Member::Named(name) if name == "hosts");
        visit::visit_expr_field(self, field);
    }
}
