//! A secret in a file that git keeps.

use syn::visit::{self, Visit};

use crate::check::Span;
use crate::check::document::{Node, Value};
use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::rules::container::{is_dockerfile, is_env_file};
use crate::check::rust;
use crate::check::view::{FileView, Files, State};
use crate::secret;
use crate::text::quote;

pub static RULE: Rule = Rule {
    id: "MCP701",
    name: "secret",
    severity: Severity::Error,
    summary: "a file has a secret: a token, a private key, a password in a URL or behind a key that says so",
    docs: "What git has once kept, everybody who can clone has for ever. The rule knows how tokens of well-known makers and \
           private keys look, reads URLs, and weighs the values behind keys such as `api_key` and `password`. References \
           (`${NAME}`), examples and names are none. The secret itself is not printed here.\n\nMake the secret invalid \
           where it is good for, then take it out of the file. Servers read secrets from the environment, or from the file \
           that `NAME_FILE` names.",
    check: Check::Files(check),
};

const HELP: &str = "make it invalid where it is good for, and read it from the environment or from a file";

/// One of these is in every text with a key that says that its value is secret.
const WORDS: &[&str] = &["auth", "bearer", "credential", "dsn", "key", "pass", "pwd", "secret", "token"];

fn check(files: &Files<'_>, out: &mut Findings) {
    for file in files.suspects().filter(|file| !is_told_elsewhere(file)) {
        let is_test_file = rust::is_test_file(files, file.path);
        let mut lines = Vec::new();
        // Tests speak to servers that they start themselves.
        let is_test = |known: &secret::Known| known.kind == secret::LOGIN && is_test_file;
        for known in secret::known(file.text).into_iter().filter(|known| !is_test(known)) {
            let span = file.span(known.span);
            lines.push(span.line);
            report(file, span, format!("{} is in the file", known.kind), out);
        }
        for (key, span) in values(file, is_test_file).into_iter().filter(|(_, span)| !lines.contains(&span.line)) {
            report(file, span, format!("the value of {} looks like a secret", quote(&key)), out);
        }
    }
}

fn report(file: &FileView<'_>, span: Span, message: String, out: &mut Findings) {
    let mut place = file.place(span);
    // Whoever reads the report must not read the secret.
    place.source = None;
    out.add(place, message).help(HELP);
}

fn is_told_elsewhere(file: &FileView<'_>) -> bool {
    let name = file.name();
    // Digests and versions; the texts as rendered, whose digests another rule holds; what is as it once was rendered.
    let is_record = file.has_extension("lock") || matches!(name, "package-lock.json" | "pnpm-lock.yaml" | "go.sum");
    is_record
        || file.path.split('/').any(|part| part == ".mcpgen")
        || file.state == State::Outdated
        || is_env_file(name)
        || (is_dockerfile(name) && file.dockerfile().is_some())
}

/// The formats of files with an assignment in each line.
const LINES: &[&str] = &["cfg", "conf", "env", "ini", "properties", "sh"];

/// The keys and places of values that are secret.
fn values(file: &FileView<'_>, is_test: bool) -> Vec<(String, Span)> {
    let lower = file.text.to_ascii_lowercase();
    if !WORDS.iter().any(|word| lower.contains(word)) {
        return Vec::new();
    }
    // What cannot be read as what it is may still be lines.
    if let Some(Ok(documents)) = file.documents() {
        let mut found = Vec::new();
        for document in documents {
            in_document(document, &mut found);
        }
        let place = |(key, node): (String, &Node)| (key, file.span(node.span.clone()));
        return found.into_iter().map(place).collect();
    }
    if let Some(rust) = file.rust().filter(|_| !is_test) {
        let mut reader = Reader::default();
        reader.visit_file(rust);
        return reader.found;
    }
    let has_lines = file.name().starts_with(".env")
        || file.documents().is_some()
        || LINES.iter().any(|extension| file.has_extension(extension));
    if has_lines { in_lines(file.text) } else { Vec::new() }
}

fn in_document<'n>(document: &'n Node, found: &mut Vec<(String, &'n Node)>) {
    let mut names_end = 0;
    document.walk(&mut |keys, node| {
        // `secrets: [db_password_v2]`: a list of several holds their names.
        if matches!(node.value, Value::List(_)) && keys.last().is_some_and(|key| key.ends_with(['s', 'S'])) {
            names_end = names_end.max(node.span.end);
        }
        let is_named = node.span.start < names_end;
        // An entry of an environment: `{ name: API_KEY, value: … }`.
        if let (Value::Map(_), Some(name), Some(value)) = (&node.value, node.get("name"), node.get("value")) {
            let (name, text) = (name.word().unwrap_or_default(), value.word().unwrap_or_default());
            if is_secret(name, text) {
                found.push((name.to_owned(), value));
            }
        }
        let Value::Text(text) = &node.value else { return };
        let key = match keys {
            [.., key, "default" | "value"] | [.., key] => *key,
            [] => "",
        };
        if !is_named && is_secret(key, text) {
            found.push((key.to_owned(), node));
        } else if let Some((name, value)) = assignment(text)
            && is_secret(name, value)
        {
            found.push((name.to_owned(), node));
        }
    });
}

