"""Starts rendered servers: over HTTP for a while, or as the command that a client of stdio starts itself."""

import json
import os
import socket
import subprocess
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from plan import same

HERE = Path(__file__).parent
PATIENCE = 20


def environment(plan, upstream, issuer):
    """The whole environment of a server. Every line that can be logged is logged: stdout must stay clean even so."""
    endpoint = f"{plan['name'].removesuffix('_v2').upper()}_ENDPOINT"
    variables = {endpoint: upstream.url} if upstream.key else {}
    if plan["audience"]:
        variables["OAUTH_ISSUER"] = issuer.url
    return {**plan["environment"], **variables, "LOG": "trace"}


@contextmanager
def over_http(binary, variables, log):
    """A server on a free port of loopback, and the address of its endpoint; `{port}` in a variable stands for the port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with open(log, "w") as lines:
        given = {name: value.replace("{port}", str(port)) for name, value in variables.items()}
        process = subprocess.Popen([binary], env={**given, "PORT": str(port)}, stdout=subprocess.PIPE, stderr=lines)
    try:
        wait_for(f"http://127.0.0.1:{port}/ready", process, log)
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        process.terminate()
        try:
            said, _ = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
    same(f"{binary.name}: exit code after SIGTERM, and stdout", (process.returncode, said), (0, b""))


def wait_for(url, process, log):
    started = time.monotonic()
    while True:
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError as error:
            if process.poll() is not None or time.monotonic() - started > PATIENCE:
                raise AssertionError(f"no server at {url}: {error}\n{Path(log).read_text()}") from error
        time.sleep(0.02)


@contextmanager
def over_stdio(binary, folder):
    """The command that starts a server, and then the proof that each one started wrote nothing but protocol."""
    folder.mkdir()
    yield ["bash", str(HERE / "tap"), str(folder), str(binary)]
    taps = list(folder.glob("*.stdout"))
    same(f"{folder}: some server was started", bool(taps), True)
    for tap in taps:
        same(f"exit code of {tap}", tap.with_suffix(".exit").read_text().strip(), "0")
        lines = tap.read_text().splitlines()
        same(f"{tap} has lines", bool(lines), True)
        for line in lines:
            message = json.loads(line)
            same(f"{tap}: {line}", message.get("jsonrpc"), "2.0")
        same(f"{tap}: logged elsewhere", os.path.getsize(tap.with_suffix(".stderr")) > 0, True)
