//! For every rule, a server that it finds nothing wrong with, and what it finds where one answer is another.

use serde_json::{Value, json};

use super::RULES;
use crate::check::live::{
    Answer, Answers, CURRENT, Door, Expected, LiveView, NO_TOOL, Offer, Question, REVISIONS, STATUS_TOOL, WRONG_FIELD,
};
use crate::spec;

const SPEC: &str = "[server]\nname = \"hello\"\ndescription = \"Says hello\"\n[tools.greet]\ndescription = \"Say hello\"\n\
                    read_only = true\n[tools.greet.input]\nname = \"string\"\n[tools.greet.respond]\ntext = \"Hi, {name}!\"\n";

/// What the server lists when it is rendered from that, and from what else the spec might have.
fn lists() -> Value {
    json!({
        "tools": tools(),
        "resources": [{ "name": "about", "uri": "hello://about", "description": "…", "mimeType": "text/plain" }],
        "resourceTemplates": [
            { "name": "card", "uriTemplate": "hello://cards/{name}", "description": "…", "mimeType": "text/plain" },
        ],
        "prompts": [{
            "name": "welcome", "title": "Welcome", "description": "…",
            "arguments": [{ "name": "guest", "required": true }],
        }],
    })
}

fn answer(status: u16, body: &Value) -> Answer {
    let headers = [("x-process-time", "0.000123"), ("x-request-id", "a1"), ("www-authenticate", "Bearer")];
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Answer { status, headers, body: body.to_string() }
}

fn ok(data: &Value) -> Answer {
    answer(200, &json!({ "status": "ok", "data": data, "message": "ok", "timestamp": "2026-07-28T12:00:00.5Z" }))
}

fn no(status: u16, message: &str, data: &Value) -> Answer {
    let envelope = json!({ "status": "error", "data": data, "message": message, "timestamp": "2026-07-28T12:00:00Z" });
    answer(status, &envelope)
}

fn rpc(status: u16, key: &str, value: &Value) -> Answer {
    answer(status, &json!({ "jsonrpc": "2.0", "id": 1, key: value }))
}

fn tool(name: &str) -> Value {
    json!({ "name": name, "description": "…", "inputSchema": { "type": "object" } })
}

fn tools() -> Value {
    let mut greet = tool("greet");
    greet["description"] = json!("Say hello");
    greet["inputSchema"] = json!({
        "type": "object",
        "properties": { "name": { "type": "string" } },
        "required": ["name"],
        "additionalProperties": false,
    });
    greet["annotations"] = json!({ "readOnlyHint": true });
    json!([greet, tool("get_status"), tool("list_capabilities")])
}

fn info() -> Value {
    json!({
        "service_name": "hello_v2", "version": "0.1.0", "uptime": 1.5, "port": 9044,
        "tools": ["greet", "get_status", "list_capabilities"], "capabilities": ["tools"],
    })
}

const METRICS: &str = "# TYPE mcp_build_info gauge\nmcp_build_info{server=\"hello_v2\",version=\"0.1.0\"} 1\n\
    mcp_in_flight_requests{server=\"hello_v2\"} 1\nmcp_request_seconds_bucket{route=\"/}\",le=\"+Inf\"} 3\n\
    mcp_request_seconds_sum{route=\"/}\"} 0.2\nmcp_request_seconds_count{route=\"/}\"} 3\n\
    mcp_requests_total{route=\"/info\",outcome=\"ok\"} 0\nmcp_requests_total{route=\"/health\",outcome=\"ok\"} 2\n\
    mcp_tool_calls_total{tool=\"greet\"} 0\n";

