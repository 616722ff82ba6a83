// Owned by mcpgen: edits are overwritten.
//! From a declared server to a running one: settings → address → run until told to stop.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::document::Document;
use crate::extension::TokenSource;
use crate::features::Sessions;
use crate::http::{self, Guard, Web};
use crate::server::{Auth, Server};
use crate::settings::{BaseSettings, Environment, Settings, SettingsError};
use crate::site::Site;
use crate::start_error::{StartError, exit};
use crate::{mcp, schema};

/// A server that has its address, but answers only once it runs.
pub struct App {
    listener: TcpListener,
    router: Router,
    address: SocketAddr,
    /// How many requests may run at once.
    at_once: usize,
    drain: Duration,
    draining: CancellationToken,
    keeps_sessions: bool,
}

/// A server that runs in the background: what a test works with.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    keeps_sessions: bool,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

/// Which door the callers come through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transport {
    Http,
    Stdio,
}

/// A server with its settings, before anything of it runs.
pub(crate) struct Ready<S> {
    server: Server<S>,
    document: Document,
    settings: Settings,
}

impl<S: Send + Sync + 'static> Server<S> {
    /// Reads the settings and takes the address.
    ///
    /// # Errors
    ///
    /// When a setting is missing or wrong, the address is taken, or the service cannot be made.
    pub async fn bind(self, environment: &Environment) -> Result<App, StartError> {
        self.ready(environment, Transport::Http)?.bind().await
    }

    /// Reads the settings, all problems at once.
    pub(crate) fn ready(
        self,
        environment: &Environment,
        transport: Transport,
    ) -> Result<Ready<S>, StartError> {
        let document = Document::parse(self.about.schemas)?;
        let settings = self.settings(&document, environment, transport)?;
        if transport == Transport::Http {
            self.check_exposure(&settings.base)?;
        }
        Ok(Ready {
            server: self,
            document,
            settings,
        })
    }

    fn settings(
        &self,
        document: &Document,
        environment: &Environment,
        transport: Transport,
    ) -> Result<Settings, StartError> {
        let own = document.settings_schema();
        let (required, tokens) = match transport {
            Transport::Http => (self.required(!document.forms.is_empty()), self.token_settings()?),
            Transport::Stdio => (Vec::new(), None),
        };
        let read = Settings::read(own, tokens, &self.defaults(), &required, environment);
        read.map_err(|error| match error {
            SettingsError::Values(problems) => StartError::settings(&problems),
            SettingsError::Schema(cause) => StartError::new(format!("`schemas.json`: {cause}")),
        })
    }

    /// The schema of the settings of what checks tokens, with the defaults of this server.
    pub(crate) fn token_settings(&self) -> Result<Option<Value>, StartError> {
        if self.auth != Auth::OAuth {
            return Ok(None);
        }
        let mut schema: Value = serde_json::from_str(self.token_source()?.settings)?;
        let defaults =
            [("oauth_issuer", self.oauth.issuer), ("oauth_audience", self.oauth.audience)];
        for (name, default) in defaults {
            if let Some(default) = default {
                schema["properties"][name]["default"] = json!(default);
            }
        }
        Ok(Some(schema))
    }

    /// Nobody is let in where nothing checks tokens.
    fn token_source(&self) -> Result<TokenSource, StartError> {
        self.extensions.iter().find_map(|extension| extension.tokens).ok_or_else(|| {
            StartError::new(
                "`Auth::OAuth` takes tokens, and nothing in this server checks them; \
                 help: add `mcp_oauth::extension()` to `server.rs`",
            )
        })
    }

    /// The defaults of the settings that every server has, as this one declares them.
    pub(crate) fn defaults(&self) -> [(&'static str, serde_json::Value); 6] {
        let sessions = match self.sessions {
            Sessions::Local => "local",
            Sessions::Off => "off",
        };
        let limits = self.limits;
        [
            ("port", json!(self.about.port)),
            ("sessions", json!(sessions)),
            ("max_body_bytes", json!(limits.body_bytes)),
            ("request_timeout_seconds", json!(limits.request_timeout_seconds)),
            ("max_concurrency", json!(limits.concurrency)),
            ("max_requests_per_second", json!(limits.requests_per_second)),
        ]
    }

    /// A server that asks nobody for a key must not be open to the network by accident.
    fn check_exposure(&self, settings: &BaseSettings) -> Result<(), StartError> {
        if self.auth != Auth::None || settings.allow_anonymous || settings.bind.is_loopback() {
            return Ok(());
        }
        let bind = settings.bind;
        Err(StartError::settings(&[schema::Problem {
            field: "BIND".to_owned(),
            message: format!(
                "is {bind}, where other machines could call this server without a key; help: set it \
                 to 127.0.0.1, or say `ALLOW_ANONYMOUS=true` where something in front of it asks for one"
            ),
        }]))
    }
}

