//! rmcp as a client: asks what comes line by line, as `process.py` says.

// Roots, sampling and logging are deprecated, and clients of older revisions have them.
#![allow(deprecated)]

use std::error::Error;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rmcp::model::{
    CallToolResponse, ClientCapabilities, ClientConfig, CreateMessageRequestParams, CreateMessageResult,
    ElicitRequestParams, ElicitResult, ErrorData, GetTaskParams, Implementation, InputResponses, ListRootsResult,
    LoggingMessageNotificationParam, ProgressNotificationParam, ProtocolVersion, ResourceUpdatedNotificationParam,
    SubscriptionFilter, UpdateTaskParams,
};
use rmcp::service::{NotificationContext, RequestContext, RunningService, ServiceError};
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use rmcp::transport::{StreamableHttpClientTransport, TokioChildProcess};
use rmcp::{ClientHandler, ClientLifecycleMode, ClientServiceExt, RoleClient};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;
type Connected = RunningService<RoleClient, Client>;

/// Answers what a server asks, and remembers what it says by itself.
#[derive(Clone)]
struct Client {
    answers: Value,
    heard: Arc<Mutex<Vec<Value>>>,
}

impl Client {
    fn hear(&self, method: &str, params: Value) {
        self.heard.lock().expect("no thread panics").push(json!({ "method": method, "params": params }));
    }

    /// The answer to a question of the server.
    fn answer(&self, method: &str, params: &Value) -> Result<Value, ErrorData> {
        let of = |key: &str| {
            self.answers.get(key).ok_or_else(|| ErrorData::internal_error(format!("no answer to `{method}`"), None))
        };
        match method {
            "sampling/createMessage" => {
                let content = json!({ "type": "text", "text": of("sample")? });
                Ok(json!({ "role": "assistant", "content": content, "model": "none", "stopReason": "endTurn" }))
            }
            "roots/list" => {
                let uris = of("roots")?.as_array().into_iter().flatten();
                Ok(json!({ "roots": uris.map(|uri| json!({ "uri": uri })).collect::<Vec<_>>() }))
            }
            _ => {
                let Value::Object(pool) = of("elicit")? else { return Ok(json!({ "action": "decline" })) };
                // Who fills in a form has a word for every field of it.
                let is_asked = |field: &str| params["requestedSchema"]["properties"].get(field).is_some();
                let known = pool.iter().filter(|(field, _)| is_asked(field));
                let content: Value = known.map(|(field, value)| (field.clone(), value.clone())).collect();
                Ok(json!({ "action": "accept", "content": content }))
            }
        }
    }
}

fn typed<T: serde::de::DeserializeOwned>(answer: Value) -> Result<T, ErrorData> {
    serde_json::from_value(answer).map_err(|error| ErrorData::internal_error(error.to_string(), None))
}

impl ClientHandler for Client {
    fn get_info(&self) -> ClientConfig {
        let mut capabilities = json!({ "extensions": { "io.modelcontextprotocol/tasks": {} } });
        for (answer, capability) in [("elicit", "elicitation"), ("sample", "sampling"), ("roots", "roots")] {
            if self.answers.get(answer).is_some() {
                capabilities[capability] = json!({});
            }
        }
        let capabilities: ClientCapabilities = serde_json::from_value(capabilities).expect("they are capabilities");
        ClientConfig::new(capabilities, Implementation::new("rmcp-client", "0"))
    }

    async fn create_message(
        &self,
        params: CreateMessageRequestParams,
        _: RequestContext<RoleClient>,
    ) -> Result<CreateMessageResult, ErrorData> {
        typed(self.answer("sampling/createMessage", &json!(params))?)
    }

    async fn list_roots(&self, _: RequestContext<RoleClient>) -> Result<ListRootsResult, ErrorData> {
        typed(self.answer("roots/list", &Value::Null)?)
    }

    async fn create_elicitation(
        &self,
        params: ElicitRequestParams,
        _: RequestContext<RoleClient>,
    ) -> Result<ElicitResult, ErrorData> {
        typed(self.answer("elicitation/create", &json!(params))?)
    }

    async fn on_progress(&self, params: ProgressNotificationParam, _: NotificationContext<RoleClient>) {
        self.hear("notifications/progress", json!(params));
    }

    async fn on_logging_message(&self, params: LoggingMessageNotificationParam, _: NotificationContext<RoleClient>) {
        self.hear("notifications/message", json!(params));
    }

    async fn on_resource_updated(&self, params: ResourceUpdatedNotificationParam, _: NotificationContext<RoleClient>) {
        self.hear("notifications/resources/updated", json!(params));
    }

    async fn on_tool_list_changed(&self, _: NotificationContext<RoleClient>) {
        self.hear("notifications/tools/list_changed", Value::Null);
    }

    async fn on_resource_list_changed(&self, _: NotificationContext<RoleClient>) {
        self.hear("notifications/resources/list_changed", Value::Null);
    }

