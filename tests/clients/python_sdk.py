"""The official Python SDK as a client: asks what comes line by line, as `process.py` says."""

import asyncio
import json
import logging
import sys

import httpx2
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CreateMessageResult, ElicitResult, ListRootsResult, Root, TextContent


class Complaints(logging.Handler):
    """What the SDK warns of."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.lines = []

    def emit(self, record):
        self.lines.append(record.getMessage())


def transport(target, config):
    if target[0].startswith("http:"):
        key = config["key"]
        http = httpx2.AsyncClient(headers={"Authorization": f"Bearer {key}"} if key else {}, timeout=30)
        return streamable_http_client(target[0], http_client=http)
    return StdioServerParameters(command=target[0], args=target[1:], env=config["environment"])


def handlers(answers):
    """What answers the questions of a server; without an answer the client has not the ability."""

    async def elicit(_context, _params):
        content = answers["elicit"]
        return ElicitResult(action="decline") if content is None else ElicitResult(action="accept", content=content)

    async def sample(_context, _params):
        text = TextContent(type="text", text=answers["sample"])
        return CreateMessageResult(role="assistant", content=text, model="none", stop_reason="endTurn")

    async def roots(_context):
        return ListRootsResult(roots=[Root(uri=uri) for uri in answers["roots"]])

    all_of_them = {"elicit": ("elicitation", elicit), "sample": ("sampling", sample), "roots": ("list_roots", roots)}
    return {f"{all_of_them[name][0]}_callback": all_of_them[name][1] for name in answers}


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
        if "method" in said:
            heard.append({"method": said["method"], "params": said.get("params")})

    async def progress(done, total, message):
        heard.append({"method": "notifications/progress", "params": {"progress": done, "total": total, "message": message}})

    client = Client(
        transport(target, config), mode=era, message_handler=watch, read_timeout_seconds=30, **handlers(config["answers"])
    )
    try:
        await client.__aenter__()
    except BaseException as error:
        return say(error=why(error))
    try:
        say(revision=client.protocol_version, server=wire(client.server_info))
        while line := await asyncio.to_thread(sys.stdin.readline):
            request = json.loads(line)
            try:
                result = await ask(client, request["method"], request["params"], progress)
                say(result=wire(result), heard=heard)
            except MCPError as error:
                say(error=str(error))
    finally:
        await client.__aexit__(None, None, None)
    say(complaints=complaints.lines)


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
        case "prompts/get":
            return await client.get_prompt(params["name"], params["arguments"])
    raise ValueError(f"this client does not ask {method}")


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
