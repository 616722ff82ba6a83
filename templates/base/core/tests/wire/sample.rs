// Owned by mcpgen: edits are overwritten.
//! A server with a tool of each kind.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use mcp_base::{
    About, App, Auth, CacheClass, Contents, Context, Environment, Error, Hints, Reply, Resource,
    Running, Secret, Server, StartError, Tool, Value, call, read,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

const SCHEMAS: &str = include_str!("sample.json");

#[derive(Debug, Deserialize)]
pub struct Settings {
    endpoint: String,
    api_key: Option<Secret>,
}

#[derive(Debug, Deserialize)]
pub struct Input {
    text: String,
    times: usize,
}

#[derive(Debug, Serialize)]
pub struct Output {
    text: String,
}

#[derive(Debug, Deserialize)]
pub struct FileArguments {
    name: String,
}

pub struct Service {
    settings: Settings,
    runs: AtomicUsize,
}

impl Service {
    fn new(settings: Settings) -> Result<Self, StartError> {
        if !settings.endpoint.starts_with("https://") {
            return Err(StartError::new("the endpoint must be an `https` address"));
        }
        let runs = AtomicUsize::new(0);
        Ok(Self { settings, runs })
    }

    async fn repeat(&self, input: Input) -> Result<Output, Error> {
        Ok(Output {
            text: input.text.repeat(input.times),
        })
    }

    async fn count(&self) -> Result<usize, Error> {
        Ok(self.runs.fetch_add(1, Ordering::Relaxed))
    }

    async fn panics(&self) -> Result<Reply, Error> {
        panic!("the secret is {}", self.settings.api_key.as_ref().map_or("", Secret::expose))
    }

    async fn breaks(&self) -> Result<Reply, Error> {
        std::fs::read_to_string("/nowhere/at/all")?;
        Ok(Reply::new())
    }

    async fn sleeps(&self) -> Result<String, Error> {
        tokio::time::sleep(Duration::from_millis(400)).await;
        Ok(self.settings.endpoint.clone())
    }

    async fn hangs(&self) -> Result<String, Error> {
        std::future::pending().await
    }

    async fn refuses(&self) -> Result<Reply, Error> {
        let mut reply = Reply::text("not today");
        reply.set_error();
        Ok(reply)
    }

    async fn later(&self) -> Result<Value, Error> {
        Err(Error::not_implemented("later"))
    }

    async fn reports(&self, _: Value, context: Context) -> Result<Value, Error> {
        context.progress(1.0, Some(2.0), Some("half")).await;
        let seen = Context::current().and_then(|context| Some(context.traceparent()?.to_owned()));
        Ok(json!({ "tool": context.name(), "id": context.request_id(), "trace": seen }))
    }

    async fn file(&self, arguments: FileArguments) -> Result<Contents, Error> {
        match arguments.name.as_str() {
            "none" => Err(Error::not_found("there is no such file")),
            name => Ok(Contents::Text(format!("file {name}"))),
        }
    }
}

/// The server before it has an address.
pub fn server(auth: Auth) -> Server<Service> {
    let about = About {
        name: "sample_v2",
        version: "1.2.3",
        description: "One of each kind",
        port: 0,
        schemas: SCHEMAS,
    };
    let mut server = Server::new(about, Service::new);
    server.auth(auth);
    let mut tool = |name, cache, call| {
        server.tool(Tool {
            name,
            hints: Hints::NONE,
            cache,
            call,
        });
    };
    tool("repeat", CacheClass::None, call(Service::repeat));
    tool("count", CacheClass::Short, call(Service::count));
    tool("panics", CacheClass::None, call(Service::panics));
    tool("breaks", CacheClass::None, call(Service::breaks));
    tool("sleeps", CacheClass::None, call(Service::sleeps));
    tool("hangs", CacheClass::None, call(Service::hangs));
    tool("refuses", CacheClass::Long, call(Service::refuses));
    tool("later", CacheClass::None, call(Service::later));
    tool("reports", CacheClass::None, call(Service::reports));
    server.resource(Resource {
        name: "files",
        read: read(Service::file),
    });
    server.prompt("ask");
    server
}

/// Takes an address with these settings beside those that are always needed.
pub async fn bind(auth: Auth, settings: &[(&str, &str)]) -> Result<App, StartError> {
    let always = [("PORT", "0"), ("SAMPLE_ENDPOINT", "https://ann:secret@host.example")];
    let environment = Environment::of(settings.iter().chain(&always).copied());
    server(auth).bind(&environment).await
}

/// Starts it.
pub async fn start(auth: Auth, settings: &[(&str, &str)]) -> Running {
    bind(auth, settings).await.expect("the settings are good").spawn()
}
