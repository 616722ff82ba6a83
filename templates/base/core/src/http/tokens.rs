// Owned by mcpgen: edits are overwritten.
//! Who may call, where tokens say it that somebody else issues: a resource server of OAuth 2.1.
//!
//! Says what is missing as RFC 6750 has it, and where tokens come from as RFC 9728 has it. What is
//! in a token is known elsewhere.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::auth::bearer;
use super::refusal::Refusal;
use super::{Web, envelope};
use crate::caller::Caller;
use crate::context::Origin;
use crate::site::Site;
use crate::tokens::{TokenError, Tokens};

/// Where the server says whose tokens it takes.
const METADATA: &str = "/.well-known/oauth-protected-resource";

/// Lets in who has a token.
pub(crate) struct Guard {
    tokens: Tokens,
    /// What every call needs.
    scopes: Vec<&'static str>,
    /// `/.well-known/oauth-protected-resource`.
    document: Bytes,
}

impl Guard {
    pub(crate) fn new(tokens: Tokens, scopes: Vec<&'static str>, site: &Site) -> Self {
        let entries = site.toolset.entries().iter();
        let all = with_others(&scopes, entries.flat_map(|entry| &entry.scopes));
        let mut document = json!({
            "resource": tokens.resource,
            "authorization_servers": [tokens.issuer],
            "bearer_methods_supported": ["header"],
            "resource_name": site.texts.title.as_deref().unwrap_or(site.status.about.name),
        });
        if !all.is_empty() {
            document["scopes_supported"] = json!(all);
        }
        Self {
            tokens,
            scopes,
            document: Bytes::from(document.to_string()),
        }
    }

    /// The paths at which the document is: the plain one, that of `/mcp`, and that of the address
    /// that callers know, where something in front of the server adds to its paths.
    pub(super) fn paths(&self) -> Vec<String> {
        let mut paths = vec![METADATA.to_owned(), format!("{METADATA}/mcp")];
        let known = self.tokens.metadata.find(METADATA).map(|start| &self.tokens.metadata[start..]);
        paths.extend(known.filter(|path| !paths.iter().any(|one| one == path)).map(str::to_owned));
        paths
    }

    /// What every call needs.
    pub(super) fn scopes(&self) -> &[&'static str] {
        &self.scopes
    }

    /// Whose token a request has, and what it allows.
    pub(super) async fn enter(&self, headers: &HeaderMap) -> Result<Arc<Caller>, Refusal> {
        let Some(token) = bearer(headers) else {
            return Err(Refusal::unauthorized("an access token is required")
                .challenge(&self.challenge("", &self.scopes)));
        };
        match self.tokens.verifier.verify(token).await {
            Ok(caller) => self.permit(&[], Some(&caller)).map(|()| caller),
            Err(TokenError::Invalid(reason)) => {
                tracing::debug!(reason, "a token is refused");
                let error = format!(r#"error="invalid_token", error_description="{reason}", "#);
                Err(Refusal::unauthorized(reason).challenge(&self.challenge(&error, &self.scopes)))
            }
            Err(TokenError::Unavailable) => Err(Refusal::unavailable(
                "the keys of the issuer of tokens cannot be had; try again later",
            )),
        }
    }

    /// Refuses who lacks one of these scopes, or one that every call needs.
    fn permit(&self, wanted: &[&'static str], caller: Option<&Caller>) -> Result<(), Refusal> {
        if caller.is_some_and(|caller| caller.has(&self.scopes) && caller.has(wanted)) {
            return Ok(());
        }
        let scopes = with_others(&self.scopes, wanted);
        let reason = format!("the token needs the scope `{}`", scopes.join(" "));
        let error = r#"error="insufficient_scope", error_description="the token lacks a scope", "#;
        Err(Refusal::forbidden(reason).challenge(&self.challenge(error, &scopes)))
    }

    /// `WWW-Authenticate`. Nothing in it needs to be escaped: scopes cannot hold a quote, and an
    /// address that has been parsed cannot either.
    fn challenge(&self, error: &str, scopes: &[&str]) -> String {
        let scope = match scopes {
            [] => String::new(),
            scopes => format!(r#"scope="{}", "#, scopes.join(" ")),
        };
        format!(r#"Bearer {error}{scope}resource_metadata="{}""#, self.tokens.metadata)
    }
}

impl Web {
    /// Refuses who may not call this tool. A tool that does not exist is no matter of scopes.
    pub(crate) fn permit(&self, tool: &str, origin: &Origin) -> Result<(), Refusal> {
        let toolset = &self.site.toolset;
        match (&self.guard, toolset.place(tool)) {
            (Some(guard), Some(place)) => {
                guard.permit(&toolset.entries()[place].scopes, origin.caller.as_deref())
            }
            _ => Ok(()),
        }
    }

    /// Whether scopes decide about any tool.
    pub(crate) fn has_scopes(&self) -> bool {
        self.guard.is_some() && self.site.toolset.entries().iter().any(|one| !one.scopes.is_empty())
    }
}

/// Some scopes and others, each once.
fn with_others<'s>(
    scopes: &[&'static str],
    others: impl IntoIterator<Item = &'s &'static str>,
) -> Vec<&'static str> {
    let mut all = scopes.to_vec();
    for scope in others {
        if !all.contains(scope) {
            all.push(scope);
        }
    }
    all
}

/// Whose tokens the server takes.
pub(super) async fn metadata(State(web): State<Arc<Web>>) -> Response {
    match &web.guard {
        Some(guard) => ([(CONTENT_TYPE, envelope::JSON)], guard.document.clone()).into_response(),
        None => Refusal::not_found("this server takes no tokens").into_response(),
    }
}
