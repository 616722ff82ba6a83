//! Everything that can be wrong with a running server, and the rule that says so.

use serde_json::{Value, json};

use super::sound::*;
use crate::check::live::{Answer, Answers, CURRENT, Door, Offer, Question};

/// One thing that is done to a sound server that wants no key, and what is said of it.
pub type Case = (&'static str, &'static str, fn(&mut Answers));

pub const CASES: &[Case] = &[
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
