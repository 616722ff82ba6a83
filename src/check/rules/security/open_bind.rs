//! A server that listens to the whole network without having been told to.

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

use super::base;
use crate::check::Span;
use crate::check::document::{Node, Value};
use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::rust;
use crate::check::view::{FileView, Files, FleetView, ServerView, State};

pub static RULE: Rule = Rule {
    id: "MCP703",
    name: "open-bind",
    severity: Severity::Error,
    summary: "a server listens on every address, where loopback is meant",
    docs: "A server on a developer's machine that listens on `0.0.0.0` serves the café too, and any web page by way of DNS \
           rebinding. Servers listen on loopback unless the setting `BIND` says otherwise; only the image says so, because \
           there the network decides.\n\nBind to `127.0.0.1`, or let `mcp-base` do it. Who wants more says it where the \
           server is started: `BIND=0.0.0.0`.",
    check: Check::Both(check, check_fleet),
};

const HELP: &str = "bind to `127.0.0.1`, and set `BIND` where the server is started";

fn check(server: &ServerView<'_>, out: &mut Findings) {
    for file in server.files.suspects().filter(|file| is_product(&server.files, file)) {
        match file.rust() {
            Some(rust) => in_rust(file, rust, out),
            None => in_document(file, out),
        }
    }
}

fn is_product(files: &Files<'_>, file: &FileView<'_>) -> bool {
    file.state != State::Outdated && !rust::is_test_file(files, file.path)
}

fn check_fleet(fleet: &FleetView<'_>, out: &mut Findings) {
    for (file, rust) in base(fleet).filter(|(file, _)| file.state != State::Outdated) {
        in_rust(file, rust, out);
    }
    let is_settings = |file: &&FileView<'_>| file.path.starts_with("base/");
    for file in fleet.own.suspects().filter(is_settings).filter(|file| is_product(&fleet.own, file)) {
        in_document(file, out);
    }
}

/// `0.0.0.0` or `[::]`, perhaps with a port; port 0 is that of a client.
fn is_open(text: &str) -> bool {
    let rest = text.strip_prefix("0.0.0.0").or_else(|| text.strip_prefix("[::]").filter(|rest| !rest.is_empty()));
    rest.is_some_and(|rest| {
        let port = rest.strip_prefix(':').unwrap_or_default();
        rest.is_empty() || (port != "0" && !port.is_empty() && !port.contains(char::is_whitespace))
    })
}

/// In JSON and TOML. Who starts containers with YAML means what they say there.
fn in_document(file: &FileView<'_>, out: &mut Findings) {
    let Some(document) = file.document().filter(|_| file.has_extension("json") || file.has_extension("toml")) else {
        return;
    };
    let mut found: Vec<&Node> = Vec::new();
    document.walk(&mut |keys, node| {
        let key = match keys {
            [.., key, "default"] | [.., key] => *key,
            [] => "",
        };
        if let Value::Text(text) = &node.value
            && names_an_address(key)
            && is_open(text)
        {
            found.push(node);
        }
    });
    for node in found {
        out.add(file.bytes(node.span.clone()), "the setting listens on every address of the machine").help(HELP);
    }
}

fn in_rust(file: &FileView<'_>, rust: &syn::File, out: &mut Findings) {
    let mut reader = Reader::default();
    reader.visit_file(rust);
    for span in reader.found {
        out.add(file.place(span), "the code listens on every address of the machine").help(HELP);
    }
}

#[derive(Default)]
struct Reader {
    found: Vec<Span>,
    /// Whether what is read goes to what binds, or is called an address to bind to.
    is_bound: bool,
}

impl Reader {
    fn bound(&mut self, is_bound: bool, visit: impl FnOnce(&mut Self)) {
        let before = self.is_bound;
        self.is_bound |= is_bound;
        visit(self);
        self.is_bound = before;
    }
}

fn binds(name: &str) -> bool {
    matches!(name, "bind" | "bind_addr" | "from" | "listen" | "new" | "serve")
}

