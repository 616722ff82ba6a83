"""A client in a process of its own, that asks what it is told line by line, and says in a line what comes of it.

It is started with an era, a configuration in JSON (`key`, `environment`, `answers`, and `oauth` where it gets its key by
itself), and the target: an address or a command.
First it says `{"revision", "server"}`, or `{"error"}` where it cannot connect. Then for each `{"method", "params"}` it says
`{"result", "heard"}` or `{"error"}`, where `heard` is all that the server said by itself so far; and at the end
`{"complaints"}`, what the client found wrong besides."""

import json
import subprocess
from contextlib import contextmanager

from plan import same
from wire import Refused

PATIENCE = 60


class Process:
    """A client that is connected, or was refused."""

    def __init__(self, command, era, config, target, log, able):
        target = [target] if isinstance(target, str) else target
        command = [*command, era, json.dumps(config), *target]
        self.log = log
        with open(log, "w") as lines:
            self.process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=lines, text=True, bufsize=1
            )
        self.heard, self.able = [], able
        self.first = self.read()
        self.revision = self.first.get("revision")

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(f"the client said nothing:\n{self.log.read_text()}")
        return json.loads(line)

    def ask(self, method, params):
        """The result of a request."""
        self.process.stdin.write(json.dumps({"method": method, "params": params}) + "\n")
        answer = self.read()
        if "error" in answer:
            raise Refused(answer["error"])
        self.heard = answer["heard"]
        return answer["result"]

    def close(self):
        """Ends it, and fails if it complained of anything."""
        self.process.stdin.close()
        if "error" not in self.first:
            same("complaints of the client", self.read(), {"complaints": []})
        same(f"exit code of the client\n{self.log.read_text()}", self.process.wait(PATIENCE), 0)


@contextmanager
def connected(command, era, config, target, log, able=frozenset()):
    """A client that is `able` to do some things; its process ends with it."""
    client = Process(command, era, config, target, log, able)
    try:
        yield client
        client.close()
    finally:
        client.process.kill()
        client.process.wait()
