//! A server that lets in whom it should not, or keeps out whom it should let in.

use crate::check::finding::{Findings, Severity};
use crate::check::live::{Answer, Door, LiveView, Question};
use crate::check::rule::{Check, Rule};
use crate::spec::Auth;

pub static RULE: Rule = Rule {
    id: "MCP1018",
    name: "live-auth",
    severity: Severity::Error,
    summary: "a running server does not ask for a key where its spec says so, or asks for one where it does not",
    docs: "Where `[auth]` of the spec says `bearer` or `oauth`, everything but probes and metrics asks for a key: without \
           one, or with a wrong one, the answer is 401, with `WWW-Authenticate` to say what is missing. With `oauth` that \
           header also says where `/.well-known/oauth-protected-resource` is, which names the issuer of tokens to \
           anyone.\n\nBuild and start \
           the server as it is in the repository; look at what stands in front of it, such as a proxy that adds a key \
           by itself.",
    check: Check::Live(check),
};

const HELP: &str =
    "build and start the server as it is in the repository, with nothing in front of it that adds or asks for keys";

fn check(view: &LiveView<'_>, out: &mut Findings) {
    let Some(expected) = view.expected else { return };
    let is_locked = !matches!(expected.spec.auth, Auth::None { .. });
    if let Auth::OAuth(_) = expected.spec.auth {
        metadata(view, out);
    }
    for door in Door::ALL {
        let (without, wrong) = (Question::NoKey(door), Question::WrongKey(door));
        let Some(answer) = view.get(without) else { continue };
        let place = view.place(without);
        match (is_locked, answer.status) {
            (false, 401) => {
                let message = format!("{} asks for a key, and the spec does not", without.told());
                out.add(place, message).help(HELP);
            }
            (true, 401) if answer.header("www-authenticate").is_none() => {
                let message = format!("{} asks for a key without `WWW-Authenticate`", without.told());
                out.add(place, message).help("say in that header which kind of key is missing");
            }
            (true, 401) if lacks_metadata(&expected.spec.auth, answer) => {
                let message = format!("{} asks for a token, and does not say where to get one", without.told());
                out.add(place, message).help("`WWW-Authenticate` must have `resource_metadata`");
            }
            (true, 401) => {
                if let Some(answer) = view.get(wrong).filter(|answer| answer.status != 401) {
                    let message =
                        format!("{} with a wrong key is answered with {}, not with 401", wrong.told(), answer.status);
                    out.add(place, message).help(HELP);
                }
            }
            // Whoever is sent elsewhere is not let in.
            (true, status) if (200..300).contains(&status) => {
                let message =
                    format!("{} is answered with {status} without a key, and the spec asks for one", without.told());
                out.add(place, message).help(HELP);
            }
            _ => {}
        }
    }
}

/// Whether a refusal does not say where tokens come from, although there are some.
fn lacks_metadata(auth: &Auth, answer: &Answer) -> bool {
    let challenge = answer.header("www-authenticate").unwrap_or_default();
    matches!(auth, Auth::OAuth(_)) && !challenge.contains("resource_metadata=\"")
}

/// What says to anyone whose tokens are taken (RFC 9728).
fn metadata(view: &LiveView<'_>, out: &mut Findings) {
    let question = Question::TokenMetadata;
    let Some(answer) = view.get(question) else { return };
    let names_issuer = |json: &serde_json::Value| {
        json["resource"].is_string() && json["authorization_servers"].as_array().is_some_and(|all| !all.is_empty())
    };
    if answer.status != 200 || !answer.json().as_ref().is_some_and(names_issuer) {
        let message = format!("{} does not say whose access tokens are taken", question.told());
        out.add(view.place(question), message).help(HELP);
    }
}