/// What a sound server answers, with a key where it asks for one.
fn sound(is_locked: bool) -> Answers {
    let mut answers = Answers::default();
    let mut put = |question, answer| answers.given.insert(question, Ok(answer));
    put(Question::Health, answer(200, &json!({ "status": "healthy" })));
    put(Question::Ready, ok(&json!({ "ready": true, "components": { "cache": "memory" } })));
    put(Question::Info, ok(&info()));
    let status = json!({
        "healthy": true, "version": "0.1.0", "uptime_seconds": 1, "processed_requests": 0, "error_rate": 0.0,
        "last_error": null, "capabilities": ["tools"],
    });
    put(Question::Status, ok(&status));
    let paths = json!({
        "/api/v1/tools/greet": {}, "/api/v1/tools/get_status": {}, "/api/v1/tools/list_capabilities": {},
    });
    put(Question::OpenApi, answer(200, &json!({ "openapi": "3.1.0", "paths": paths })));
    put(Question::Metrics, Answer { body: METRICS.to_owned(), ..answer(200, &Value::Null) });
    put(Question::UnknownPath, no(404, "there is nothing at this path", &Value::Null));
    put(Question::UnknownTool, no(404, &format!("there is no tool `{NO_TOOL}`"), &Value::Null));
    let errors = json!({ "errors": [{ "field": WRONG_FIELD, "message": "must be a boolean" }] });
    put(Question::WrongInput, no(422, "the input is not valid", &errors));
    put(Question::BrokenJson, no(400, "the body is not JSON", &Value::Null));
    for revision in REVISIONS {
        let mut hello = json!({
            "protocolVersion": revision, "capabilities": { "tools": {} },
            "serverInfo": { "name": "hello_v2", "version": "0.1.0" },
        });
        if revision == CURRENT {
            hello = json!({ "supportedVersions": [CURRENT], "capabilities": { "tools": {} } });
        }
        put(Question::Greeting(revision), rpc(200, "result", &hello));
        put(Question::Tools(revision), rpc(200, "result", &json!({ "tools": tools() })));
    }
    for offer in Offer::ALL {
        put(Question::Offers(offer), rpc(200, "result", &json!({ offer.key(): lists()[offer.key()] })));
    }
    let unknown = json!({ "code": -32602, "message": format!("there is no tool `{NO_TOOL}`") });
    put(Question::UnknownToolCall, rpc(200, "error", &unknown));
    let text = format!("the input is not valid: `{WRONG_FIELD}` must be a boolean");
    let result = json!({ "isError": true, "content": [{ "type": "text", "text": text }] });
    put(Question::WrongInputCall, rpc(200, "result", &result));
    put(Question::BrokenMessage, rpc(400, "error", &json!({ "code": -32700, "message": "no JSON" })));
    for door in [Door::Mcp, Door::Info] {
        put(Question::ForeignHost(door), no(403, "this `Host` is not allowed", &Value::Null));
        put(Question::ForeignOrigin(door), no(403, "this `Origin` is not allowed", &Value::Null));
    }
    for door in Door::ALL {
        let refused = no(401, "a valid key is required", &Value::Null);
        let open = if door == Door::Info { ok(&info()) } else { ok(&status) };
        put(Question::NoKey(door), if is_locked { refused.clone() } else { open.clone() });
        put(Question::WrongKey(door), if is_locked { refused } else { open });
    }
    answers
}

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

/// One thing that is done to a sound server that wants no key, and what is said of it.
type Case = (&'static str, &'static str, fn(&mut Answers));

fn put(answers: &mut Answers, question: Question, answer: Answer) {
    answers.given.insert(question, Ok(answer));
}

/// Changes the body of an answer.
fn edit(answers: &mut Answers, question: Question, change: impl Fn(&mut Value)) {
    let Some(Ok(answer)) = answers.given.get_mut(&question) else { panic!("{question:?}") };
    let mut body = answer.json().unwrap();
    change(&mut body);
    answer.body = body.to_string();
}

/// Changes what every revision is listed.
fn edit_tools(answers: &mut Answers, change: impl Fn(&mut Value)) {
    for revision in REVISIONS {
        edit(answers, Question::Tools(revision), |body| change(&mut body["result"]["tools"]));
    }
}

/// Changes what is listed of an offer.
fn edit_offer(answers: &mut Answers, offer: Offer, change: impl Fn(&mut Value)) {
    edit(answers, Question::Offers(offer), |body| change(&mut body["result"][offer.key()]));
}

