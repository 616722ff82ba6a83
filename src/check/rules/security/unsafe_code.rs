//! Code that the compiler does not vouch for.

use syn::visit::{self, Visit};

use super::base;
use crate::check::Span;
use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::rust;
use crate::check::view::{FileView, FleetView, ServerView};

pub static RULE: Rule = Rule {
    id: "MCP706",
    name: "unsafe-code",
    severity: Severity::Error,
    summary: "`unsafe` code, or a lint that would allow it",
    docs: "The workspace forbids `unsafe`: a server answers strangers, and one wrong pointer is theirs. Nothing that a tool \
           does needs it.\n\nUse a safe interface, or put what needs it into a crate of its own, outside of the fleet, where it \
           is reviewed.",
    check: Check::Both(check, check_fleet),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    for (file, rust) in server.files.suspect_rust() {
        // In tests of others it is how an environment is set.
        if server.is_ours() || !rust::is_test_file(&server.files, file.path) {
            look(file, rust, out);
        }
    }
}

fn check_fleet(fleet: &FleetView<'_>, out: &mut Findings) {
    for (file, rust) in base(fleet) {
        look(file, rust, out);
    }
}

fn look(file: &FileView<'_>, rust: &syn::File, out: &mut Findings) {
    let mut reader = Reader::default();
    reader.visit_file(rust);
    for (span, message) in reader.found {
        out.add(file.place(span), message).help("use a safe interface, or a crate of its own outside of the fleet");
    }
}

#[derive(Default)]
struct Reader {
    found: Vec<(Span, &'static str)>,
}

impl Reader {
    fn take(&mut self, keyword: Option<&syn::Token![unsafe]>) {
        self.found.extend(keyword.map(|keyword| (Span::rust(keyword.span), "this code is `unsafe`")));
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_expr_unsafe(&mut self, block: &'ast syn::ExprUnsafe) {
        self.take(Some(&block.unsafe_token));
        visit::visit_expr_unsafe(self, block);
    }

    fn visit_signature(&mut self, signature: &'ast syn::Signature) {
        if let syn::Safety::Unsafe(keyword) = &signature.safety {
            self.take(Some(keyword));
        }
        visit::visit_signature(self, signature);
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        self.take(item.unsafety.as_ref());
        visit::visit_item_impl(self, item);
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        self.take(item.unsafety.as_ref());
        visit::visit_item_trait(self, item);
    }

    fn visit_item_foreign_mod(&mut self, item: &'ast syn::ItemForeignMod) {
        self.take(item.unsafety.as_ref());
        visit::visit_item_foreign_mod(self, item);
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        let allows = ["allow", "expect", "warn"].iter().any(|level| attribute.path().is_ident(level));
        let syn::Meta::List(list) = &attribute.meta else { return };
        let names_it = || list.tokens.clone().into_iter().any(|token| token.to_string() == "unsafe_code");
        if allows && names_it() {
            self.found.push((Span::rust(attribute.pound_token.span), "the lint against `unsafe` is switched off here"));
        }
    }
}