/// `NAME=value`, as lists of an environment and of arguments have it.
fn assignment(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split_once('=')?;
    let name = name.trim().trim_start_matches("export ").trim_start_matches('-').trim();
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let value = value.trim().trim_matches(['"', '\'']);
    (!name.is_empty() && name.chars().all(is_name)).then_some((name, value))
}

fn in_lines(text: &str) -> Vec<(String, Span)> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with('#')) {
        if let Some((name, value)) = assignment(line).filter(|(name, value)| is_secret(name, value)) {
            let start = value.as_ptr() as usize - line.as_ptr() as usize;
            let column = line[..start].chars().count() + 1;
            let end_column = column + value.chars().count();
            found.push((name.to_owned(), Span { line: index + 1, column, end_line: index + 1, end_column }));
        }
    }
    found
}

fn is_secret(key: &str, value: &str) -> bool {
    // A header: `Authorization: Bearer …`.
    if key.eq_ignore_ascii_case("authorization") {
        let (scheme, rest) = value.split_once(' ').unwrap_or(("", value));
        return matches!(scheme, "" | "Bearer" | "Basic" | "Token" | "bearer") && secret::is_value("auth_token", rest);
    }
    secret::is_value(key, value)
}

/// Texts behind names, in Rust that is no test.
#[derive(Default)]
struct Reader {
    found: Vec<(String, Span)>,
}

impl Reader {
    fn take(&mut self, name: &str, value: &syn::Expr) {
        if let Some(text) = literal(value).filter(|text| is_secret(name, &text.value())) {
            self.found.push((name.to_owned(), Span::rust(text.span())));
        }
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if !rust::is_dead(rust::attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        self.take(&item.ident.to_string(), &item.expr);
        visit::visit_item_const(self, item);
    }

    fn visit_item_static(&mut self, item: &'ast syn::ItemStatic) {
        self.take(&item.ident.to_string(), &item.expr);
        visit::visit_item_static(self, item);
    }

    fn visit_impl_item_const(&mut self, item: &'ast syn::ImplItemConst) {
        self.take(&item.ident.to_string(), &item.expr);
        visit::visit_impl_item_const(self, item);
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        if let (Some(name), Some(init)) = (rust::name_of(&local.pat), &local.init) {
            self.take(&name.to_string(), &init.expr);
        }
        visit::visit_local(self, local);
    }

    fn visit_field_value(&mut self, field: &'ast syn::FieldValue) {
        if let syn::Member::Named(name) = &field.member {
            self.take(&name.to_string(), &field.expr);
        }
        visit::visit_field_value(self, field);
    }

    fn visit_expr_assign(&mut self, assign: &'ast syn::ExprAssign) {
        let name = match &*assign.left {
            syn::Expr::Field(field) => match &field.member {
                syn::Member::Named(name) => Some(name),
                syn::Member::Unnamed(_) => None,
            },
            syn::Expr::Path(path) => path.path.get_ident(),
            _ => None,
        };
        if let Some(name) = name {
            self.take(&name.to_string(), &assign.right);
        }
        visit::visit_expr_assign(self, assign);
    }
}

/// A text that is given as it is, or made into a text of another type: `"a".to_owned()`, `String::from("a")`.
fn literal(expression: &syn::Expr) -> Option<&syn::LitStr> {
    match expression {
        syn::Expr::Lit(literal) => match &literal.lit {
            syn::Lit::Str(text) => Some(text),
            _ => None,
        },
        syn::Expr::MethodCall(call) if call.args.is_empty() => match &*call.receiver {
            syn::Expr::Lit(_) => literal(&call.receiver),
            _ => None,
        },
        syn::Expr::Call(call) if call.args.len() == 1 => match call.args.first() {
            Some(argument @ syn::Expr::Lit(_)) => literal(argument),
            _ => None,
        },
        syn::Expr::Reference(reference) => match &*reference.expr {
            inner @ syn::Expr::Lit(_) => literal(inner),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In two parts each, so that nobody who looks for secrets in this repository finds these.
    const MADE_UP: &str = concat!("corr3ct", "-h0rse");
    const DRAWN: &str = concat!("corr3ct", "-h0rse-b4ttery");

    #[test]
    fn however_a_document_writes_it_a_secret_is_found() {
        for (path, text) in [
            ("a.toml", "api_key = \"MADE_UP\""),
            ("a.toml", "password.default = '''\nMADE_UP'''"),
            ("a.toml", "a = { api_key = { type = 'string', default = 'MADE_UP' } }"),
            ("a.toml", "a = { b.api_key = 'MADE_UP' }"),
            ("a.toml", "auth_token = \"\"\"DRAWN\"\"\""),
            ("a.toml", "authorization = \"Bearer DRAWN\""),
            ("a.toml", "env = [\"export API_KEY=MADE_UP\"]"),
            ("a.toml", "run = \"API_KEY = MADE_UP\""),
            ("a.toml", "api_key = \"correct\\u0032horse\""),
            ("a.toml", "api_key = 'correct\"2\"horse'"),
            ("a.json", "{\"a\":{\"api_key\":\"MADE_UP\"}}"),
            ("a.env", "API_KEY=MADE_UP"),
        ] {
            let text = text.replace("MADE_UP", MADE_UP).replace("DRAWN", DRAWN);
            let file = FileView::new("", path, &text);
            assert_eq!(values(&file, false).len(), 1, "{text}");
        }
    }
}
