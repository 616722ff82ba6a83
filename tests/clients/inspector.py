"""The MCP Inspector's command line as a client: a process for each request."""

import json
import os
import subprocess
from pathlib import Path

from plan import same
from wire import Refused

BIN = Path(__file__).parent / "node_modules" / ".bin"
PATIENCE = 60
TOOL_FAILED = 5


class Inspector:
    """Asks one target in one era. Its own files go to `home`."""

    heard, able = [], frozenset()

    def __init__(self, era, revision, config, home, target):
        self.revision = revision
        self.target = [target] if isinstance(target, str) else [*target]
        if isinstance(target, str):
            self.options = ["--header", f"Authorization: Bearer {config['key']}"] if config["key"] else []
        else:
            settings = [f"{name}={value}" for name, value in config["environment"].items()]
            self.options = [part for setting in settings for part in ("-e", setting)]
        self.options += ["--protocol-era", era, "--format", "json"]
        self.environment = {**os.environ, "HOME": str(home), "PATH": f"{BIN}:{os.environ['PATH']}"}

    def ask(self, method, params):
        """The result of a request."""
        # The target comes first: an option that takes many values would take it too.
        command = [BIN / "mcp-inspector", "--cli", *self.target, *self.options, "--method", method]
        command += options(method, params)
        run = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=PATIENCE)
        told = f"{run.stdout}{run.stderr}"
        if not run.stdout:
            same(f"{method} without a result has failed\n{told}", run.returncode != 0, True)
            raise Refused(run.stderr)
        result = json.loads(run.stdout)["result"]
        same(f"exit code of {method} {params}\n{told}", run.returncode, TOOL_FAILED if result.get("isError") else 0)
        if run.returncode == 0:
            # Where it only warns, such as of a schema that is not portable, it succeeds.
            same(f"what it says besides the result of {method}", run.stderr, "")
        return result


def options(method, params):
    match method:
        case "tools/list":
            return ["--strict"]
        case "tools/call":
            return ["--tool-name", params["name"], "--tool-args-json", json.dumps(params["arguments"])]
        case "resources/read":
            return ["--uri", params["uri"]]
        case "prompts/get":
            arguments = [f"{name}={value}" for name, value in params["arguments"].items()]
            return ["--prompt-name", params["name"], *(["--prompt-args", *arguments] if arguments else [])]
    return []


def shortened(plan):
    """Without most of what must fail: a process for each request is slow, and the SDKs make all of them. Asked for folders, the
    Inspector says that it has none."""
    calls = [call for call in plan["calls"] if "roots" not in call.get("needs", [])]
    return {**plan, "calls": calls, "wrong_calls": plan["wrong_calls"][:1]}
