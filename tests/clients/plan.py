"""What a server must offer, by its spec, and what is asked of it, by `cases.json`; none may lack the other."""

import json
import tomllib
from pathlib import Path

BUILT_IN = ["get_status", "list_capabilities"]


def plan(fleet, server):
    """The lists of one server and the cases for everything on them, in JSON's types: other languages read it too."""
    spec = tomllib.loads((fleet / server / "server.toml").read_text())
    cases = json.loads((Path(__file__).parent / "cases.json").read_text())[server]
    uris = [resource["uri"] for resource in spec.get("resources", {}).values()]
    offers = {
        "tools": [*spec["tools"], *BUILT_IN],
        "resources": [uri for uri in uris if "{" not in uri],
        "resourceTemplates": [uri for uri in uris if "{" in uri],
        "prompts": list(spec.get("prompts", {})),
    }
    same(f"{server}: tools that are called", {call["tool"] for call in cases["calls"]}, set(offers["tools"]))
    read = {case.get("template", case["uri"]) for case in cases["reads"]}
    same(f"{server}: resources that are read", read, set(uris))
    same(f"{server}: prompts that are got", {case["name"] for case in cases["prompts"]}, set(offers["prompts"]))
    # Older clients over HTTP are asked nothing where nobody remembers them.
    is_remembered = spec["server"].get("sessions") != "off"
    return {
        "is_remembered": is_remembered,
        "name": server,
        "version": spec["server"].get("version", "0.1.0"),
        # For whom tokens must be issued, where the server takes tokens.
        "audience": spec.get("auth", {}).get("audience"),
        "offers": offers,
        **cases,
    }


def asks(plan):
    """What the upstream must have been asked when every case has run once."""
    return [case["asks"] for case in plan["calls"] + plan["reads"] if "asks" in case]


def same(what, found, expected):
    """Fails unless both are equal."""
    if found != expected:
        raise AssertionError(f"{what}: found {found!r}, expected {expected!r}")


def holds(what, found, expected):
    """Fails unless all that is expected is found; objects may have more."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for name, value in expected.items():
            holds(f"{what}.{name}", found.get(name), value)
    elif isinstance(expected, list) and isinstance(found, list) and len(found) == len(expected):
        for place, value in enumerate(expected):
            holds(f"{what}[{place}]", found[place], value)
    else:
        same(what, found, expected)


def fits(what, call, result):
    """Fails unless an answer is what its case says, as structured content and as text."""
    if "content" in call:
        same(what, [block["type"] for block in result["content"]], call["content"])
        same(what, result.get("structuredContent"), call.get("structured"))
        return
    [block] = result["content"]
    text, structured = block["text"], result.get("structuredContent")
    same(f"{what}: {text}", result.get("isError", False), "error" in call)
    if "error" in call:
        same(what, text, call["error"])
    elif "text" in call:
        same(what, (text, structured), (call["text"], None))
    elif "result" in call:
        same(f"{what} as text", json.loads(text), structured)
        same(what, structured, call["result"])
    else:
        same(f"{what} as text", json.loads(text), structured)
        holds(what, structured, call["holds"])
