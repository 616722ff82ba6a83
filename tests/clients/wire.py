"""Everything in a plan, asked of a server through any client; and what the answers must be.

A client has `ask`, from a method and its parameters to the result as it is in JSON, which fails with `Refused`; `heard`, what
the server has said by itself; `able`, what it can do besides (`elicit`, `sample`, `roots`, `tasks`, `listen`, `subscribe`,
`hear`, `complete`); and the `revision` that it speaks."""

import base64
import json
import time

from plan import fits, holds, same

PATIENCE = 5
SILENCE = 0.3


class Refused(Exception):
    """The answer is an error of the protocol."""


def check(plan, client):
    """Asks for everything once."""
    lists(plan["offers"], client.ask)
    if "listen" in client.able and "listens" in plan:
        client.ask("listen", plan["listens"])
    is_subscribed = "subscribe" in client.able and "subscribes" in plan
    if is_subscribed:
        client.ask("resources/subscribe", {"uri": plan["subscribes"]["uri"]})
    calls(plan, client)
    if is_subscribed:
        unsubscribe(plan["subscribes"], client)
    reads(plan, client.ask)
    prompts(plan, client)
    if "complete" in client.able:
        completions(plan, client.ask)


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


def calls(plan, client):
    for call in plan["calls"]:
        request = ("tools/call", {"name": call["tool"], "arguments": call["arguments"]})
        before = len(client.heard)
        if not set(call.get("needs", [])) <= client.able:
            unable(client.ask, *request)
        elif "refused" in call:
            refused(client.ask, *request, call["refused"])
        else:
            fits(call["tool"], call, client.ask(*request))
            if "hear" in client.able:
                hears(call, client, before)
    for call in plan["wrong_calls"]:
        result = client.ask("tools/call", {"name": call["tool"], "arguments": call["arguments"]})
        text = result["content"][0]["text"]
        same(f"{call}: {text}", (result.get("isError"), f"`{call['field']}`" in text), (True, True))
    refused(client.ask, "tools/call", {"name": "no_such_tool", "arguments": {}}, "no_such_tool")


def hears(call, client, before):
    """Fails unless the server says what the case has, in that order, soon after the answer at the latest."""
    expected = call.get("hears", {}).get(client.revision, [])
    if any(said["method"].endswith("/list_changed") for said in expected) and not told_of_changes(client):
        return
    if any(said["method"].endswith("/updated") for said in expected) and not told_of_updates(client):
        return
    started = time.monotonic()
    while len(client.heard) - before < len(expected) and time.monotonic() - started < PATIENCE:
        time.sleep(0.05)
        client.ask("heard", {})
    found = client.heard[before:]
    same(f"{call['tool']}: what the server says by itself, {found}", len(found) >= len(expected), True)
    for said in expected:
        place = next((place for place, one in enumerate(found) if one["method"] == said["method"]), None)
        same(f"{call['tool']}: {said['method']} is heard", place is not None, True)
        holds(call["tool"], found[place].get("params") or {}, said.get("params", {}))
        found = found[place + 1 :]


def told_of_changes(client):
    """Older clients are told of changes unasked; those of the newest revision have to listen."""
    return client.revision == "2025-11-25" or "listen" in client.able


def told_of_updates(client):
    """All clients have to say which resource they want to hear of, each revision in its own way."""
    return ("subscribe" if client.revision == "2025-11-25" else "listen") in client.able


def unsubscribe(watched, client):
    """Fails unless the server keeps silent after that."""
    client.ask("resources/unsubscribe", {"uri": watched["uri"]})
    before = len(client.heard)
    client.ask("tools/call", {"name": watched["tool"], "arguments": {}})
    time.sleep(SILENCE)
    client.ask("heard", {})
    same("what is heard of a resource after that", client.heard[before:], [])


def unable(ask, method, params):
    """Fails unless a client that cannot do what this needs is told so."""
    try:
        answer = ask(method, params)
    except Refused:
        return
    same(f"{params} without what it needs: {answer}", answer.get("isError"), True)


def reads(plan, ask):
    for case in plan["reads"]:
        if "error" in case:
            refused(ask, "resources/read", {"uri": case["uri"]}, case["error"])
            continue
        [contents] = ask("resources/read", {"uri": case["uri"]})["contents"]
        same(case["uri"], (contents["uri"], contents["mimeType"]), (case["uri"], case["mime_type"]))
        if "json" in case:
            same(case["uri"], json.loads(contents["text"]), case["json"])
        elif "begins" in case:
            same(case["uri"], base64.b64decode(contents["blob"]).hex()[: len(case["begins"])], case["begins"])
        else:
            same(case["uri"], contents["text"], case["text"])
    if plan["reads"]:
        refused(ask, "resources/read", {"uri": "nothing://here"}, "resource")


def prompts(plan, client):
    for case in plan["prompts"]:
        request = ("prompts/get", {"name": case["name"], "arguments": case["arguments"]})
        if not set(case.get("needs", [])) <= client.able:
            unable(client.ask, *request)
            continue
        if "error" in case:
            refused(client.ask, *request, case["error"])
            continue
        found = client.ask(*request)["messages"]
        said = [[message["role"], message["content"].get("text", message["content"]["type"])] for message in found]
        same(case["name"], said, case["messages"])
        if "required" in case:
            refused(client.ask, "prompts/get", {"name": case["name"], "arguments": {}}, f"`{case['required']}`")
    if plan["prompts"]:
        refused(client.ask, "prompts/get", {"name": "no_such_prompt", "arguments": {}}, "prompt")


def completions(plan, ask):
    for case in plan.get("completions", []):
        request = ("completion/complete", {"ref": case["ref"], "argument": case["argument"]})
        if "error" in case:
            refused(ask, *request, case["error"])
            continue
        found = ask(*request)
        same(f"{case['ref']}", found["completion"]["values"], case["values"])


def refused(ask, method, params, word):
    """Fails unless the answer is an error of the protocol with this word in it."""
    try:
        answer = ask(method, params)
    except Refused as error:
        same(f"{error} names {word}", word in str(error), True)
    else:
        raise AssertionError(f"{method} of {params} is no error: {answer!r}")
