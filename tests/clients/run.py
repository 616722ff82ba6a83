"""Calls the servers of a rendered fleet with every client, over HTTP and stdio: `run.py FLEET BINARIES`."""

import json
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import inspector
import python_sdk
from plan import asks, plan, same
from server import environment, over_http, over_stdio
from upstream import Upstream

HERE = Path(__file__).parent
SERVERS = ["hello_v2", "weather_v2"]
PATIENCE = 60


def typescript(of, variables, line, mode, home, target):
    """The checks of `typescript_sdk.js`, in a process of their own."""
    data = home / "plan.json"
    data.write_text(json.dumps({**of, "environment": variables}))
    target = [target] if isinstance(target, str) else target
    command = [HERE / "node_modules" / ".bin" / "node", HERE / "typescript_sdk.js", line, mode, data, *target]
    run = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    same(f"exit code of the client\n{run.stdout}{run.stderr}", run.returncode, 0)


def clients(of, variables, home):
    """Every client in every era that it speaks: what to call with a target."""
    for mode in python_sdk.MODES:
        yield f"Python SDK, {mode}", partial(python_sdk.check, of, variables, mode)
    for line, mode in [("1", "legacy"), ("2", "legacy"), ("2", "auto")]:
        yield f"TypeScript SDK {line}, {mode}", partial(typescript, of, variables, line, mode, home)
    for era in ["legacy", "modern"]:
        yield f"Inspector, {era}", partial(inspector.check, of, variables, era, home)


def check(fleet, binaries, server, home):
    """One server with every client over both transports, each time with a new server that has cached nothing."""
    of, binary = plan(fleet, server), binaries / server
    for transport in ["http", "stdio"]:
        with Upstream(of["environment"].get("WEATHER_API_KEY")) as upstream:
            variables = environment(of, upstream)
            for number, (client, call) in enumerate(clients(of, variables, home)):
                started = time.monotonic()
                log = home / f"{server}-{transport}-{number}"
                serving = over_http(binary, variables, log) if transport == "http" else over_stdio(binary, log)
                upstream.asked.clear()
                with serving as target:
                    call(target)
                same("what the upstream was asked", sorted(upstream.asked), sorted(asks(of)))
                print(f"{server}, {transport}, {client}: {time.monotonic() - started:.1f} s", flush=True)


def main():
    fleet, binaries = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    with tempfile.TemporaryDirectory() as home:
        for server in SERVERS:
            check(fleet, binaries, server, Path(home))


if __name__ == "__main__":
    main()
