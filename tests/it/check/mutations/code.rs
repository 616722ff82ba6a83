//! Code.

use super::{Fleet, Mutation, breaks, hold, near};

pub const MUTATIONS: &[Mutation] = &[
    breaks("missing-endpoint", "a route is taken out of the base", |fleet| {
        fleet.remove_line("base/core/src/http/mod.rs", ".route(\"/ready\"");
    }),
    breaks("missing-endpoint", "a route of the base is commented out", |fleet| {
        fleet.replace("base/core/src/http/mod.rs", ".route(\"/api/v1/status\"", "// .route(\"/api/v1/status\"");
    }),
    breaks("missing-endpoint", "a route of the base gets another path", |fleet| {
        fleet.replace("base/core/src/http/mod.rs", ".route(\"/health\"", ".route(\"/healthz\"");
    }),
    near("missing-endpoint", "a crate of one's own has a router of its own", |fleet| {
        fleet.write("words/Cargo.toml", "[package]\nname = \"words\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
        fleet.write(
            "words/src/lib.rs",
            "//! Words.\n\npub fn router() {\n    Router::new().route(\"/words\", get(words));\n}\n",
        );
    }),
    breaks("conflict-markers", "marks of a merge are committed", |fleet| {
        fleet.replace(
            "weather_v2/src/services/core_service.rs",
            "impl CoreService {",
            "<<<<<<< HEAD\nimpl CoreService {\n=======\nimpl CoreService  {\n>>>>>>> other",
        );
    }),
    breaks("unparsable-code", "a brace is lost in an Owned file", |fleet| {
        fleet.replace("weather_v2/src/models.rs", "pub struct Settings {", "pub struct Settings ");
    }),
    breaks("unparsable-code", "a brace is lost in the base", |fleet| {
        fleet.replace("base/core/src/clock.rs", "{", "");
    }),
    near("unparsable-code", "the data of a test is no Rust", |fleet| {
        fleet.write("hello_v2/tests/data/broken.rs", "fn (\n");
    }),
    breaks("unregistered-tool", "the registration of a tool is deleted", |fleet| {
        cut(
            fleet,
            "weather_v2/src/server.rs",
            "    server.tool(Tool {\n        name: \"list_alerts\"",
            "    });\n",
            "",
            "",
        );
    }),
    breaks("unregistered-tool", "the registration of a tool is commented out", |fleet| {
        cut(
            fleet,
            "weather_v2/src/server.rs",
            "    server.tool(Tool {\n        name: \"list_alerts\"",
            "    });\n",
            "/*",
            "*/\n",
        );
    }),
    breaks("unregistered-tool", "the registration of a tool is switched off", |fleet| {
        fleet.replace("hello_v2/src/server.rs", "    server.tool(Tool {", "    #[cfg(any())]\n    server.tool(Tool {");
    }),
    near("unregistered-tool", "the spec gets no tool, and its comments do", |fleet| {
        fleet.append("hello_v2/server.toml", "\n# [tools.later]\n# description = \"Later\"\n");
    }),
    breaks("miswired-entry", "a tool is wired to the function of another", |fleet| {
        fleet.replace("weather_v2/src/server.rs", "call(CoreService::list_alerts)", "call(CoreService::get_forecast)");
    }),
    breaks("miswired-entry", "a resource is wired to the function of another", |fleet| {
        fleet.replace("weather_v2/src/server.rs", "read(CoreService::read_station)", "read(CoreService::read_about)");
    }),
    breaks("miswired-entry", "two tools change places", |fleet| {
        let text = fleet.read("weather_v2/src/server.rs");
        let swapped = text
            .replace("CoreService::list_alerts", "CoreService::swapped")
            .replace("CoreService::get_forecast", "CoreService::list_alerts")
            .replace("CoreService::swapped", "CoreService::get_forecast");
        fleet.write("weather_v2/src/server.rs", &swapped);
    }),
    breaks("miswired-entry", "a tool gets other hints", |fleet| {
        fleet.replace("weather_v2/src/server.rs", "read_only: Some(true)", "read_only: Some(false)");
    }),
    breaks("miswired-entry", "a tool gets another cache class", |fleet| {
        fleet.replace("weather_v2/src/server.rs", "CacheClass::Medium", "CacheClass::Long");
    }),
    breaks("miswired-entry", "a tool is registered twice", |fleet| {
        let text = fleet.read("hello_v2/src/server.rs");
        let (start, _) = text.split_once("    server.tool(Tool {").unwrap();
        let (entry, _) = text[start.len()..].split_once("});\n").unwrap();
        fleet.write("hello_v2/src/server.rs", &text.replacen(entry, &format!("{entry}}});\n{entry}"), 1));
    }),
    breaks("miswired-entry", "the function of a tool is deleted from its body", |fleet| {
        fleet.write(BODY, "//! Nothing here.\n");
    }),
    near("miswired-entry", "the body of a tool is moved to a module of one's own", |fleet| {
        let body = fleet.read(BODY);
        fleet.write(BODY, "//! In `walk`.\n\nmod walk;\n");
        let moved = BODY.replace(".rs", "/walk.rs");
        fleet.write(&moved, &body.replace("Error::not_implemented(\"browse_categories\")", "Error::tool(\"none\")"));
    }),
    near("miswired-entry", "the function of a tool takes a context", |fleet| {
        fleet.replace(
            BODY,
            "_input: BrowseCategoriesInput,",
            "_input: BrowseCategoriesInput,\n        _: mcp_base::Context,",
        );
    }),
    breaks("undeclared-entry", "a tool is registered that is not in the spec", |fleet| {
        fleet.replace(
            "hello_v2/src/server.rs",
            "    server.tool(Tool {",
            "    server.tool(Tool { name: \"extra\", hints: Hints::NONE, cache: CacheClass::None, call: call(CoreService::extra) });\n\
             \x20   server.tool(Tool {",
        );
    }),
    breaks("undeclared-entry", "a tool is renamed in the code alone", |fleet| {
        fleet.replace("hello_v2/src/server.rs", "name: \"greet\"", "name: \"say_hello\"");
    }),
    breaks("undeclared-entry", "a prompt is registered that is not in the spec", |fleet| {
        fleet.replace(
            "weather_v2/src/server.rs",
            "server.prompt(\"plan_trip\");",
            "server.prompt(\"plan_trip\");\n    server.prompt(\"more\");",
        );
    }),
    near("undeclared-entry", "a function of one's own has the name of a registration", |fleet| {
        fleet.append(
            BODY,
            "\nfn tool(_: &str) {}\n\n#[test]\nfn it_is_called() {\n    assert_eq!(tool(\"extra\"), ());\n}\n",
        );
    }),
    breaks("changed-model", "a type is taken out of the models", |fleet| {
        cut(fleet, "everything_v2/src/models.rs", "/// `Line`, as tools", "\n}\n", "", "");
    }),
    breaks("changed-model", "a field of a model gets another type", |fleet| {
        fleet.replace("everything_v2/src/models.rs", "pub sku: String", "pub sku: Option<String>");
    }),
    breaks("changed-model", "a field of a model loses its name on the wire", |fleet| {
        fleet.remove_line("everything_v2/src/models.rs", "#[serde(rename = \"deliverOn\")]");
    }),
    breaks("changed-model", "a field is added to a model", |fleet| {
        fleet.replace(
            "everything_v2/src/models.rs",
            "    pub sku: String,",
            "    pub sku: String,\n    pub colour: String,",
        );
    }),
    breaks("changed-model", "a value of an enum is lost", |fleet| {
        cut(fleet, "everything_v2/src/models.rs", "    /// `DK`.", "    Dk,\n", "", "");
    }),
    breaks("changed-model", "a model loses a derive", |fleet| {
        fleet.replace("hello_v2/src/models.rs", "PartialEq, Serialize, Deserialize", "Serialize, Deserialize");
    }),
    near("changed-model", "a type of one's own is in a file of one's own", |fleet| {
        fleet.append("weather_v2/src/services/core_service.rs", "\n/// Ours.\n#[derive(Debug)]\npub struct Alert {}\n");
    }),
    breaks("unreachable-module", "a new file is never declared", |fleet| {
        fleet.write("hello_v2/src/helpers.rs", "//! Helpers.\n");
    }),
    breaks("unreachable-module", "the module of a tool is not declared any more", |fleet| {
        fleet.remove_line("weather_v2/src/services/tools.rs", "mod list_alerts;");
    }),
    breaks("unreachable-module", "all tools are not declared any more", |fleet| {
        fleet.remove_line("weather_v2/src/services/mod.rs", "mod tools;");
    }),
    breaks("unreachable-module", "the module of a tool is switched off", |fleet| {
        fleet.replace("hello_v2/src/services/tools.rs", "mod greet;", "#[cfg(any())]\nmod greet;");
    }),
    near("unreachable-module", "modules of one's own are declared", |fleet| {
        fleet.append("hello_v2/src/lib.rs", "mod helpers;\n#[path = \"odd/name.rs\"]\nmod other;\n");
        fleet.write("hello_v2/src/helpers.rs", "//! Helpers.\n\nmod deep {\n    mod deeper;\n}\n");
        fleet.write("hello_v2/src/helpers/deep/deeper.rs", "//! Deep.\n");
        fleet.write("hello_v2/src/odd/name.rs", "//! Odd.\n");
        fleet.write("hello_v2/src/bin/tool.rs", "//! A tool.\n\nfn main() {}\n");
    }),
    breaks("unregistered-resource", "the registration of a resource is deleted", |fleet| {
        cut(
            fleet,
            "weather_v2/src/server.rs",
            "    server.resource(Resource {\n        name: \"station\"",
            "    });\n",
            "",
            "",
        );
    }),
    near("unregistered-resource", "the body of a resource is written", |fleet| {
        fleet.replace(
            "everything_v2/src/services/resources/stock.rs",
            "Err(Error::not_implemented(\"stock\"))",
            "Ok(format!(\"{} left\", self.settings.batch_size))",
        );
    }),
    breaks("unregistered-prompt", "the registration of a prompt is deleted", |fleet| {
        fleet.remove_line("weather_v2/src/server.rs", "server.prompt(\"plan_trip\");");
    }),
    near("unregistered-prompt", "the notes name a prompt", |fleet| {
        fleet.append("weather_v2/NOTES.md", "\nThe prompt `plan_trip` is not used.\n");
    }),
    breaks("unregistered-completion", "the registration of a completion is deleted", |fleet| {
        fleet.remove_line("everything_v2/src/server.rs", "server.complete_resource(\"order\"");
    }),
    breaks("miswired-entry", "a completion is wired to another function", |fleet| {
        fleet.replace(
            "everything_v2/src/server.rs",
            "complete(CoreService::complete_resource_order_id)",
            "complete(CoreService::complete_prompt_stocktake_hall)",
        );
    }),
    breaks("undeclared-entry", "a completion is registered for another spelling of its argument", |fleet| {
        fleet.replace(
            "everything_v2/src/server.rs",
            "complete_resource(\"order\", \"id\"",
            "complete_resource(\"order\", \"Id\"",
        );
    }),
    near("unregistered-completion", "a completion is written", |fleet| {
        let path = "everything_v2/src/services/completions/prompt_stocktake_hall.rs";
        fleet.replace(path, "Err(Error::not_implemented(\"prompt_stocktake_hall\"))", "self.halls(completion.begun())");
        fleet.replace(path, "_completion", "completion");
    }),
    breaks("changed-schema", "a tool is described otherwise in the schemas", |fleet| {
        fleet.replace("weather_v2/schemas.json", "Forecast for a city", "Forecast for any city");
    }),
    breaks("changed-schema", "a limit is taken out of the schemas", |fleet| {
        fleet.replace("weather_v2/schemas.json", "\"maximum\": 14", "\"maximum\": 140");
    }),
    breaks("changed-schema", "the schemas are no JSON", |fleet| fleet.append("weather_v2/schemas.json", "}\n")),
    near("changed-schema", "a file of schemas of one's own is there", |fleet| {
        fleet.write("weather_v2/docs/schemas.json", "{}\n");
    }),
    breaks("missing-metric", "a metric is renamed in the base", |fleet| {
        fleet.replace("base/core/src/metrics/mod.rs", "\"mcp_request_seconds\"", "\"mcp_request_duration\"");
    }),
    breaks("missing-metric", "a metric is taken out of the base", |fleet| {
        fleet.remove_line("base/core/src/metrics/mod.rs", "\"mcp_in_flight_requests\"");
    }),
    near("missing-metric", "a dashboard of one's own asks for another metric", |fleet| {
        fleet.write("dashboards/ours.json", "{ \"expr\": \"rate(mcp_other_total[5m])\" }\n");
    }),
    breaks("unwired-start", "`main` starts nothing", |fleet| {
        fleet.replace(
            "hello_v2/src/main.rs",
            "mcp_base::main(hello_v2::server::server())",
            "let _ = hello_v2::server::server();\n    ExitCode::SUCCESS",
        );
    }),
    breaks("unwired-start", "the call in `main` is commented out", |fleet| {
        fleet.replace("hello_v2/src/main.rs", "    mcp_base::main(", "    ExitCode::SUCCESS // mcp_base::main(");
    }),
    near("unwired-start", "a binary of one's own does something else", |fleet| {
        fleet.write("hello_v2/src/bin/once.rs", "//! Once.\n\nfn main() {}\n");
    }),
    breaks("unwired-shutdown", "the base does not wait for SIGTERM any more", |fleet| {
        let path = "base/core/src/command.rs";
        fleet.replace(path, "SignalKind::terminate()", "SignalKind::hangup()");
        fleet.replace(path, "terminate.recv()", "hangup.recv()");
        fleet.replace(path, "let mut terminate", "let mut hangup");
    }),
    breaks("unwired-shutdown", "the base does not let running calls end any more", |fleet| {
        fleet.remove_line("base/core/src/http/serve.rs", "graceful_shutdown()");
    }),
    near("unwired-shutdown", "a crate of one's own runs something without a signal", |fleet| {
        fleet.write("words/Cargo.toml", "[package]\nname = \"words\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
        fleet.write("words/src/main.rs", "//! Words.\n\nfn main() {}\n");
    }),
];

/// A file of a tool that is not written yet.
const BODY: &str = "everything_v2/src/services/tools/browse_categories.rs";

/// A `main` of a server that mcpgen did not make, with everything that a server of a fleet has.
const FOREIGN_MAIN: &str = r#"//! By hand.

fn main() {
    let paths = [
        "/mcp", "/healthz", "/ready", "/info", "/metrics", "/openapi.json", "/v1/status", "/v1/tools/{name}",
    ];
    serve(&paths, tokio::signal::ctrl_c());
}
"#;

/// Writes a server that mcpgen did not make.
fn foreign(fleet: &Fleet, main: &str) {
    fleet.write(
        "other_v2/Cargo.toml",
        "[package]\nname = \"other_v2\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\nrmcp = \"1\"\n",
    );
    fleet.write("other_v2/src/main.rs", main);
}

/// Takes what is from one text to the next end out of a file, or puts something around it.
#[track_caller]
fn cut(fleet: &Fleet, path: &str, from: &str, to: &str, before: &str, after: &str) {
    let text = fleet.read(path);
    let start = text.find(from).expect(from);
    let end = start + text[start..].find(to).expect(to) + to.len();
    let middle = if before.is_empty() { "" } else { &text[start..end] };
    fleet.write(path, &[&text[..start], before, middle, after, &text[end..]].concat());
}

#[test]
fn code_rules() {
    hold(MUTATIONS);
}

/// What the code rules say of a server that mcpgen did not make.
fn said_of_foreign(main: &str) -> Vec<(&'static str, String)> {
    let fleet = Fleet::new();
    foreign(&fleet, main);
    let findings = fleet.findings().into_iter();
    findings
        .filter(|finding| finding.rule.family() == "code" && finding.place.path.starts_with("other_v2"))
        .map(|finding| (finding.rule.name, finding.message))
        .collect()
}

#[test]
fn a_server_made_by_hand_is_told_what_it_lacks() {
    assert!(said_of_foreign(FOREIGN_MAIN).is_empty(), "{:?}", said_of_foreign(FOREIGN_MAIN));
    let said = said_of_foreign("//! By hand.\n\nfn main() {\n    serve(\"/mcp\");\n}\n");
    let rules: Vec<&str> = said.iter().map(|(rule, _)| *rule).collect();
    assert_eq!(rules.iter().filter(|rule| **rule == "missing-endpoint").count(), 7, "{said:?}");
    assert!(rules.contains(&"unwired-shutdown"), "{said:?}");
    let said = said_of_foreign("fn main( {");
    assert_eq!(said.len(), 1, "{said:?}");
    assert_eq!(said[0].0, "unparsable-code");
}
