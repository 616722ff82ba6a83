"""The official Python SDK as a client."""

import asyncio
import json
import logging

from mcp import Client, MCPError, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from plan import fits, same

MODES = {"legacy": "2025-11-25", "auto": "2026-07-28"}


class Complaints(logging.Handler):
    """What the SDK warns of."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.lines = []

    def emit(self, record):
        self.lines.append(record.getMessage())


def check(plan, variables, mode, target):
    """Everything in `plan` over `target`, which is an address or a command."""
    complaints = Complaints()
    logging.getLogger().addHandler(complaints)
    try:
        asyncio.run(session(plan, variables, mode, target))
    finally:
        logging.getLogger().removeHandler(complaints)
    same("what the SDK warned of", complaints.lines, [])


async def session(plan, variables, mode, target):
    if isinstance(target, str):
        target = streamable_http_client(target)
    else:
        target = StdioServerParameters(command=target[0], args=target[1:], env=variables)
    strange = []

    async def watch(message):
        # Lines that are no messages come here as exceptions.
        if isinstance(message, Exception):
            strange.append(message)

    async with Client(target, mode=mode, message_handler=watch, read_timeout_seconds=30) as client:
        same("revision", client.protocol_version, MODES[mode])
        same("server", (client.server_info.name, client.server_info.version), (plan["name"], plan["version"]))
        await lists(plan["offers"], client)
        await calls(plan, client)
        await reads(plan, client)
        await prompts(plan, client)
    same("what was no message", strange, [])


async def lists(offers, client):
    same("tools", [tool.name for tool in (await client.list_tools()).tools], offers["tools"])
    resources = (await client.list_resources()).resources
    same("resources", [resource.uri for resource in resources], offers["resources"])
    templates = (await client.list_resource_templates()).resource_templates
    same("templates", [template.uri_template for template in templates], offers["templates"])
    same("prompts", [prompt.name for prompt in (await client.list_prompts()).prompts], offers["prompts"])


async def calls(plan, client):
    for call in plan["calls"]:
        result = await client.call_tool(call["tool"], call["arguments"])
        text = result.content[0].text
        same(f"{call['tool']}: {text}", (result.is_error, len(result.content)), (False, 1))
        fits(call["tool"], call, result.structured_content, text)
    for call in plan["wrong_calls"]:
        result = await client.call_tool(call["tool"], call["arguments"])
        text = result.content[0].text
        same(f"{call}: {text}", (result.is_error, f"`{call['field']}`" in text), (True, True))
    await refused(client.call_tool("no_such_tool", {}), "no_such_tool")


async def reads(plan, client):
    for case in plan["reads"]:
        [contents] = (await client.read_resource(case["uri"])).contents
        same(case["uri"], (contents.uri, contents.mime_type), (case["uri"], case["mime_type"]))
        if "json" in case:
            same(case["uri"], json.loads(contents.text), case["json"])
        else:
            same(case["uri"], contents.text, case["text"])
    await refused(client.read_resource("nothing://here"), "resource")


async def prompts(plan, client):
    for case in plan["prompts"]:
        [message] = (await client.get_prompt(case["name"], case["arguments"])).messages
        same(case["name"], (message.role, message.content.text), ("user", case["text"]))
        await refused(client.get_prompt(case["name"], {}), f"`{case['required']}`")
    await refused(client.get_prompt("no_such_prompt", {}), "prompt")


async def refused(request, word):
    """Fails unless the answer is an error of the protocol with this word in it."""
    try:
        answer = await request
    except MCPError as error:
        same(f"{error} names {word}", word in str(error), True)
    else:
        raise AssertionError(f"{word} is no error: {answer!r}")
