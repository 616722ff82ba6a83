"""The MCP Inspector's command line as a client: a process for each request."""

import json
import os
import subprocess
from pathlib import Path

from plan import fits, same

BIN = Path(__file__).parent / "node_modules" / ".bin"
PATIENCE = 60
TOOL_FAILED = 5


class Inspector:
    """Asks one target in one era. Its own files go to `home`."""

    def __init__(self, variables, era, home, target):
        self.target = [target] if isinstance(target, str) else [*target]
        settings = [] if isinstance(target, str) else [f"{name}={value}" for name, value in variables.items()]
        self.options = [part for setting in settings for part in ("-e", setting)]
        self.options += ["--protocol-era", era, "--format", "json"]
        self.environment = {**os.environ, "HOME": str(home), "PATH": f"{BIN}:{os.environ['PATH']}"}

    def ask(self, method, *options, code=0):
        """The result of a request, or the error where a failure is expected."""
        # The target comes first: an option that takes many values would take it too.
        command = [BIN / "mcp-inspector", "--cli", *self.target, *self.options, "--method", method, *options]
        run = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=PATIENCE)
        same(f"exit code of {method} {options}\n{run.stdout}{run.stderr}", run.returncode, code)
        if not run.stdout:
            return run.stderr
        if code == 0:
            # Where it only warns, such as of a schema that is not portable, it succeeds.
            same(f"what it says besides the result of {method}", run.stderr, "")
        return json.loads(run.stdout)["result"]

    def call(self, call, code=0):
        arguments = json.dumps(call["arguments"])
        return self.ask("tools/call", "--tool-name", call["tool"], "--tool-args-json", arguments, code=code)


def check(plan, variables, era, home, target):
    """Everything in `plan` over `target`, which is an address or a command."""
    inspector = Inspector(variables, era, home, target)
    tools = inspector.ask("tools/list", "--strict")["tools"]
    same("tools", [tool["name"] for tool in tools], plan["offers"]["tools"])
    for call in plan["calls"]:
        result = inspector.call(call)
        same(f"{call['tool']}: {result}", (result.get("isError", False), len(result["content"])), (False, 1))
        fits(call["tool"], call, result.get("structuredContent"), result["content"][0]["text"])
    # A process for each is slow, and the SDKs make all of them.
    for call in plan["wrong_calls"][:1]:
        result = inspector.call(call, code=TOOL_FAILED)
        text = result["content"][0]["text"]
        same(f"{call}: {text}", (result["isError"], f"`{call['field']}`" in text), (True, True))
    error = inspector.call({"tool": "no_such_tool", "arguments": {}}, code=TOOL_FAILED)
    same(f"{error} names the tool", "no_such_tool" in error, True)
    others(plan, inspector)


def others(plan, inspector):
    """What the server offers besides tools."""
    if plan["reads"]:
        found = inspector.ask("resources/list")["resources"]
        same("resources", [resource["uri"] for resource in found], plan["offers"]["resources"])
        found = inspector.ask("resources/templates/list")["resourceTemplates"]
        same("templates", [template["uriTemplate"] for template in found], plan["offers"]["templates"])
    for case in plan["reads"]:
        [contents] = inspector.ask("resources/read", "--uri", case["uri"])["contents"]
        same(case["uri"], contents["mimeType"], case["mime_type"])
        if "json" in case:
            same(case["uri"], json.loads(contents["text"]), case["json"])
        else:
            same(case["uri"], contents["text"], case["text"])
    if plan["prompts"]:
        found = inspector.ask("prompts/list")["prompts"]
        same("prompts", [prompt["name"] for prompt in found], plan["offers"]["prompts"])
    for case in plan["prompts"]:
        arguments = [f"{name}={value}" for name, value in case["arguments"].items()]
        [message] = inspector.ask("prompts/get", "--prompt-name", case["name"], "--prompt-args", *arguments)["messages"]
        same(case["name"], message["content"]["text"], case["text"])
