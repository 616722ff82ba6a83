"""Everything in a plan, asked of a server through any client; and what the answers must be.

A client is a function from a method and its parameters to the result, as it is in JSON; it fails with `Refused`."""

import base64
import json

from plan import fits, same


class Refused(Exception):
    """The answer is an error of the protocol."""


def check(plan, ask):
    """Asks for everything once."""
    lists(plan["offers"], ask)
    calls(plan, ask)
    reads(plan, ask)
    prompts(plan, ask)


def lists(offers, ask):
    # A server that has none of them need not know the question, and some clients do not ask it.
    for method, key, part in [
        ("tools/list", "tools", "name"),
        ("resources/list", "resources", "uri"),
        ("resources/templates/list", "resourceTemplates", "uriTemplate"),
        ("prompts/list", "prompts", "name"),
    ]:
        if offers[key]:
            same(key, [entry[part] for entry in ask(method, {})[key]], offers[key])


def calls(plan, ask):
    for call in plan["calls"]:
        result = ask("tools/call", {"name": call["tool"], "arguments": call["arguments"]})
        fits(call["tool"], call, result)
    for call in plan["wrong_calls"]:
        result = ask("tools/call", {"name": call["tool"], "arguments": call["arguments"]})
        text = result["content"][0]["text"]
        same(f"{call}: {text}", (result.get("isError"), f"`{call['field']}`" in text), (True, True))
    refused(ask, "tools/call", {"name": "no_such_tool", "arguments": {}}, "no_such_tool")


def reads(plan, ask):
    for case in plan["reads"]:
        if "error" in case:
            refused(ask, "resources/read", {"uri": case["uri"]}, case["error"])
            continue
        [contents] = ask("resources/read", {"uri": case["uri"]})["contents"]
        same(case["uri"], (contents["uri"], contents["mimeType"]), (case["uri"], case["mime_type"]))
        if "json" in case:
            same(case["uri"], json.loads(contents["text"]), case["json"])
        elif "bytes" in case:
            same(case["uri"], base64.b64decode(contents["blob"]).hex(), case["bytes"])
        else:
            same(case["uri"], contents["text"], case["text"])
    if plan["reads"]:
        refused(ask, "resources/read", {"uri": "nothing://here"}, "resource")


def prompts(plan, ask):
    for case in plan["prompts"]:
        found = ask("prompts/get", {"name": case["name"], "arguments": case["arguments"]})["messages"]
        said = [[message["role"], message["content"].get("text", message["content"]["type"])] for message in found]
        same(case["name"], said, case["messages"])
        if "required" in case:
            refused(ask, "prompts/get", {"name": case["name"], "arguments": {}}, f"`{case['required']}`")
    if plan["prompts"]:
        refused(ask, "prompts/get", {"name": "no_such_prompt", "arguments": {}}, "prompt")


def refused(ask, method, params, word):
    """Fails unless the answer is an error of the protocol with this word in it."""
    try:
        answer = ask(method, params)
    except Refused as error:
        same(f"{error} names {word}", word in str(error), True)
    else:
        raise AssertionError(f"{method} of {params} is no error: {answer!r}")
