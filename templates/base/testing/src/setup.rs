// Owned by mcpgen: edits are overwritten.
//! With which settings a server is started.

use std::collections::BTreeMap;
use std::path::Path;

use mcp_base::{Environment, Server, StartError};
use serde_json::Value;

use crate::faulty;
use crate::files::{self, Files};
use crate::server::{Parts, TestServer};
use crate::upstream::Upstream;

/// Stands in a setting for the address of the mock of the upstream.
const UPSTREAM: &str = "{upstream}";
/// The secrets that every server may have; those of its own are marked in its schemas.
const SECRETS: [&str; 3] = ["AUTH_TOKEN", "METRICS_TOKEN", "STATE_KEY"];

/// A server with its settings, before it is started.
///
/// The settings are those in `tests/data/settings.json`, by variable, and no others: the process's
/// own environment is not read. Secrets are handed over in files, so that this works too. The port
/// is any free one.
#[derive(Debug, Clone)]
pub struct Setup<S> {
    server: fn() -> Server<S>,
    settings: BTreeMap<String, String>,
    key: Option<String>,
    faulty: bool,
}

impl<S: Send + Sync + 'static> Setup<S> {
    /// A server with the settings in `tests/data/settings.json`.
    #[must_use]
    pub fn new(server: fn() -> Server<S>) -> Self {
        let file = files::read_json(Path::new("settings.json"));
        let settings = file.as_object().into_iter().flatten().map(|(variable, value)| {
            let Some(text) = value.as_str() else {
                panic!("`{variable}` in `tests/data/settings.json` is no text: {value}")
            };
            (variable.clone(), text.to_owned())
        });
        // How often a caller may come is no matter of the tests, which come in crowds.
        let unlimited = ("MAX_REQUESTS_PER_SECOND".to_owned(), "0".to_owned());
        Self {
            server,
            settings: std::iter::once(unlimited).chain(settings).collect(),
            key: None,
            faulty: false,
        }
    }

    /// Sets a variable such as `MAX_BODY_BYTES`, or a setting of this server such as `units`.
    pub fn set(&mut self, name: &str, value: &str) {
        let variable = variables(&self.schemas()).remove(name).unwrap_or_else(|| name.to_owned());
        self.settings.insert(variable, value.to_owned());
    }

    /// Sends this key, such as an access token, with all requests; otherwise it is that of the
    /// setting `AUTH_TOKEN`, if there is one.
    pub fn use_key(&mut self, key: &str) {
        self.key = Some(key.to_owned());
    }

    /// Forgets all settings.
    pub fn clear(&mut self) {
        self.settings.clear();
    }

    /// Adds the tool that [`TestServer::call_faulty`] calls: it fails when it is told to.
    pub fn add_faulty_tool(&mut self) {
        self.faulty = true;
    }

    /// The variables without which this server does not start.
    #[must_use]
    pub fn required(&self) -> Vec<String> {
        let schemas = self.schemas();
        let mut variables = variables(&schemas);
        let required = schemas["settings"]["required"].as_array().into_iter().flatten();
        required.filter_map(|name| variables.remove(name.as_str()?)).collect()
    }

    /// Starts the server, and the mock of its upstream if a setting has `{upstream}` in it.
    pub async fn start(&self) -> TestServer {
        let (parts, started) = self.try_start().await;
        match started {
            Ok(running) => TestServer::new(running, parts),
            Err(error) => panic!("the server does not start: {error}"),
        }
    }

    /// Starts the server, which must refuse, and returns why.
    pub async fn refusal(&self) -> StartError {
        match self.try_start().await {
            (_, Ok(running)) => panic!("the server starts, on {}", running.address()),
            (_, Err(error)) => error,
        }
    }

    async fn try_start(&self) -> (Parts, Result<mcp_base::Running, StartError>) {
        let schemas = self.schemas();
        let mut server = (self.server)();
        if self.faulty {
            faulty::add(&mut server);
        }
        let mut settings = self.settings.clone();
        let mut upstream = None;
        if settings.values().any(|value| value.contains(UPSTREAM)) {
            let started = Upstream::start().await;
            for value in settings.values_mut() {
                *value = value.replace(UPSTREAM, &started.url());
            }
            upstream = Some(started);
        }
        let files = Files::new();
        let environment = environment(&settings, &schemas, &files);
        let started = server.bind(&environment).await.map(mcp_base::App::spawn);
        let key = settings.get("AUTH_TOKEN").and_then(|keys| keys.split([',', '\n']).next());
        let parts = Parts {
            key: self.key.clone().or_else(|| key.map(str::to_owned)),
            schemas,
            settings,
            upstream,
            files,
        };
        (parts, started)
    }

    fn schemas(&self) -> Value {
        let schemas = (self.server)().about().schemas;
        match serde_json::from_str(schemas) {
            Ok(value) => value,
            Err(error) => panic!("`schemas.json` is no JSON: {error}"),
        }
    }
}

/// The variable of each setting of a server.
pub(crate) fn variables(schemas: &Value) -> BTreeMap<String, String> {
    let settings = schemas["settings"]["properties"].as_object().into_iter().flatten();
    settings
        .filter_map(|(name, of)| Some((name.clone(), of["x-env"].as_str()?.to_owned())))
        .collect()
}

/// The variables that hold secrets.
pub(crate) fn secrets(schemas: &Value) -> Vec<String> {
    let own = schemas["settings"]["properties"].as_object().into_iter().flatten();
    let own = own.filter(|(_, of)| of["x-secret"] == true);
    let own = own.filter_map(|(_, of)| of["x-env"].as_str());
    own.chain(SECRETS).map(str::to_owned).collect()
}

fn environment(settings: &BTreeMap<String, String>, schemas: &Value, files: &Files) -> Environment {
    let secrets = secrets(schemas);
    let mut variables = vec![("PORT".to_owned(), "0".to_owned())];
    for (variable, value) in settings {
        if secrets.contains(variable) {
            let path = files.write(variable, value);
            variables.push((format!("{variable}_FILE"), path.display().to_string()));
        } else {
            variables.push((variable.clone(), value.clone()));
        }
    }
    Environment::of(variables)
}