/// Answers all of MCP the same way.
fn all_of_mcp(answers: &mut Answers, answer: &Answer) {
    for revision in REVISIONS {
        put(answers, Question::Greeting(revision), answer.clone());
        answers.given.remove(&Question::Tools(revision));
    }
    let questions = [Question::UnknownToolCall, Question::WrongInputCall, Question::BrokenMessage];
    for question in questions.into_iter().chain(Offer::ALL.map(Question::Offers)) {
        answers.given.remove(&question);
    }
}

const CASES: &[Case] = &[
    ("live-no-answer", "`GET /ready` is not answered: it took", |answers| {
        answers.given.insert(Question::Ready, Err("it took longer than 5 seconds".to_owned()));
    }),
    ("live-no-answer", "one minute was over", |answers| {
        answers.given.remove(&Question::Metrics);
        answers.is_cut_short = true;
    }),
    ("live-health", "it answers 404", |answers| put(answers, Question::Health, answer(404, &Value::Null))),
    ("live-health", "but not", |answers| put(answers, Question::Health, answer(200, &json!({ "status": "ok" })))),
    ("live-ready", "is not ready: it answers 503: `the server is stopping`", |answers| {
        put(answers, Question::Ready, no(503, "the server is stopping", &Value::Null));
    }),
    ("live-ready", "without `ready`", |answers| put(answers, Question::Ready, ok(&json!({ "ready": false })))),
    ("live-ready", "it answers 404", |answers| put(answers, Question::Ready, answer(404, &Value::Null))),
    ("live-info", "does not say `uptime` and `capabilities`", |answers| {
        edit(answers, Question::Info, |body| {
            body["data"].as_object_mut().unwrap().retain(|key, _| key != "uptime" && key != "capabilities");
        });
    }),
    ("live-info", "it answers 500", |answers| put(answers, Question::Info, answer(500, &Value::Null))),
    ("live-version", "version `0.2.0` runs", |answers| {
        edit(answers, Question::Info, |body| body["data"]["version"] = json!("0.2.0"));
    }),
    ("live-port", "listens on 9999, and 9044 is registered", |answers| {
        edit(answers, Question::Info, |body| body["data"]["port"] = json!(9999));
    }),
    ("live-status", "does not say `error_rate`", |answers| {
        edit(answers, Question::Status, |body| {
            body["data"].as_object_mut().unwrap().shift_remove("error_rate");
        });
    }),
    ("live-status", "it answers 404", |answers| put(answers, Question::Status, answer(404, &Value::Null))),
    ("live-metrics", "no sample of `mcp_tool_calls_total`", |answers| {
        let body = METRICS.replace("mcp_tool_calls_total{", "mcp_tool_calls{");
        put(answers, Question::Metrics, Answer { body, ..answer(200, &Value::Null) });
    }),
    ("live-metrics", "counts no request", |answers| {
        let body = METRICS.replace("} 2\n", "} 0\n");
        put(answers, Question::Metrics, Answer { body, ..answer(200, &Value::Null) });
    }),
    ("live-metrics", "it answers 404", |answers| put(answers, Question::Metrics, answer(404, &Value::Null))),
    ("live-metrics", "a key of its own", |answers| put(answers, Question::Metrics, answer(401, &Value::Null))),
    ("live-openapi", "no OpenAPI 3 document", |answers| put(answers, Question::OpenApi, answer(200, &json!([])))),
    ("live-openapi", "does not have `greet`", |answers| {
        edit(answers, Question::OpenApi, |body| {
            body["paths"].as_object_mut().unwrap().shift_remove("/api/v1/tools/greet");
        });
    }),
    ("live-openapi", "it answers 404", |answers| put(answers, Question::OpenApi, answer(404, &Value::Null))),
    (
        "live-handshake",
        "2025-11-25 of MCP is not spoken as it should be: it is answered with `2025-06-18`",
        |answers| {
            edit(answers, Question::Greeting("2025-11-25"), |body| {
                body["result"]["protocolVersion"] = json!("2025-06-18");
            });
        },
    ),
    ("live-handshake", "with the error `no such method`", |answers| {
        let error = json!({ "code": -32601, "message": "no such method" });
        put(answers, Question::Greeting(CURRENT), rpc(200, "error", &error));
        answers.given.remove(&Question::Tools(CURRENT));
    }),
    ("live-handshake", "`supportedVersions` does not have it", |answers| {
        edit(answers, Question::Greeting(CURRENT), |body| body["result"]["supportedVersions"] = json!([]));
    }),
    ("live-handshake", "`tools/list`: it answers 400", |answers| {
        put(answers, Question::Tools("2024-11-05"), answer(400, &Value::Null));
    }),
    ("live-handshake", "clients of 2024-11-05 are listed other tools than those of 2026-07-28", |answers| {
        edit(answers, Question::Tools("2024-11-05"), |body| body["result"]["tools"] = json!([]));
    }),
    ("live-handshake", "no revision of MCP is spoken at `/mcp`: it answers 404", |answers| {
        all_of_mcp(answers, &answer(404, &Value::Null));
    }),
    ("live-tools", "`greet` is in `/info`, and not in `tools/list`", |answers| {
        edit_tools(answers, |tools| {
            tools.as_array_mut().unwrap().remove(0);
        });
    }),
    ("live-tools", "`drop_all` is listed, and not in the spec", |answers| {
        edit_tools(answers, |tools| tools.as_array_mut().unwrap().push(tool("drop_all")));
        edit(answers, Question::Info, |body| body["data"]["tools"].as_array_mut().unwrap().push(json!("drop_all")));
        edit(answers, Question::OpenApi, |body| body["paths"]["/api/v1/tools/drop_all"] = json!({}));
    }),
    ("live-tools", "the description of `greet` is not what the spec says", |answers| {
        edit_tools(answers, |tools| tools[0]["description"] = json!("Say goodbye"));
    }),
    ("live-tools", "`inputSchema`, at `/properties/name/type`, of `greet`", |answers| {
        edit_tools(answers, |tools| tools[0]["inputSchema"]["properties"]["name"]["type"] = json!("integer"));
    }),
    ("live-tools", "`annotations`, at `/readOnlyHint`, of `greet`", |answers| {
        edit_tools(answers, |tools| tools[0]["annotations"]["readOnlyHint"] = json!(false));
    }),
    ("live-tools", "`greet` is in `tools/list`, and not in `/info`", |answers| {
        edit(answers, Question::Info, |body| body["data"]["tools"] = json!(["get_status", "list_capabilities"]));
    }),
    ("live-resources", "`about` is not in `resources/list`", |answers| {
        edit_offer(answers, Offer::Resources, |list| *list = json!([]));
    }),
    ("live-resources", "`secrets` is in `resources/list`, and not in the spec", |answers| {
        edit_offer(answers, Offer::Resources, |list| {
            list.as_array_mut().unwrap().push(json!({ "name": "secrets", "uri": "hello://secrets" }));
        });
    }),
    ("live-resources", "`mimeType` of `about` is not what the spec says", |answers| {
        edit_offer(answers, Offer::Resources, |list| list[0]["mimeType"] = json!("text/html"));
    }),
    ("live-resources", "`uriTemplate` of `card` is not what the spec says", |answers| {
        edit_offer(answers, Offer::Templates, |list| list[0]["uriTemplate"] = json!("hello://{name}"));
    }),
    ("live-resources", "`resources/templates/list` is answered with no list: it answers 200", |answers| {
        let error = json!({ "code": -32601, "message": "no such method" });
        put(answers, Question::Offers(Offer::Templates), rpc(200, "error", &error));
    }),
    ("live-prompts", "`arguments` of `welcome` is not what the spec says", |answers| {
        edit_offer(answers, Offer::Prompts, |list| list[0]["arguments"][0]["required"] = json!(false));
    }),
    ("live-prompts", "the title of `welcome` is not what the spec says", |answers| {
        edit_offer(answers, Offer::Prompts, |list| {
            list[0].as_object_mut().unwrap().shift_remove("title");
        });
    }),
    (
        "live-invalid-schema",
        "`inputSchema` of `get_status` is no valid schema: `/properties/a/minLength` must be",
        |answers| {
            edit_tools(answers, |tools| {
                tools[1]["inputSchema"]["properties"] = json!({ "a": { "type": "string", "minLength": "1" } });
            });
        },
    ),
    ("live-invalid-schema", "its `type` is not `object`", |answers| {
        edit_tools(answers, |tools| tools[1]["inputSchema"]["type"] = json!("array"));
    }),
    ("live-invalid-schema", "`#/$defs/None` leads nowhere", |answers| {
        edit_tools(answers, |tools| {
            let list = json!({ "a": { "type": "array", "items": { "$ref": "#/$defs/None" } } });
            tools[2]["outputSchema"] = json!({ "type": "object", "properties": list });
        });
    }),
    ("live-invalid-schema", "`inputSchema` of `get_status` is no valid schema: it is not there", |answers| {
        edit_tools(answers, |tools| {
            tools[1].as_object_mut().unwrap().shift_remove("inputSchema");
        });
    }),
    ("live-envelope", "the answer 404 to `GET /mcpgen-asks-for-nothing` is no envelope", |answers| {
        put(answers, Question::UnknownPath, answer(404, &json!("not found")));
    }),
    ("live-envelope", "the answer 200 to `GET /info` is no envelope that says `ok`", |answers| {
        edit(answers, Question::Info, |body| body["timestamp"] = json!("yesterday"));
    }),
    ("live-envelope", "the answer 403 to `GET /info`", |answers| {
        put(answers, Question::ForeignHost(Door::Info), answer(403, &Value::Null));
    }),
    ("live-headers", "the answer to `GET /health` has no `X-Request-Id`", |answers| {
        let health = answers.given.get_mut(&Question::Health).unwrap().as_mut().unwrap();
        health.headers.retain(|(name, _)| name != "x-request-id");
    }),
    ("live-headers", "no answer has `X-Process-Time`", |answers| {
        for given in answers.given.values_mut() {
            given.as_mut().unwrap().headers.retain(|(name, _)| name != "x-process-time");
        }
    }),
    ("live-any-host", "`GET /info` is answered with 200 under a `Host` that is not its own", |answers| {
        put(answers, Question::ForeignHost(Door::Info), ok(&info()));
    }),
    ("live-any-origin", "`POST /mcp` is answered with 200 for a page", |answers| {
        put(answers, Question::ForeignOrigin(Door::Mcp), rpc(200, "result", &json!({})));
    }),
    ("live-auth", "`GET /api/v1/status` asks for a key, and the spec does not", |answers| {
        put(answers, Question::NoKey(Door::Rest), no(401, "a valid key is required", &Value::Null));
    }),
    ("live-unknown-tool", "answered with 200, not with 404", |answers| {
        put(answers, Question::UnknownTool, ok(&Value::Null));
    }),
    ("live-unknown-tool", "does not name it", |answers| {
        put(answers, Question::UnknownTool, no(404, "not found", &Value::Null));
    }),
    ("live-unknown-tool", "is no error of the protocol", |answers| {
        put(answers, Question::UnknownToolCall, rpc(200, "result", &json!({ "content": [] })));
    }),
    ("live-bad-input", "answered with 200, not with 422", |answers| {
        put(answers, Question::WrongInput, ok(&Value::Null));
    }),
    ("live-bad-input", "does not name the field `detailed`", |answers| {
        put(answers, Question::WrongInput, no(422, "no", &Value::Null));
    }),
    ("live-bad-input", "answered with 500, not with 400", |answers| {
        put(answers, Question::BrokenJson, no(500, "no", &Value::Null));
    }),
    ("live-bad-input", "over MCP is no error that names", |answers| {
        put(answers, Question::WrongInputCall, rpc(200, "result", &json!({ "content": [] })));
    }),
    ("live-bad-input", "answered with 200 and no JSON-RPC error", |answers| {
        put(answers, Question::BrokenMessage, answer(200, &Value::Null));
    }),
    ("live-unknown-path", "answered with 200, not with 404", |answers| {
        put(answers, Question::UnknownPath, ok(&Value::Null));
    }),
];

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