impl<S: Send + Sync + 'static> Ready<S> {
    pub(crate) fn base(&self) -> &BaseSettings {
        &self.settings.base
    }

    /// Takes the address, and puts the server together behind it.
    pub(crate) async fn bind(self) -> Result<App, StartError> {
        let settings = self.settings.base.clone();
        let wanted = SocketAddr::new(settings.bind, settings.port);
        let listener = TcpListener::bind(wanted).await.map_err(|cause| {
            StartError::new(format!(
                "cannot listen on {wanted}: {cause}; help: set `PORT` or `BIND`"
            ))
            .with_code(exit::UNAVAILABLE)
        })?;
        let address = listener.local_addr()?;
        let (auth, extensions) = (self.server.auth, self.server.extensions.clone());
        let scopes = self.server.oauth.scopes.clone();
        let tokens = match auth {
            Auth::OAuth => Some((self.server.token_source()?.open)(&self.settings.tokens)?),
            _ => None,
        };
        if auth != Auth::Bearer && settings.auth_token.is_some() {
            tracing::warn!("`AUTH_TOKEN` is set, but this server asks nobody for a key");
        }
        let site = Site::build(self.server, self.document, self.settings, address.port())?;
        let draining = CancellationToken::new();
        let site = Arc::new(site);
        let guard = tokens.map(|tokens| Guard::new(tokens, scopes, &site));
        let keeps_sessions = site.keeps_sessions;
        let web = Web::new(site, auth, guard, &extensions, &settings, draining.clone());
        Ok(App {
            listener,
            router: http::router(web, &extensions),
            address,
            at_once: settings.max_concurrency,
            drain: Duration::from_secs(settings.drain_seconds),
            draining,
            keeps_sessions,
        })
    }

    /// Serves one client on the streams of the process.
    pub(crate) async fn serve_stdio(mut self, stop: CancellationToken) -> Result<(), StartError> {
        // Whoever starts the process is its caller, and needs no token.
        self.server.oauth.tool_scopes.clear();
        let port = self.settings.base.port;
        let site = Site::build(self.server, self.document, self.settings, port)?;
        mcp::serve_stdio(Arc::new(site), stop).await
    }
}

impl App {
    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until `stop` is done, and then until the calls that run are answered too.
    pub async fn run_until(self, stop: impl Future<Output = ()> + Send + 'static) {
        let Self {
            listener,
            router,
            at_once,
            draining,
            drain,
            ..
        } = self;
        let stopping = draining.clone();
        let asked = async move {
            stop.await;
            tracing::info!("stopping: running calls may end");
            stopping.cancel();
            std::future::pending::<()>().await;
        };
        tokio::select! {
            () = http::serve(listener, router, at_once, draining, drain) => {}
            () = asked => {}
        }
    }

    /// Runs it in the background.
    #[must_use]
    pub fn spawn(self) -> Running {
        let stop = CancellationToken::new();
        let stopped = stop.clone().cancelled_owned();
        Running {
            address: self.address,
            keeps_sessions: self.keeps_sessions,
            stop,
            task: tokio::spawn(self.run_until(stopped)),
        }
    }
}

impl Running {
    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whether clients of the revisions before 2026-07-28 have sessions: only those can be asked
    /// something.
    #[must_use]
    pub fn keeps_sessions(&self) -> bool {
        self.keeps_sessions
    }

    /// Stops it as a signal would, and waits until it has.
    pub async fn stop(self) {
        self.stop.cancel();
        // The task does not panic: what could is caught around each request.
        let _ = self.task.await;
    }
}
