// Owned by mcpgen: edits are overwritten.
//! Tokens at the door of a running server: what its settings and its declaration say about them.

mod common;

use mcp_base::{CacheClass, Environment, Error, Reply, Server, StartError, call};
use mcp_issuer::Issuer;
use mcp_testing::{Request, Setup, TestServer, json};

const SCHEMAS: &str = r#"{ "tools": {
  "look": { "description": "Looks", "input": { "type": "object" } },
  "touch": { "description": "Touches", "input": { "type": "object" } }
} }"#;

struct Service;

impl Service {
    async fn look(&self) -> Result<Reply, Error> {
        Ok(Reply::text("seen"))
    }

    async fn touch(&self) -> Result<Reply, Error> {
        Ok(Reply::text("touched"))
    }
}

/// A server that takes tokens, and has nothing yet that checks them.
fn unchecked() -> Server<Service> {
    let tools = [("look", call(Service::look)), ("touch", call(Service::touch))];
    let mut server = common::unchecked(|| Service, SCHEMAS, CacheClass::Short, tools);
    server.scope("look");
    server.tool_scope("touch", "touch");
    server
}

fn server() -> Server<Service> {
    let mut server = unchecked();
    server.extension(mcp_oauth::extension());
    server
}

async fn started(issuer: &Issuer, scopes: &str) -> TestServer {
    let mut setup = Setup::new(server);
    setup.set("OAUTH_ISSUER", issuer.url());
    setup.use_key(&issuer.token(scopes));
    setup.start().await
}

async fn not_started(server: Server<Service>) -> StartError {
    let environment = Environment::of([("PORT", "0"), ("OAUTH_ISSUER", "https://login.example")]);
    match server.bind(&environment).await {
        Ok(app) => panic!("the server starts, on {}", app.address()),
        Err(error) => error,
    }
}

#[tokio::test]
async fn nobody_is_let_in_where_nothing_checks_tokens() {
    let error = not_started(unchecked()).await;
    assert!(error.to_string().contains("mcp_oauth::extension()"), "{error}");
}

#[tokio::test]
async fn a_scope_is_for_a_tool_that_exists() {
    let mut server = server();
    server.tool_scope("tuoch", "touch");
    let error = not_started(server).await;
    assert!(error.to_string().contains("`tuoch`"), "{error}");
}

#[tokio::test]
async fn settings_that_are_missing_or_wrong_are_reported() {
    let mut setup = Setup::new(server);
    let error = setup.refusal().await;
    assert_eq!(error.exit_code(), 78);
    assert!(error.to_string().contains("OAUTH_ISSUER") && !error.to_string().contains("AUDIENCE"));
    setup.set("OAUTH_ISSUER", "login");
    let error = setup.refusal().await;
    assert_eq!(error.exit_code(), 78);
    assert!(error.to_string().contains("OAUTH_ISSUER"), "{error}");
}

#[tokio::test]
async fn keys_may_be_at_an_address_that_is_set() {
    let (issuer, other) = (Issuer::start(), Issuer::start());
    let mut setup = Setup::new(server);
    setup.set("OAUTH_ISSUER", "https://login.invalid");
    setup.set("OAUTH_JWKS_URL", &format!("{}/keys", issuer.url()));
    let server = setup.start().await;
    let status = async |issuer: &Issuer| {
        let mut claims = issuer.claims("look");
        claims["iss"] = "https://login.invalid".into();
        let key = format!("Bearer {}", issuer.sign(&claims));
        server.send(Request::get("/info").header("Authorization", &key)).await.status()
    };
    assert_eq!((status(&issuer).await, status(&other).await), (200, 401));
}

#[tokio::test]
async fn a_cached_answer_is_only_for_who_may_call() {
    let issuer = Issuer::start();
    let server = started(&issuer, "look touch").await;
    let few = format!("Bearer {}", issuer.token("look"));
    let call = async |tool: &str| {
        let request = Request::post(&format!("/api/v1/tools/{tool}"), &json!({})).without_key();
        server.send(request.header("Authorization", &few)).await.status()
    };
    for tool in ["look", "touch"] {
        assert_eq!(server.call(tool, &json!({})).await.status(), 200);
    }
    assert_eq!((call("look").await, call("touch").await, call("nothing").await), (200, 403, 404));
}

#[tokio::test]
async fn openapi_says_which_scopes_a_tool_needs() {
    let server = started(&Issuer::start(), "look").await;
    let document = server.get("/openapi.json").await.json();
    assert_eq!(document["security"][0]["token"][0], "look");
    let touch = &document["paths"]["/api/v1/tools/touch"]["post"]["security"][0]["token"];
    assert_eq!((&touch[0], &touch[1]), (&json!("look"), &json!("touch")));
}
