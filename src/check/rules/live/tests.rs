//! For every rule, a server that it finds nothing wrong with, and what it finds where one answer is another.

mod cases;
mod sound;

use serde_json::{Value, json};

use super::RULES;
use crate::check::live::{Answer, Answers, Door, Expected, LiveView, Offer, Question, STATUS_TOOL};
use crate::spec;
use cases::CASES;
use sound::*;

const SPEC: &str = "[server]\nname = \"hello\"\ndescription = \"Says hello\"\n[tools.greet]\ndescription = \"Say hello\"\n\
                    read_only = true\n[tools.greet.input]\nname = \"string\"\n[tools.greet.respond]\ntext = \"Hi, {name}!\"\n";

/// What is found: names of rules, each once, and all messages.
fn found(answers: &Answers, is_locked: bool, known: &[String]) -> (Vec<&'static str>, String) {
    found_in(answers, if is_locked { "[auth]\nmode = \"bearer\"\n" } else { "" }, known)
}

/// The same for a spec with this table.
fn found_in(answers: &Answers, auth: &str, known: &[String]) -> (Vec<&'static str>, String) {
    let text = SPEC.to_owned() + auth;
    let spec = spec::read(&text, "server.toml").unwrap();
    let lists = lists();
    let is_meant = known.is_empty() || known.contains(&"hello_v2".to_owned());
    let expected = Expected { id: "hello_v2", version: Some("0.1.0"), port: Some(9044), spec: &spec, lists: &lists };
    let expected = is_meant.then_some(expected);
    let view = LiveView { url: "http://127.0.0.1:9044", answers, known, expected };
    let findings = crate::check::live(&view);
    for finding in &findings {
        assert!(finding.help.is_some() && finding.place.path.starts_with(view.url), "{finding:?}");
        assert!(finding.place.path.len() < 100 && finding.message.len() < 400, "{finding:?}");
    }
    let mut names: Vec<&str> = findings.iter().map(|finding| finding.rule.name).collect();
    names.dedup();
    let told: Vec<String> =
        findings.iter().map(|finding| format!("{}: {}", finding.rule.name, finding.message)).collect();
    (names, told.join("\n"))
}

#[test]
fn a_sound_server_has_no_findings() {
    for is_locked in [false, true] {
        let (names, told) = found(&sound(is_locked), is_locked, &["hello_v2".to_owned()]);
        assert!(names.is_empty(), "{told}");
    }
    // Nothing that was not asked is missed.
    assert!(found(&Answers::default(), true, &[]).0.is_empty());
}

#[test]
fn each_fault_is_found_by_its_rule_alone() {
    for (rule, told, change) in CASES {
        let mut answers = sound(false);
        change(&mut answers);
        let (names, said) = found(&answers, false, &[]);
        // What is missing in the list is also missing for `/info`, in one rule.
        assert_eq!(names, [*rule], "{told}:\n{said}");
        assert!(said.contains(told), "no `{told}` in:\n{said}");
    }
}

#[test]
fn keys_are_asked_for_as_the_spec_says() {
    let lines = |change: fn(&mut Answers)| {
        let mut answers = sound(true);
        change(&mut answers);
        found(&answers, true, &[])
    };
    let (names, told) = lines(|answers| put(answers, Question::NoKey(Door::Mcp), rpc(200, "result", &json!({}))));
    assert_eq!(names, ["live-auth"]);
    assert!(told.contains("`POST /mcp` is answered with 200 without a key"), "{told}");
    let (names, told) = lines(|answers| put(answers, Question::WrongKey(Door::Info), ok(&info())));
    assert_eq!(names, ["live-auth"]);
    assert!(told.contains("with a wrong key is answered with 200"), "{told}");
    let (names, told) = lines(|answers| {
        let refused = answers.given.get_mut(&Question::NoKey(Door::Rest)).unwrap().as_mut().unwrap();
        refused.headers.retain(|(name, _)| name != "www-authenticate");
    });
    assert_eq!(names, ["live-auth"]);
    assert!(told.contains("without `WWW-Authenticate`"), "{told}");
    // Whoever is sent elsewhere is not let in.
    let elsewhere = lines(|answers| put(answers, Question::NoKey(Door::Rest), answer(302, &Value::Null)));
    assert_eq!(elsewhere, (Vec::new(), String::new()));
    // A spec that asks for a key, and a server that does not.
    assert_eq!(found(&sound(false), true, &[]).0, ["live-auth"]);
}

