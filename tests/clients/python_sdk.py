"""The official Python SDK as a client: asks what comes line by line, as `process.py` says."""

import asyncio
import json
import logging
import re
import sys
from contextlib import AsyncExitStack, asynccontextmanager

import httpx2
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.auth.extensions.client_credentials import ClientCredentialsOAuthProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.client.subscriptions import ResourceUpdated
from mcp_types import (
    CreateMessageResult,
    ElicitResult,
    ListRootsResult,
    PromptReference,
    ResourceTemplateReference,
    Root,
    TextContent,
)

# What the SDK calls the changes that it hears of.
CHANGES = {
    "ToolsListChanged": "tools/list_changed",
    "PromptsListChanged": "prompts/list_changed",
    "ResourceUpdated": "resources/updated",
}


class Complaints(logging.Handler):
    """What the SDK warns of."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.lines = []

    def emit(self, record):
        self.lines.append(record.getMessage())


class Memory:
    """Keeps what a client was issued."""

    def __init__(self):
        self.tokens = self.info = None

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.info

    async def set_client_info(self, info):
        self.info = info


def authorization(url, given):
    """Gets tokens where the server says, for a client that has a secret there."""
    return given and ClientCredentialsOAuthProvider(
        url, Memory(), client_id=given["client"], client_secret=given["secret"], issuer=given["issuer"]
    )


def transport(target, config):
    if target[0].startswith("http:"):
        key = config["key"]
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        http = httpx2.AsyncClient(headers=headers, auth=authorization(target[0], config.get("oauth")), timeout=30)
        return streamable_http_client(target[0], http_client=http)
    return StdioServerParameters(command=target[0], args=target[1:], env=config["environment"])


def handlers(answers):
    """What answers the questions of a server; without an answer the client has not the ability."""

    async def elicit(_context, params):
        return ElicitResult(**answer_to_form(answers["elicit"], params.requested_schema))

    async def sample(_context, _params):
        text = TextContent(type="text", text=answers["sample"])
        return CreateMessageResult(role="assistant", content=text, model="none", stop_reason="endTurn")

    async def roots(_context):
        return ListRootsResult(roots=[Root(uri=uri) for uri in answers["roots"]])

    all_of_them = {"elicit": ("elicitation", elicit), "sample": ("sampling", sample), "roots": ("list_roots", roots)}
    return {f"{all_of_them[name][0]}_callback": all_of_them[name][1] for name in answers}


def answer_to_form(pool, schema):
    """What a person fills in, who has a word for every field; or nothing, where they have none at all."""
    if pool is None:
        return {"action": "decline"}
    return {"action": "accept", "content": {field: pool[field] for field in schema["properties"]}}


async def main(era, config, *target):
    config = json.loads(config)
    complaints, heard = Complaints(), []
    logging.getLogger().addHandler(complaints)

    async def watch(message):
        # Lines that are no messages come here as exceptions.
        if isinstance(message, Exception):
            complaints.lines.append(repr(message))
        else:
            hear(message)

    def hear(message):
        said = wire(message)
        # Progress comes by a way of its own.
        if said.get("method") not in (None, "notifications/progress"):
            heard.append({"method": said["method"], "params": said.get("params")})

    async def progress(done, total, message):
        heard.append({"method": "notifications/progress", "params": {"progress": done, "total": total, "message": message}})

    client = Client(
        transport(target, config), mode=era, message_handler=watch, read_timeout_seconds=30, **handlers(config["answers"])
    )
    stack = AsyncExitStack()
    try:
        await stack.enter_async_context(client)
    except BaseException as error:
        return say(error=why(error))
    try:
        say(revision=client.protocol_version, server=wire(client.server_info))
        while line := await asyncio.to_thread(sys.stdin.readline):
            request = json.loads(line)
            try:
                if request["method"] == "listen":
                    await stack.enter_async_context(listening(client, request["params"], heard))
                    result = {}
                elif request["method"] == "heard":
                    result = {}
                else:
                    result = wire(await ask(client, request["method"], request["params"], progress))
                say(result=result, heard=heard)
            except MCPError as error:
                say(error=str(error))
    finally:
        await stack.aclose()
    say(complaints=complaints.lines)


@asynccontextmanager
async def listening(client, filter, heard):
    """Hears of changes as long as it is entered."""

    async def hear(changes):
        async for change in changes:
            params = {"uri": change.uri} if isinstance(change, ResourceUpdated) else {}
            heard.append({"method": f"notifications/{CHANGES[type(change).__name__]}", "params": params})

    async with client.listen(**{re.sub("([A-Z])", r"_\1", name).lower(): on for name, on in filter.items()}) as changes:
        task = asyncio.create_task(hear(changes))
        try:
            yield
        finally:
            task.cancel()


async def ask(client, method, params, progress):
    match method:
        case "tools/list":
            return await client.list_tools()
        case "resources/list":
            return await client.list_resources()
        case "resources/templates/list":
            return await client.list_resource_templates()
        case "prompts/list":
            return await client.list_prompts()
        case "tools/call":
            return await client.call_tool(params["name"], params["arguments"], progress_callback=progress)
        case "resources/read":
            return await client.read_resource(params["uri"])
        case "resources/subscribe":
            return await client.subscribe_resource(params["uri"])
        case "resources/unsubscribe":
            return await client.unsubscribe_resource(params["uri"])
        case "prompts/get":
            return await client.get_prompt(params["name"], params["arguments"])
        case "completion/complete":
            return await client.complete(reference(params["ref"]), params["argument"])
    raise ValueError(f"this client does not ask {method}")


def reference(ref):
    kinds = {"ref/prompt": PromptReference, "ref/resource": ResourceTemplateReference}
    return kinds[ref["type"]].model_validate(ref)


def wire(value):
    """As it is in JSON."""
    return value.model_dump(mode="json", by_alias=True, exclude_none=True)


def why(error):
    """What is said of an error, or of several at once."""
    if isinstance(error, BaseExceptionGroup):
        return "; ".join(why(one) for one in error.exceptions)
    return str(error) or repr(error)


def say(**message):
    print(json.dumps(message), flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
