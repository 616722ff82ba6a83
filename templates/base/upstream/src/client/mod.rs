// Owned by mcpgen: edits are overwritten.
//! Sends requests, again where that may help.

use std::fmt;
use std::net::IpAddr;
use std::time::{Duration, Instant, SystemTime};

use mcp_base::{Context, Error, Secret, StartError};
use reqwest::header::HeaderMap;
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Client, StatusCode, Url};
use serde::de::DeserializeOwned;

use crate::answer::{self, Failure};
use crate::auth::UpstreamAuth;
use crate::request::Request;
use crate::retry::{self, Backoff};

/// As many connections stay open as a busy server needs: opening one costs more than a call.
const IDLE_CONNECTIONS: usize = 256;
/// An address that does not accept a connection by then is tried again.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// More redirects than this are a circle.
const MOST_REDIRECTS: usize = 5;

/// What a client of an upstream needs to know.
#[derive(Debug, Clone, Copy)]
pub struct UpstreamSettings<'a> {
    /// Who is calling, such as `weather_v2/1.0.0`.
    pub user_agent: &'static str,
    /// Where the upstream is, such as `https://api.example/v2`.
    pub endpoint: &'a str,
    /// How the server proves who it is.
    pub auth: UpstreamAuth<'a>,
    /// How long one attempt may take.
    pub timeout_seconds: i64,
    /// How many attempts may follow the first one.
    pub max_retries: i64,
}

/// The client of the service behind a server; its connections are shared by all calls.
pub struct Upstream {
    client: Client,
    endpoint: Url,
    query: Option<(&'static str, Secret)>,
    max_retries: u32,
    backoff: Backoff,
}

impl Upstream {
    /// Makes the client. It opens no connection before the first call.
    ///
    /// # Errors
    ///
    /// When a setting cannot be used, or the machine has no certificates to trust.
    pub fn new(settings: UpstreamSettings) -> Result<Self, StartError> {
        let endpoint = endpoint(settings.endpoint)?;
        let timeout = u64::try_from(settings.timeout_seconds).ok().filter(|seconds| *seconds > 0);
        let timeout = timeout.ok_or_else(|| wrong("timeout_seconds", "must be at least 1"))?;
        let max_retries = u32::try_from(settings.max_retries)
            .map_err(|_| wrong("max_retries", "must be at least 0"))?;
        // Fails where another client of this process was first, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut client = Client::builder()
            .user_agent(settings.user_agent)
            .default_headers(settings.auth.headers()?)
            .timeout(Duration::from_secs(timeout))
            .connect_timeout(CONNECT_TIMEOUT.min(Duration::from_secs(timeout)))
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            .tcp_nodelay(true)
            .redirect(Policy::custom(redirect));
        if endpoint.scheme() == "http" {
            // No certificate is ever looked at, so that an image without any will do.
            client = client.tls_certs_only([]);
        }
        if is_loopback(&endpoint) {
            client = client.no_proxy();
        }
        let client = client.build().map_err(|cause| {
            StartError::new(format!(
                "the client of the upstream cannot be made: {}; help: are the certificates that \
                 this machine trusts installed (`ca-certificates`, or `SSL_CERT_FILE`)?",
                answer::chain(&cause)
            ))
        })?;
        let query = settings.auth.query();
        Ok(Self {
            client,
            endpoint,
            query,
            max_retries,
            backoff: Backoff::DEFAULT,
        })
    }

    /// Sends a request, and gives the part of its JSON answer at `pointer`: `""` for all of it.
    ///
    /// # Errors
    ///
    /// When the request is not whole, the upstream cannot be reached, or answers with an error or
    /// with something unexpected.
    pub async fn send<T: DeserializeOwned>(
        &self,
        mut request: Request,
        pointer: &str,
    ) -> Result<T, Error> {
        request.problem()?;
        let mut url = request.url(&self.endpoint)?;
        if let Some((name, key)) = &self.query {
            url.query_pairs_mut().append_pair(name, key.expose());
        }
        let body = self.body(&request, url).await?;
        answer::result(&body, pointer)
    }

