//! `[auth]`, and the scopes of tools: who may call.

use super::Check;
use super::server::section;
use crate::spec::node::Table;
use crate::spec::types::{Auth, OAuth};
use crate::text::quote;

/// The settings that `mode = "oauth"` adds.
pub(super) const SETTINGS: [&str; 4] = ["OAUTH_AUDIENCE", "OAUTH_ISSUER", "OAUTH_JWKS_URL", "OAUTH_RESOURCE"];

/// The keys that say whose access tokens are taken.
const OF_OAUTH: [&str; 3] = ["issuer", "audience", "scopes"];

/// Whether the server takes access tokens.
pub(super) fn is_oauth(document: &Table<'_>) -> bool {
    mode(document) == Some("oauth")
}

fn mode<'d>(document: &'d Table<'_>) -> Option<&'d str> {
    Some(section(document, "auth")?.text("mode")?.0)
}

impl Check<'_> {
    pub(super) fn auth(&self, document: &Table<'_>) -> Auth {
        let mode = mode(document);
        if mode != Some("oauth") {
            self.no_scopes_of_tools(document);
        }
        let Some(table) = section(document, "auth") else { return Auth::None { allow_anonymous: false } };
        let allow_anonymous = table.flag("allow_anonymous").unwrap_or(false);
        if let (Some(mode @ ("bearer" | "oauth")), true, Some(entry)) =
            (mode, allow_anonymous, table.entry("allow_anonymous"))
        {
            let message = format!("`allow_anonymous` contradicts `mode = \"{mode}\"`");
            self.say(&entry.at, message, "remove it, or write `mode = \"none\"`");
        }
        if mode == Some("oauth") {
            return Auth::OAuth(self.oauth(table));
        }
        for entry in OF_OAUTH.into_iter().filter_map(|key| table.entry(key)) {
            let message = format!("{} says whose access tokens are taken, and none are", quote(&entry.key));
            self.say(&entry.at, message, "write `mode = \"oauth\"`, or remove it");
        }
        if mode == Some("bearer") { Auth::Bearer } else { Auth::None { allow_anonymous } }
    }

    fn oauth(&self, table: &Table<'_>) -> OAuth {
        let issuer = table.text("issuer").map(|(text, span)| {
            self.check_address("issuer", text, &span);
            if text.strip_prefix("http://").is_some_and(|rest| !is_loopback(rest)) {
                let help = "write `https://`: its keys decide who may call";
                self.say(&span, "`issuer` is asked for its keys without TLS", help);
            }
            text.to_owned()
        });
        OAuth { issuer, audience: super::trimmed(table, "audience"), scopes: self.scopes(table) }
    }

    /// The list under `scopes`.
    pub(super) fn scopes(&self, table: &Table<'_>) -> Vec<String> {
        let mut scopes: Vec<String> = Vec::new();
        for node in table.items_of("scopes") {
            let Some(scope) = node.as_text() else { continue };
            if !is_scope(scope) {
                let help =
                    "write one scope as the issuer has it, such as `weather.read`; several are items of the list";
                self.say(&node.span, format!("{} is not a scope", quote(scope)), help);
            } else if scopes.iter().any(|known| known == scope) {
                self.say(&node.span, format!("the scope {} is there twice", quote(scope)), "remove one of them");
            }
            scopes.push(scope.to_owned());
        }
        scopes
    }

    fn no_scopes_of_tools(&self, document: &Table<'_>) {
        let tools = document.entries_of("tools").iter().filter_map(|entry| Some((entry, entry.node.as_table()?)));
        for (tool, scopes) in tools.filter_map(|(tool, table)| Some((tool, table.entry("scopes")?))) {
            let message = format!("the tool {} asks for scopes, and no access tokens are taken", quote(&tool.key));
            self.say(&scopes.at, message, "write `mode = \"oauth\"` in `[auth]`, or remove `scopes`");
        }
    }
}

/// A scope as RFC 6749 has it: visible ASCII without quotes and backslashes.
fn is_scope(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '"' | '\\'))
}

/// Whether an address without its scheme is on this machine.
fn is_loopback(address: &str) -> bool {
    let host = address.split('/').next().unwrap_or_default();
    ["localhost", "127.0.0.1", "[::1]"]
        .into_iter()
        .any(|name| host.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(':')))
}
