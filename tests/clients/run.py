"""Calls the servers of a rendered fleet with every client, over HTTP and stdio: `run.py FLEET BINARIES MCPGEN RMCP`, where
the last is the client of rmcp. Names of servers may follow, to call only those."""

import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import size
from inspector import Inspector, shortened
from issuer import Issuer
from oauth import Door
from plan import asks, plan, same
from process import connected
from server import environment, over_http, over_stdio
from upstream import Upstream
from wire import check

HERE = Path(__file__).parent
LEGACY, MODERN = "2025-11-25", "2026-07-28"


# What all of them are able to do besides asking.
ANSWERS = {"elicit", "sample", "roots", "complete", "hear"}


def clients(rmcp):
    """Every client in every era that it speaks: its name, the revision that it must agree on, its command and era, and what
    it can do besides."""
    node = [HERE / "node_modules" / ".bin" / "node", HERE / "typescript_sdk.js"]
    yield "Python SDK", LEGACY, [sys.executable, HERE / "python_sdk.py"], "legacy", {*ANSWERS, "oauth", "step-up", "subscribe"}
    yield "Python SDK", MODERN, [sys.executable, HERE / "python_sdk.py"], "auto", {*ANSWERS, "listen", "oauth", "step-up"}
    yield "FastMCP", LEGACY, [sys.executable, HERE / "fastmcp_client.py"], "legacy", ANSWERS
    yield "FastMCP", MODERN, [sys.executable, HERE / "fastmcp_client.py"], "auto", ANSWERS
    yield "TypeScript SDK 1", LEGACY, [*node, "1"], "legacy", {*ANSWERS, "oauth", "subscribe"}
    yield "TypeScript SDK 2", LEGACY, [*node, "2"], "legacy", {*ANSWERS, "oauth", "step-up", "subscribe"}
    yield "TypeScript SDK 2", MODERN, [*node, "2"], "auto", {*ANSWERS, "listen", "oauth", "step-up"}
    yield "rmcp", LEGACY, [rmcp], "legacy", {*ANSWERS, "subscribe", "tasks"}
    yield "rmcp", MODERN, [rmcp], "modern", {*ANSWERS, "listen", "tasks"}


def call(of, revision, command, era, able, config, log, target):
    """Everything in the plan with one client."""
    if revision == LEGACY and isinstance(target, str) and not of["is_remembered"]:
        able = able - {"elicit", "sample", "roots", "subscribe", "tasks"}
    with connected(command, era, config, target, log, able) as client:
        same(f"{client.first}: revision", client.first.get("revision"), revision)
        server = client.first["server"]
        same("server", (server["name"], server["version"]), (of["name"], of["version"]))
        check(of, client)


def refuse(command, era, config, log, target):
    """Fails unless the server wants nothing to do with a client that has no key, or another one."""
    for key in [None, "another-key"]:
        with connected(command, era, {**config, "key": key}, target, log) as client:
            same(f"the client with the key {key} is refused: {client.first}", list(client.first), ["error"])


def inspect(of, era, revision, config, home, target):
    check(shortened(of), Inspector(era, revision, config, home, target))


def callers(of, config, rmcp, home):
    """What to do with a target, and what to call that."""
    for name, revision, command, era, able in clients(rmcp):
        log = home / f"{name}-{era}.log"
        yield f"{name}, {revision}", partial(call, of, revision, command, era, able, config, log)
    for era, revision in [("legacy", LEGACY), ("modern", MODERN)]:
        yield f"Inspector, {revision}", partial(inspect, of, era, revision, config, home)


def key_of(of, issuer):
    """The key that a server asks for, which may be a token with all scopes; or none."""
    return issuer.token("writer", "notes notes.write", of["audience"]) if of["audience"] else of["key"]


def check_server(fleet, binaries, mcpgen, rmcp, server, home):
    """One server with every client over both transports, each time with a new server that has cached nothing."""
    of, binary = plan(fleet, server), binaries / server
    key = of["environment"].get(f"{server.removesuffix('_v2').upper()}_API_KEY")
    for transport in ["http", "stdio"]:
        with Upstream(key) as upstream, Issuer() as issuer:
            variables = environment(of, upstream, issuer)
            config = {"key": key_of(of, issuer), "environment": variables, "answers": of.get("answers", {})}
            for number, (client, act) in enumerate(callers(of, config, rmcp, home)):
                started = time.monotonic()
                log = home / f"{server}-{transport}-{number}"
                serving = over_http(binary, variables, log) if transport == "http" else over_stdio(binary, log)
                upstream.asked.clear()
                with serving as target:
                    act(target)
                same("what the upstream was asked", sorted(upstream.asked), sorted(asks(of)))
                print(f"{server}, {transport}, {client}: {time.monotonic() - started:.1f} s", flush=True)
    with Upstream(key) as upstream, Issuer() as issuer:
        with over_http(binary, environment(of, upstream, issuer), home / f"{server}-doors") as target:
            print(f"{server}: {size.check(mcpgen, fleet / server, target, key_of(of, issuer))}", flush=True)
            if config["key"]:
                for name, revision, command, era, _ in clients(rmcp):
                    refuse(command, era, config, home / f"{name}-{era}-refused.log", target)
                    print(f"{server}: {name}, {revision} is refused without a key", flush=True)
        if of["audience"]:
            for name, revision, command, era, able in clients(rmcp):
                if "oauth" in able:
                    Door(binary, issuer, command, era, home, "step-up" in able).check()
                    print(f"{server}: {name}, {revision} finds the issuer and gets its tokens", flush=True)


def main():
    fleet, binaries, mcpgen, rmcp = (Path(path).resolve() for path in sys.argv[1:5])
    servers = sys.argv[5:] or sorted(folder.parent.name for folder in fleet.glob("*/server.toml"))
    with tempfile.TemporaryDirectory() as home:
        for server in servers:
            check_server(fleet, binaries, mcpgen, rmcp, server, Path(home))


if __name__ == "__main__":
    main()
