//! What a sound server answers, and how one of its answers becomes another.

use serde_json::{Value, json};

use crate::check::live::{Answer, Answers, CURRENT, Door, NO_TOOL, Offer, Question, REVISIONS, WRONG_FIELD};

/// What the server lists when it is rendered from that, and from what else the spec might have.
pub fn lists() -> Value {
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

pub fn answer(status: u16, body: &Value) -> Answer {
    let headers = [("x-process-time", "0.000123"), ("x-request-id", "a1"), ("www-authenticate", "Bearer")];
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Answer { status, headers, body: body.to_string() }
}

pub fn ok(data: &Value) -> Answer {
    answer(200, &json!({ "status": "ok", "data": data, "message": "ok", "timestamp": "2026-07-28T12:00:00.5Z" }))
}

pub fn no(status: u16, message: &str, data: &Value) -> Answer {
    let envelope = json!({ "status": "error", "data": data, "message": message, "timestamp": "2026-07-28T12:00:00Z" });
    answer(status, &envelope)
}

pub fn rpc(status: u16, key: &str, value: &Value) -> Answer {
    answer(status, &json!({ "jsonrpc": "2.0", "id": 1, key: value }))
}

pub fn tool(name: &str) -> Value {
    json!({ "name": name, "description": "…", "inputSchema": { "type": "object" } })
}

pub fn tools() -> Value {
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

pub fn info() -> Value {
    json!({
        "service_name": "hello_v2", "version": "0.1.0", "uptime": 1.5, "port": 9044,
        "tools": ["greet", "get_status", "list_capabilities"], "capabilities": ["tools"],
    })
}

pub const METRICS: &str = "# TYPE mcp_build_info gauge\nmcp_build_info{server=\"hello_v2\",version=\"0.1.0\"} 1\n\
    mcp_in_flight_requests{server=\"hello_v2\"} 1\nmcp_request_seconds_bucket{route=\"/}\",le=\"+Inf\"} 3\n\
    mcp_request_seconds_sum{route=\"/}\"} 0.2\nmcp_request_seconds_count{route=\"/}\"} 3\n\
    mcp_requests_total{route=\"/info\",outcome=\"ok\"} 0\nmcp_requests_total{route=\"/health\",outcome=\"ok\"} 2\n\
    mcp_tool_calls_total{tool=\"greet\"} 0\n";

/// What a sound server answers, with a key where it asks for one.
pub fn sound(is_locked: bool) -> Answers {
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

pub fn put(answers: &mut Answers, question: Question, answer: Answer) {
    answers.given.insert(question, Ok(answer));
}

/// Changes the body of an answer.
pub fn edit(answers: &mut Answers, question: Question, change: impl Fn(&mut Value)) {
    let Some(Ok(answer)) = answers.given.get_mut(&question) else { panic!("{question:?}") };
    let mut body = answer.json().unwrap();
    change(&mut body);
    answer.body = body.to_string();
}

/// Changes what every revision is listed.
pub fn edit_tools(answers: &mut Answers, change: impl Fn(&mut Value)) {
    for revision in REVISIONS {
        edit(answers, Question::Tools(revision), |body| change(&mut body["result"]["tools"]));
    }
}

/// Changes what is listed of an offer.
pub fn edit_offer(answers: &mut Answers, offer: Offer, change: impl Fn(&mut Value)) {
    edit(answers, Question::Offers(offer), |body| change(&mut body["result"][offer.key()]));
}

/// Answers all of MCP the same way.
pub fn all_of_mcp(answers: &mut Answers, answer: &Answer) {
    for revision in REVISIONS {
        put(answers, Question::Greeting(revision), answer.clone());
        answers.given.remove(&Question::Tools(revision));
    }
    let questions = [Question::UnknownToolCall, Question::WrongInputCall, Question::BrokenMessage];
    for question in questions.into_iter().chain(Offer::ALL.map(Question::Offers)) {
        answers.given.remove(&question);
    }
}