    async fn on_prompt_list_changed(&self, _: NotificationContext<RoleClient>) {
        self.hear("notifications/prompts/list_changed", Value::Null);
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let (era, config) = (arguments.next().ok_or("no era")?, arguments.next().ok_or("no configuration")?);
    let (config, target): (Value, Vec<String>) = (serde_json::from_str(&config)?, arguments.collect());
    let client = Client { answers: config["answers"].clone(), heard: Arc::default() };
    let mut connected = match connect(client.clone(), &era, &config, &target).await {
        Ok(connected) => connected,
        Err(error) => {
            say(&json!({ "error": error.to_string() }));
            return Ok(());
        }
    };
    let peer = connected.peer_info().ok_or("the server did not say who it is")?;
    say(&json!({ "revision": peer.protocol_version, "server": peer.server_info }));
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        let request: Value = serde_json::from_str(&line)?;
        let method = request["method"].as_str().unwrap_or_default();
        let answer = match ask(&connected, method, request["params"].clone()).await {
            Ok(result) => json!({ "result": result, "heard": *client.heard.lock().expect("no thread panics") }),
            Err(error) => json!({ "error": error.to_string() }),
        };
        say(&answer);
    }
    connected.close().await?;
    say(&json!({ "complaints": [] }));
    Ok(())
}

fn say(message: &Value) {
    println!("{message}");
}

async fn connect(client: Client, era: &str, config: &Value, target: &[String]) -> Outcome<Connected> {
    let lifecycle = match era {
        "legacy" => ClientLifecycleMode::Initialize,
        _ => ClientLifecycleMode::Discover { preferred_versions: vec![ProtocolVersion::V_2026_07_28] },
    };
    let (program, arguments) = target.split_first().ok_or("no target")?;
    if program.starts_with("http:") {
        let mut http = StreamableHttpClientTransportConfig::with_uri(program.as_str());
        if let Some(key) = config["key"].as_str() {
            http = http.auth_header(key);
        }
        let transport = StreamableHttpClientTransport::from_config(http);
        return Ok(client.serve_with_lifecycle(transport, lifecycle).await?);
    }
    let mut command = Command::new(program);
    let variables = config["environment"].as_object().into_iter().flatten();
    let variables = variables.filter_map(|(name, value)| Some((name, value.as_str()?)));
    command.args(arguments).env_clear().envs(variables).env("PATH", std::env::var_os("PATH").unwrap_or_default());
    Ok(client.serve_with_lifecycle(TokioChildProcess::new(command)?, lifecycle).await?)
}

async fn ask(connected: &Connected, method: &str, params: Value) -> Outcome<Value> {
    Ok(match method {
        "tools/list" => json!(connected.list_tools(None).await?),
        "resources/list" => json!(connected.list_resources(None).await?),
        "resources/templates/list" => json!(connected.list_resource_templates(None).await?),
        "prompts/list" => json!(connected.list_prompts(None).await?),
        "tools/call" => call(connected, params).await?,
        "resources/read" => json!(connected.read_resource(serde_json::from_value(params)?).await?),
        "resources/subscribe" => {
            connected.subscribe(serde_json::from_value(params)?).await?;
            json!({})
        }
        "resources/unsubscribe" => {
            connected.unsubscribe(serde_json::from_value(params)?).await?;
            json!({})
        }
        "prompts/get" => json!(connected.get_prompt(serde_json::from_value(params)?).await?),
        "completion/complete" => json!(connected.complete(serde_json::from_value(params)?).await?),
        "listen" => listen(connected, params).await?,
        "heard" => json!({}),
        other => return Err(format!("this client does not ask `{other}`").into()),
    })
}

/// Hears of changes until the connection ends.
async fn listen(connected: &Connected, filter: Value) -> Outcome<Value> {
    let mut subscription = connected.listen(serde_json::from_value::<SubscriptionFilter>(filter)?).await?;
    let heard = Arc::clone(&connected.service().heard);
    tokio::spawn(async move {
        while let Ok(Some(notification)) = subscription.next().await {
            heard.lock().expect("no thread panics").push(json!(notification));
        }
    });
    Ok(json!({}))
}

/// Calls a tool, and where that becomes a task, waits for it.
async fn call(connected: &Connected, mut params: Value) -> Outcome<Value> {
    let mut is_driven = false;
    let task = loop {
        match connected.call_tool_once(serde_json::from_value(params.clone())?).await? {
            CallToolResponse::Complete(result) => return Ok(json!(result)),
            CallToolResponse::Task(task) => break json!(task),
            // The SDK answers what is asked, but knows no task that begins after that.
            CallToolResponse::InputRequired(_) if !is_driven => {
                match connected.call_tool(serde_json::from_value(params.clone())?).await {
                    Err(ServiceError::UnexpectedResponse) => is_driven = true,
                    result => return Ok(json!(result?)),
                }
            }
            CallToolResponse::InputRequired(asked) => {
                let asked = json!(asked);
                params["inputResponses"] = json!(answers(connected, &asked)?);
                params["requestState"] = asked["requestState"].clone();
            }
            other => return Err(format!("an answer of a kind that nobody knows: {other:?}").into()),
        }
    };
    let id = task["taskId"].as_str().ok_or("a task without an id")?;
    loop {
        let state = json!(connected.get_task(serde_json::from_value::<GetTaskParams>(json!({ "taskId": id }))?).await?);
        match state["status"].as_str() {
            Some("completed") => return Ok(state["result"].clone()),
            Some("working") => {}
            Some("input_required") => {
                connected.update_task(UpdateTaskParams::new(id, answers(connected, &state)?)).await?;
            }
            _ => return Err(format!("the task has ended: {state}").into()),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// What the client answers to everything that is asked.
fn answers(connected: &Connected, asked: &Value) -> Outcome<InputResponses> {
    let requests = asked["inputRequests"].as_object().into_iter().flatten();
    let answer = |(key, request): (&String, &Value)| {
        let method = request["method"].as_str().unwrap_or_default();
        Ok((key.clone(), connected.service().answer(method, &request["params"])?))
    };
    requests.map(answer).collect()
}
