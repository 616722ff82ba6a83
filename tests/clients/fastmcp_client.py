"""FastMCP's client: asks what comes line by line, as `process.py` says."""

import asyncio
import json
import logging
import sys

from fastmcp import Client
from fastmcp.client.elicitation import ElicitResult
from fastmcp.client.transports import StdioTransport, StreamableHttpTransport
from mcp import MCPError

from python_sdk import Complaints, answer_to_form, reference, say, why, wire


def transport(target, config):
    if target[0].startswith("http:"):
        return StreamableHttpTransport(target[0], auth=config["key"])
    return StdioTransport(target[0], list(target[1:]), env=config["environment"], keep_alive=False)


def handlers(answers):
    """What answers the questions of a server; without an answer the client has not the ability."""

    async def elicit(_message, _type, params, _context):
        return ElicitResult(**answer_to_form(answers["elicit"], params.requested_schema))

    async def sample(_messages, _params, _context):
        return answers["sample"]

    found = {"elicit": ("elicitation_handler", elicit), "sample": ("sampling_handler", sample)}
    given = {found[name][0]: found[name][1] for name in answers if name in found}
    return {**given, **({"roots": answers["roots"]} if "roots" in answers else {})}


async def main(era, config, *target):
    config = json.loads(config)
    complaints, heard = Complaints(), []
    logging.getLogger().addHandler(complaints)

    async def watch(message):
        if isinstance(message, Exception):
            complaints.lines.append(repr(message))
            return
        said = wire(message)
        # Progress comes by a way of its own.
        if said.get("method") not in (None, "notifications/progress"):
            heard.append({"method": said["method"], "params": said.get("params")})

    async def progress(done, total, message):
        heard.append({"method": "notifications/progress", "params": {"progress": done, "total": total, "message": message}})

    client = Client(
        transport(target, config),
        mode=era,
        timeout=30,
        message_handler=watch,
        progress_handler=progress,
        **handlers(config["answers"]),
    )
    try:
        await client.__aenter__()
    except BaseException as error:
        return say(error=why(error))
    try:
        say(revision=client.session.protocol_version, server=wire(client.session.server_info))
        while line := await asyncio.to_thread(sys.stdin.readline):
            request = json.loads(line)
            try:
                is_asked = request["method"] != "heard"
                result = wire(await ask(client, request["method"], request["params"])) if is_asked else {}
                say(result=result, heard=heard)
            except MCPError as error:
                say(error=str(error))
    finally:
        await client.__aexit__(None, None, None)
    say(complaints=complaints.lines)


async def ask(client, method, params):
    match method:
        case "tools/list":
            return await client.list_tools_mcp()
        case "resources/list":
            return await client.list_resources_mcp()
        case "resources/templates/list":
            return await client.list_resource_templates_mcp()
        case "prompts/list":
            return await client.list_prompts_mcp()
        case "tools/call":
            return await client.call_tool_mcp(params["name"], params["arguments"])
        case "resources/read":
            return await client.read_resource_mcp(params["uri"])
        case "prompts/get":
            return await client.get_prompt_mcp(params["name"], params["arguments"])
        case "completion/complete":
            return await client.complete_mcp(reference(params["ref"]), params["argument"])
    raise ValueError(f"this client does not ask {method}")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
