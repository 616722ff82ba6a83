// The official TypeScript SDK as a client, its first or its second line: `LINE MODE PLAN TARGET…`, where the target is an
// address or a command. The plan is that of `plan.py` in JSON.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

const [line, mode, plan, ...target] = process.argv.slice(2);
const { name, version, environment, offers, calls, wrong_calls, reads, prompts } = JSON.parse(readFileSync(plan, "utf8"));

const { Client, StreamableHTTPClientTransport, StdioClientTransport } = await load(line);
const client = new Client({ name: "typescript", version: "0" }, line === "2" ? { versionNegotiation: { mode } } : {});
client.onerror = (error) => {
  throw error;
};
await client.connect(transport());
await checkLists();
await checkTools();
await checkReads();
await checkPrompts();
await client.close();

async function load(line) {
  const paths =
    line === "2"
      ? ["client", "client/stdio"]
      : ["sdk/client/index.js", "sdk/client/streamableHttp.js", "sdk/client/stdio.js"];
  const modules = await Promise.all(paths.map((path) => import(`@modelcontextprotocol/${path}`)));
  return Object.assign({}, ...modules);
}

function transport() {
  const [command, ...args] = target;
  if (command.startsWith("http:")) return new StreamableHTTPClientTransport(new URL(command));
  return new StdioClientTransport({ command, args, env: environment });
}

async function checkLists() {
  const server = client.getServerVersion();
  assert.deepEqual([server.name, server.version], [name, version]);
  if (line === "2") assert.equal(client.getProtocolEra(), mode === "auto" ? "modern" : "legacy");
  assert.deepEqual((await client.listTools()).tools.map((tool) => tool.name), offers.tools);
  if (reads.length > 0) {
    assert.deepEqual((await client.listResources()).resources.map((resource) => resource.uri), offers.resources);
    const templates = (await client.listResourceTemplates()).resourceTemplates;
    assert.deepEqual(templates.map((template) => template.uriTemplate), offers.templates);
  }
  if (prompts.length > 0) {
    assert.deepEqual((await client.listPrompts()).prompts.map((prompt) => prompt.name), offers.prompts);
  }
}

async function checkTools() {
  for (const call of calls) {
    const { content, structuredContent, isError } = await client.callTool({ name: call.tool, arguments: call.arguments });
    assert.ok(!isError, `${call.tool}: ${content[0].text}`);
    if (call.text) {
      assert.deepEqual([content[0].text, structuredContent], [call.text, undefined]);
    } else {
      assert.deepEqual(JSON.parse(content[0].text), structuredContent);
      if (call.result) assert.deepEqual(structuredContent, call.result);
      else assert.partialDeepStrictEqual(structuredContent, call.holds);
    }
  }
  for (const call of wrong_calls) {
    const { content, isError } = await client.callTool({ name: call.tool, arguments: call.arguments });
    assert.ok(isError && content[0].text.includes(`\`${call.field}\``), `${call.tool}: ${content[0].text}`);
  }
  await assert.rejects(client.callTool({ name: "no_such_tool", arguments: {} }), /no_such_tool/);
}

async function checkReads() {
  for (const { uri, mime_type, text, json } of reads) {
    const { contents } = await client.readResource({ uri });
    assert.deepEqual([contents.length, contents[0].uri, contents[0].mimeType], [1, uri, mime_type]);
    if (json) assert.deepEqual(JSON.parse(contents[0].text), json);
    else assert.equal(contents[0].text, text);
  }
}

async function checkPrompts() {
  for (const { name, arguments: given, required, text } of prompts) {
    const { messages } = await client.getPrompt({ name, arguments: given });
    assert.deepEqual(messages, [{ role: "user", content: { type: "text", text } }]);
    await assert.rejects(client.getPrompt({ name, arguments: {} }), new RegExp(`\`${required}\``));
  }
}
