"""Holds rendered servers to the official conformance suite of MCP: `run.py FLEET BINARIES SUITE NODE`.

`conformance_v2` has the fixtures that the suite calls by name, and must pass all of it. The others are held to what every
server must do whatever it offers; what that is, `GENERIC` says. Their `[auth]` is off: the suite knows no keys."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
import urllib.request
from contextlib import contextmanager
from pathlib import Path

REVISIONS = ["2025-11-25", "2026-07-28"]
PATIENCE = 20

# Scenarios without fixtures, by what a server must offer for them.
GENERIC = {
    "server-initialize": [],
    "ping": [],
    "tools-list": [],
    "dns-rebinding-protection": [],
    "server-sse-multiple-streams": [],
    "server-stateless": [],
    "caching": [],
    "http-header-validation": [],
    "input-required-result-unsupported-methods": [],
    "resources-list": ["resources"],
    "sep-2164-resource-not-found": ["resources"],
    "prompts-list": ["prompts"],
}

# Checks of those that need a tool of the suite all the same, or something that not every server offers.
NEEDS_FIXTURES = {
    "sep-2575-server-rejects-undeclared-capability",
    "sep-2575-missing-capability-http-400",
    "sep-2575-http-server-no-independent-requests-on-stream",
    "sep-2575-server-no-log-without-loglevel",
    "sep-2575-server-sends-prompts-list-changed-on-subscription",
    "sep-2575-server-sends-tools-list-changed-on-subscription",
    # Without a question to ask nobody needs a session.
    "server-sse-multiple-streams-session",
}

# Checks that ask for lists of what a server need not offer: who offers none of it does not know the question, which another
# scenario demands.
NEEDS_OFFER = {
    "sep-2549-prompts-list-caching-hints": "prompts",
    "sep-2549-resources-list-caching-hints": "resources",
    "sep-2549-resources-templates-list-caching-hints": "resources",
    "sep-2549-resources-read-caching-hints": "resources",
}

# What the suite itself leaves out, by its own word, whatever a server does.
LEFT_OUT = {
    # "The harness needs a rewrite against the new channel."
    "tasks-status-notifications",
}


@contextmanager
def serving(binary, home):
    """A server on a free port of loopback, and the address of its endpoint."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    names = [f"{binary.name.removesuffix('_v2').upper()}_{name}" for name in ("API_KEY", "SIGNING_KEY")]
    variables = {**{name: "no key of anybody" for name in names}, "PORT": str(port)}
    log = home / f"{binary.name}.log"
    with open(log, "w") as lines:
        process = subprocess.Popen([binary], env=variables, stdout=lines, stderr=lines)
    try:
        wait_for(f"http://127.0.0.1:{port}/ready", process, log)
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        finally:
            process.kill()
    if process.returncode != 0 or "panicked" in log.read_text():
        raise SystemExit(f"{binary.name} ended with {process.returncode}:\n{log.read_text()}")


def wait_for(url, process, log):
    started = time.monotonic()
    while True:
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError as error:
            if process.poll() is not None or time.monotonic() - started > PATIENCE:
                raise SystemExit(f"no server at {url}: {error}\n{log.read_text()}") from error
        time.sleep(0.02)


def ask(suite, node, url, revision, folder):
    """The checks of every scenario that a revision requires, those that are not scored included."""
    command = [suite, "server", "--url", url, "--requirements", revision, "--output-dir", folder]
    environment = {**os.environ, "PATH": f"{node}:{os.environ['PATH']}"}
    run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=1200)
    found = {}
    for file in sorted(folder.glob("*/checks.json")):
        # `server-ping-2026-07-28T12-00-00-000Z`
        scenario = file.parent.name.removeprefix("server-")[: -len("-2026-07-28T12-00-00-000Z")]
        found.setdefault(scenario, []).extend(json.loads(file.read_text()))
    if "ping" not in found and "server-stateless" not in found:
        raise SystemExit(f"the suite did not run:\n{run.stdout[-2000:]}{run.stderr}")
    return found


def offers(spec):
    """What of `GENERIC` a server must be held to."""
    return {scenario for scenario, needs in GENERIC.items() if all(spec.get(need) for need in needs)}


def judge(found, is_whole, spec):
    """A row for each scenario that counts: its name, how many checks came out how, and what is wrong."""
    wanted = found if is_whole else offers(spec)
    for scenario in sorted(scenario for scenario in found if scenario in wanted):
        counts, wrong = {}, []
        for check in found[scenario]:
            status, name = check["status"], check["id"]
            if not is_whole and (name in NEEDS_FIXTURES or not spec.get(NEEDS_OFFER.get(name, "server"))):
                continue
            counts[status] = counts.get(status, 0) + 1
            is_left_out = status == "SKIPPED" and (not is_whole or name in LEFT_OUT)
            if status not in ("SUCCESS", "INFO") and not is_left_out:
                why = check.get("errorMessage") or check.get("details") or check["description"]
                wrong.append(f"{status} {name}: {why}")
        if counts:
            yield scenario, counts, wrong


def main():
    fleet, binaries, suite, node = (Path(path).resolve() for path in sys.argv[1:5])
    failed = []
    print(f"{'server':<16} {'revision':<10} {'scenario':<46} {'passed':>6} {'wrong':>5}  besides")
    for folder in sorted(file.parent for file in fleet.glob("*/server.toml")):
        server, spec = folder.name, tomllib.loads((folder / "server.toml").read_text())
        for revision in REVISIONS:
            with tempfile.TemporaryDirectory() as home:
                home = Path(home)
                with serving(binaries / server, home) as url:
                    found = ask(suite, node, url, revision, home / "results")
            total = [0, 0]
            for scenario, counts, wrong in judge(found, server == "conformance_v2", spec):
                passed = counts.pop("SUCCESS", 0)
                besides = ", ".join(f"{count} {status.lower()}" for status, count in sorted(counts.items()))
                print(f"{server:<16} {revision:<10} {scenario:<46} {passed:>6} {len(wrong):>5}  {besides}", flush=True)
                failed += [f"{server}, {revision}, {scenario}: {what}" for what in wrong]
                total = [total[0] + passed, total[1] + len(wrong)]
            print(f"{server:<16} {revision:<10} {'all of these':<46} {total[0]:>6} {total[1]:>5}", flush=True)
            if not total[0]:
                failed.append(f"{server}, {revision}: nothing was checked")
    for line in failed:
        print(line, file=sys.stderr)
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