#[test]
fn a_server_that_takes_tokens_says_whose() {
    const OAUTH: &str = "[auth]\nmode = \"oauth\"\n";
    let mut answers = sound(true);
    let metadata = json!({ "resource": "https://a.example/mcp", "authorization_servers": ["https://b.example"] });
    put(&mut answers, Question::TokenMetadata, answer(200, &metadata));
    for door in Door::ALL {
        let refused = answers.given.get_mut(&Question::NoKey(door)).unwrap().as_mut().unwrap();
        let challenge = refused.headers.iter_mut().find(|(name, _)| name == "www-authenticate").unwrap();
        "Bearer resource_metadata=\"https://a.example/.well-known/oauth-protected-resource\""
            .clone_into(&mut challenge.1);
    }
    assert_eq!(found_in(&answers, OAUTH, &[]), (Vec::new(), String::new()));
    let mut silent = answers.clone();
    put(&mut silent, Question::TokenMetadata, no(401, "a valid key is required", &Value::Null));
    let (names, told) = found_in(&silent, OAUTH, &[]);
    assert_eq!(names, ["live-auth"]);
    assert!(told.contains("does not say whose access tokens are taken"), "{told}");
    put(&mut answers, Question::NoKey(Door::Rest), no(401, "a valid key is required", &Value::Null));
    let (names, told) = found_in(&answers, OAUTH, &[]);
    assert_eq!(names, ["live-auth"]);
    assert!(told.contains("`GET /api/v1/status` asks for a token, and does not say where to get one"), "{told}");
}

#[test]
fn another_server_is_held_against_no_spec() {
    for (known, told) in [(vec!["weather_v2"], "not `weather_v2`"), (vec!["a_v2", "b_v2"], "no server of the fleet")] {
        let known: Vec<String> = known.into_iter().map(str::to_owned).collect();
        let (names, said) = found(&sound(true), true, &known);
        assert_eq!(names, ["live-other-server"]);
        assert!(said.contains(told), "{said}");
    }
}

#[test]
fn whatever_a_hostile_server_says_is_judged() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let long = json!({ "status": "error", "message": "x".repeat(100_000), "data": { "tools": "y" } }).to_string();
    let bodies =
        ["", "null", "[]", "{}", "\u{1b}[31m", "data: {", &deep, &long, "{\"result\":{\"tools\":[1,null,{}]}}"];
    let questions: Vec<Question> = sound(true).given.into_keys().collect();
    for body in bodies {
        for status in [200, 302, 401, 404, 422, 599] {
            for kind in ["application/json", "text/event-stream"] {
                let mut answers = Answers::default();
                let headers = vec![("content-type".to_owned(), kind.to_owned())];
                for question in &questions {
                    put(&mut answers, *question, Answer { status, headers: headers.clone(), body: body.to_owned() });
                }
                assert!(!found(&answers, true, &[]).0.is_empty());
            }
        }
    }
}

#[test]
fn schemas_of_older_drafts_and_data_in_schemas_are_fine() {
    let mut answers = sound(false);
    edit_tools(&mut answers, |tools| {
        tools[1]["inputSchema"] = json!({
            "$schema": "http://json-schema.org/draft-07/schema#", "type": "object",
            "definitions": { "a/b": { "type": "string" } },
            "properties": {
                "$ref": { "type": "string" },
                "a": { "$ref": "#/definitions/a~1b" },
                "b": { "default": { "$ref": "#/nowhere" } },
                "c": { "$ref": "#" },
            },
        });
    });
    let (names, told) = found(&answers, false, &[]);
    assert!(names.is_empty(), "{told}");
}

#[test]
fn a_list_in_pages_is_not_known_to_lack_anything() {
    let mut answers = sound(false);
    edit(&mut answers, Question::Offers(Offer::Resources), |body| {
        body["result"] = json!({ "resources": [], "nextCursor": "1" });
    });
    let (names, told) = found(&answers, false, &[]);
    assert!(names.is_empty(), "{told}");
}

#[test]
fn every_rule_has_a_case() {
    let elsewhere = ["live-other-server"];
    for rule in RULES {
        let is_shown = elsewhere.contains(&rule.name) || CASES.iter().any(|(name, ..)| *name == rule.name);
        assert!(is_shown, "`{}` is never seen", rule.name);
        assert!(rule.id.starts_with("MCP10") && rule.family() == "live", "{}", rule.id);
    }
    let ids: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
    assert!(ids.is_sorted(), "{ids:?}");
    assert_eq!(STATUS_TOOL, "get_status");
}