fn names_an_address(name: &str) -> bool {
    let is_one = |word: &str| matches!(word, "bind" | "host" | "listen" | "address" | "addr");
    name.to_ascii_lowercase().split(['_', '-', '.']).any(is_one)
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if !rust::is_dead(rust::attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    /// What is only compared with is not bound to.
    fn visit_pat(&mut self, _: &'ast syn::Pat) {}

    fn visit_expr_binary(&mut self, binary: &'ast syn::ExprBinary) {
        if !matches!(binary.op, syn::BinOp::Eq(_) | syn::BinOp::Ne(_)) {
            visit::visit_expr_binary(self, binary);
        }
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        let is_client =
            matches!(&*call.func, syn::Expr::Path(path) if rust::ends_in(&path.path, &["UdpSocket", "bind"]));
        let name = match &*call.func {
            syn::Expr::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
            _ => None,
        };
        if !is_client {
            self.bound(name.is_some_and(|name| binds(&name)), |reader| visit::visit_expr_call(reader, call));
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        const LOOKING: &[&str] =
            &["contains", "ends_with", "eq", "ne", "replace", "starts_with", "strip_prefix", "trim_start_matches"];
        self.visit_expr(&call.receiver);
        if LOOKING.iter().any(|method| call.method == method) {
            return;
        }
        let is_bound = binds(&call.method.to_string());
        self.bound(is_bound, |reader| call.args.iter().for_each(|argument| reader.visit_expr(argument)));
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        let is_bound = rust::name_of(&local.pat).is_some_and(|name| names_an_address(&name.to_string()));
        self.bound(is_bound, |reader| visit::visit_local(reader, local));
    }

    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        self.bound(names_an_address(&item.ident.to_string()), |reader| visit::visit_item_const(reader, item));
    }

    fn visit_field_value(&mut self, field: &'ast syn::FieldValue) {
        let is_bound = matches!(&field.member, syn::Member::Named(name) if names_an_address(&name.to_string()));
        self.bound(is_bound, |reader| visit::visit_field_value(reader, field));
    }

    fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
        if is_open(&text.value()) {
            self.found.push(Span::rust(text.span()));
        }
    }

    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        if call.path.is_ident("format") {
            self.found.extend(
                first_text(&call.tokens).filter(|text| is_open(&text.value())).map(|text| Span::rust(text.span())),
            );
        }
    }

    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        let is_one = |of: &str| rust::ends_in(&path.path, &[of, "UNSPECIFIED"]);
        let is_open = self.is_bound && (is_one("Ipv4Addr") || is_one("Ipv6Addr"));
        self.found.extend(path.path.segments.last().filter(|_| is_open).map(|last| Span::rust(last.ident.span())));
    }
}

/// The text that a `format!` begins with.
pub fn first_text(tokens: &TokenStream) -> Option<syn::LitStr> {
    match tokens.clone().into_iter().next()? {
        TokenTree::Literal(literal) => match syn::Lit::new(literal) {
            syn::Lit::Str(text) => Some(text),
            _ => None,
        },
        _ => None,
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
    fn what_is_bound_is_told_from_what_is_compared() {
        for code in [
            "TcpListener::bind(\"0.0.0.0:8000\").await?;",
            "let a = format!(\"0.0.0.0:{port}\");",
            "serve((Ipv4Addr::UNSPECIFIED, 80));",
            "let bind = std::net::Ipv6Addr::UNSPECIFIED;",
            "serve(\"[::]:80\");",
        ] {
            assert_eq!(found(code), 1, "{code}");
        }
        for code in [
            "TcpListener::bind(\"127.0.0.1:8000\");",
            "if host == \"0.0.0.0\" { warn(\"0.0.0.0 is every address\"); }",
            "match host { \"0.0.0.0\" => 1, _ => 2 }",
            "UdpSocket::bind(\"0.0.0.0:0\");",
            "UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0));",
            "serve(\"::\"); serve(\"[::]\");",
            "println!(\"0.0.0.0:{port}\");",
            "let known = [IpAddr::V4(Ipv4Addr::UNSPECIFIED)];",
            "host.strip_prefix(\"0.0.0.0\");",
        ] {
            assert_eq!(found(code), 0, "{code}");
        }
    }
}