    /// The body of the first answer that is one of success.
    async fn body(&self, request: &Request, url: Url) -> Result<Vec<u8>, Error> {
        let retries = if request.may_repeat() { self.max_retries } else { 0 };
        let mut attempt = 0;
        loop {
            let (error, wait) = match self.attempt(request, url.clone()).await {
                Ok(Answer { status, body, .. }) if status.is_success() => return Ok(body),
                Ok(Answer {
                    status, headers, ..
                }) if retry::is_passing(status) => {
                    let asked = retry::asked(&headers, SystemTime::now());
                    (answer::refusal(status), self.backoff.wait(attempt, asked))
                }
                Ok(Answer { status, .. }) => return Err(answer::refusal(status)),
                Err(failure @ Failure::Unreachable(_)) => {
                    (failure.error(), self.backoff.wait(attempt, None))
                }
                Err(failure) => return Err(failure.error()),
            };
            let Some(wait) = wait.filter(|_| attempt < retries) else { return Err(error) };
            attempt += 1;
            tracing::debug!(path = request.template, attempt, ?wait, ?error, "trying again");
            if let Some(context) = Context::current() {
                context.metrics().upstream().retries.increment();
            }
            tokio::time::sleep(wait).await;
        }
    }

    /// One attempt, counted.
    async fn attempt(&self, request: &Request, url: Url) -> Result<Answer, Failure> {
        let context = Context::current();
        let started = Instant::now();
        let trace = context.as_ref().and_then(Context::traceparent);
        let answer = self.exchange(request, url, trace).await;
        if let Some(context) = &context {
            let outcome = match &answer {
                Ok(answer) => answer::outcome(answer.status),
                Err(failure) => failure.outcome(),
            };
            context.metrics().upstream().record(outcome, started.elapsed());
        }
        answer
    }

    async fn exchange(
        &self,
        request: &Request,
        url: Url,
        trace: Option<&str>,
    ) -> Result<Answer, Failure> {
        let mut call = self.client.request(request.method.clone(), url);
        if let Some(trace) = trace {
            call = call.header("traceparent", trace);
        }
        if let Some(body) = &request.body {
            call = call.json(body);
        }
        // Last, so that a request may replace what comes with every call.
        let call = call.headers(request.headers.clone());
        let mut response = call.send().await.map_err(Failure::of)?;
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        // What is said in an error is for nobody, but reading it keeps the connection.
        let body = answer::body(response).await?;
        Ok(Answer {
            status,
            headers,
            body,
        })
    }
}

/// An answer of the upstream, good or bad.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

/// The address without the key.
impl fmt::Debug for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut upstream = f.debug_struct("Upstream");
        upstream.field("endpoint", &self.endpoint.as_str()).finish_non_exhaustive()
    }
}

fn endpoint(text: &str) -> Result<Url, StartError> {
    let help = "must be an address such as `https://api.example/v2`";
    let url: Url = text.parse().map_err(|_| wrong("endpoint", help))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong("endpoint", help));
    }
    if url.query().or(url.fragment()).is_some() {
        return Err(wrong("endpoint", "must have neither a query nor a fragment"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        let message = "must not hold a password; help: an upstream with `auth = \"basic\"` takes it \
                       from `api_key`";
        return Err(wrong("endpoint", message));
    }
    Ok(url)
}

fn wrong(setting: &str, message: &str) -> StartError {
    StartError::setting(format!("the setting `{setting}` of the upstream {message}"))
}

/// Whether the upstream is on this machine, where no proxy can be in between.
fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// Another origin would get the key, and is no address that anyone gave us.
fn redirect(attempt: Attempt) -> reqwest::redirect::Action {
    let first = attempt.previous().first().map(Url::origin);
    if first == Some(attempt.url().origin()) && attempt.previous().len() <= MOST_REDIRECTS {
        attempt.follow()
    } else {
        attempt.stop()
    }
}

#[cfg(test)]
mod tests;
