// The official TypeScript SDK as a client, its first or its second line: asks what comes line by line, as `process.py`
// says. `LINE` comes before the other arguments.

import { createInterface } from "node:readline";

const [line, era, given, ...target] = process.argv.slice(2);
const { key, environment, answers, oauth } = JSON.parse(given);
const sdk = await load(line);
const { Client, StreamableHTTPClientTransport, StdioClientTransport } = sdk;
const say = (message) => console.log(JSON.stringify(message));
const complaints = [];
const heard = [];

const client = new Client({ name: "typescript", version: "0" }, options());
client.onerror = (error) => {
  // It forgets who wants to hear of progress when it has read the answer, also where the last of it stands before that.
  const late = String(error).match(/progress notification for an unknown token: (\{.*\})/s);
  if (late) heard.push(JSON.parse(late[1]));
  else complaints.push(String(error));
};
client.fallbackNotificationHandler = async ({ method, params }) => {
  heard.push({ method, params });
};
answerQuestions();
try {
  await client.connect(transport());
} catch (error) {
  say({ error: String(error) });
  process.exit(0);
}
say({ revision: revision(), server: client.getServerVersion() });
for await (const text of createInterface({ input: process.stdin })) {
  const { method, params } = JSON.parse(text);
  try {
    say({ result: (await ask(method, params)) ?? {}, heard });
  } catch (error) {
    // It tells of what a transport could not do twice.
    const told = complaints.indexOf(String(error));
    if (told >= 0) complaints.splice(told, 1);
    say({ error: String(error) });
  }
}
await client.close();
say({ complaints });

async function load(line) {
  const paths =
    line === "2"
      ? ["client", "client/stdio"]
      : [...["index", "streamableHttp", "stdio", "auth-extensions"].map((part) => `sdk/client/${part}.js`), "sdk/types.js"];
  const modules = await Promise.all(paths.map((path) => import(`@modelcontextprotocol/${path}`)));
  return Object.assign({}, ...modules);
}

function options() {
  const capabilities = {};
  if ("elicit" in answers) capabilities.elicitation = {};
  if ("sample" in answers) capabilities.sampling = {};
  if ("roots" in answers) capabilities.roots = {};
  return line === "2" ? { capabilities, versionNegotiation: { mode: era } } : { capabilities };
}

// The second line names a request by its method, the first by the schema of it.
function answerQuestions() {
  const fill = ({ requestedSchema }) => {
    const fields = Object.keys(requestedSchema.properties).map((field) => [field, answers.elicit[field]]);
    return { action: "accept", content: Object.fromEntries(fields) };
  };
  const found = {
    "elicitation/create": [
      "elicit",
      "ElicitRequestSchema",
      ({ params }) => (answers.elicit === null ? { action: "decline" } : fill(params)),
    ],
    "sampling/createMessage": [
      "sample",
      "CreateMessageRequestSchema",
      () => ({ role: "assistant", content: { type: "text", text: answers.sample }, model: "none", stopReason: "endTurn" }),
    ],
    "roots/list": ["roots", "ListRootsRequestSchema", () => ({ roots: answers.roots.map((uri) => ({ uri })) })],
  };
  for (const [method, [answer, schema, handler]] of Object.entries(found)) {
    if (answer in answers) client.setRequestHandler(line === "2" ? method : sdk[schema], async (request) => handler(request));
  }
}

function transport() {
  const [command, ...args] = target;
  if (!command.startsWith("http:")) return new StdioClientTransport({ command, args, env: environment });
  const headers = key ? { Authorization: `Bearer ${key}` } : {};
  return new StreamableHTTPClientTransport(new URL(command), { requestInit: { headers }, authProvider: authorization() });
}

// Gets tokens where the server says, for a client that has a secret there.
function authorization() {
  if (!oauth) return undefined;
  const { client: clientId, secret: clientSecret, issuer: expectedIssuer, scope } = oauth;
  return new sdk.ClientCredentialsProvider({ clientId, clientSecret, expectedIssuer, scope });
}

function revision() {
  return line === "2" && client.getProtocolEra() === "modern" ? "2026-07-28" : "2025-11-25";
}

function ask(method, params) {
  const onprogress = (params) => heard.push({ method: "notifications/progress", params });
  switch (method) {
    case "tools/list":
      return client.listTools();
    case "resources/list":
      return client.listResources();
    case "resources/templates/list":
      return client.listResourceTemplates();
    case "prompts/list":
      return client.listPrompts();
    case "tools/call":
      return line === "2" ? client.callTool(params, { onprogress }) : client.callTool(params, undefined, { onprogress });
    case "resources/read":
      return client.readResource(params);
    case "resources/subscribe":
      return client.subscribeResource(params);
    case "resources/unsubscribe":
      return client.unsubscribeResource(params);
    case "prompts/get":
      return client.getPrompt(params);
    case "completion/complete":
      return client.complete(params);
    case "listen":
      return client.listen(params).then(() => ({}));
    case "heard":
      return {};
    default:
      throw new Error(`this client does not ask ${method}`);
  }
}
