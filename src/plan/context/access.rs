//! Whose access tokens a server takes, as its templates see it.

use serde::Serialize;

use super::words::in_code;
use crate::escape;
use crate::spec::{Auth, Spec, Tool};

/// `[auth] mode = "oauth"`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OAuthContext {
    /// The issuer as a literal; empty: only the setting says it.
    pub issuer: String,
    /// The audience as a literal; empty: only the setting says it.
    pub audience: String,
    /// The scopes that every call needs, as literals.
    pub scopes: Vec<String>,
    /// The same in words, for the README; empty: none.
    pub needed: String,
    /// Tools that need scopes of their own.
    pub tools: Vec<ToolScopes>,
    /// Those of every call, with blanks between them, as a literal; none: no test names them.
    pub every: Option<String>,
    /// All scopes, with blanks between them, as a literal.
    pub all: String,
    /// What `tests/oauth.rs` imports.
    pub test_imports: &'static str,
    /// A tool that needs a scope more than every call does; none: there is none.
    pub guarded: Option<String>,
}

/// The scopes of a tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ToolScopes {
    /// The tool.
    pub name: String,
    /// Its scopes as literals.
    pub scopes: Vec<String>,
    /// The same in words, for the README.
    pub needed: String,
}

/// What is said of access tokens; nothing where the server takes none.
pub(super) fn oauth(spec: &Spec) -> Option<OAuthContext> {
    let Auth::OAuth(oauth) = &spec.auth else { return None };
    let literals = |scopes: &[String]| scopes.iter().map(|scope| escape::rust(scope)).collect();
    let needed = |scopes: &[String]| scopes.iter().map(|scope| in_code(scope)).collect::<Vec<_>>().join(", ");
    let tools: Vec<&Tool> = spec.tools.iter().filter(|tool| !tool.scopes.is_empty()).collect();
    let mut all: Vec<&str> = Vec::new();
    for scope in oauth.scopes.iter().chain(tools.iter().flat_map(|tool| &tool.scopes)) {
        if !all.contains(&scope.as_str()) {
            all.push(scope);
        }
    }
    let is_guarded = |tool: &&&Tool| tool.scopes.iter().any(|scope| !oauth.scopes.contains(scope));
    let guarded = tools.iter().find(is_guarded).map(|tool| tool.name.snake().to_owned());
    Some(OAuthContext {
        issuer: oauth.issuer.as_deref().map(escape::rust).unwrap_or_default(),
        audience: oauth.audience.as_deref().map(escape::rust).unwrap_or_default(),
        scopes: literals(&oauth.scopes),
        needed: needed(&oauth.scopes),
        every: (!oauth.scopes.is_empty() || guarded.is_some()).then(|| escape::rust(&oauth.scopes.join(" "))),
        all: escape::rust(&all.join(" ")),
        test_imports: match guarded {
            Some(_) => "{REVISIONS, Request, Response, TestServer, Value, json}",
            None => "{Request, Response, TestServer, Value, json}",
        },
        guarded,
        tools: tools
            .into_iter()
            .map(|tool| ToolScopes {
                name: tool.name.snake().to_owned(),
                scopes: literals(&tool.scopes),
                needed: needed(&tool.scopes),
            })
            .collect(),
    })
}
