// Owned by mcpgen: edits are overwritten.
//! A tool that fails when it is told to: how a healthy server is seen to fall ill.
//!
//! It is called, counted and reported like every other tool.

use mcp_base::{CacheClass, Error, Hints, Server, Tool, call};
use serde::Deserialize;
use serde_json::{Value, json};

/// Its name, which no spec gives to a tool.
pub(crate) const NAME: &str = "mcp_testing_faulty";

#[derive(Deserialize)]
struct Input {
    fails: bool,
}

/// Adds it to a server that is not started yet.
pub(crate) fn add<S: Send + Sync + 'static>(server: &mut Server<S>) {
    let about = server.about();
    let mut schemas: Value = match serde_json::from_str(about.schemas) {
        Ok(schemas) => schemas,
        Err(error) => panic!("`schemas.json` is no JSON: {error}"),
    };
    schemas["tools"][NAME] = json!({
        "description": "Fails when it is told to",
        "input": {
            "type": "object",
            "properties": { "fails": { "type": "boolean" } },
            "required": ["fails"],
        },
    });
    // A server lives as long as its process, and a test process is soon over.
    about.schemas = schemas.to_string().leak();
    server.tool(Tool {
        name: NAME,
        hints: Hints::NONE,
        cache: CacheClass::None,
        call: call(faulty::<S>),
    });
}

async fn faulty<S: Sync>(_: &S, input: Input) -> Result<Value, Error> {
    if input.fails { Err(Error::internal("it was told to fail")) } else { Ok(Value::Bool(true)) }
}
