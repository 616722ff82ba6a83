"""Clients that find out by themselves where a server takes its tokens from, and get one.

A client knows the address of the server, its own secret and whose that is, nothing else: it is refused, reads in the refusal
where the metadata of the server are (RFC 9728), and in these who issues tokens. What it asks for is what the refusal names, and
where a call needs more than its token allows, it asks for more; or else it is told once for all what to ask for."""

from issuer import CLIENTS, METADATA
from plan import same
from process import connected
from server import over_http
from wire import Refused

READ = {"name": "read_note", "arguments": {"name": "groceries"}}
ERASE = {"name": "erase_note", "arguments": {"name": "groceries"}}


def text(answer):
    [block] = answer["content"]
    return block["text"]


class Door:
    """A server that takes the tokens of an issuer, and a client on its way to it."""

    def __init__(self, binary, issuer, command, era, home, steps_up):
        self.binary, self.issuer, self.command, self.era, self.home = binary, issuer, command, era, home
        # Whether the client asks for the scopes that a refusal names.
        self.steps_up = steps_up

    def check(self):
        """Fails unless the client gets all that it may have, and nothing else."""
        for client, act in [("reader", self.reads), ("writer", self.writes), ("late", self.comes_late)]:
            log = self.home / f"oauth-{client}-{len(list(self.home.iterdir()))}"
            variables = {"OAUTH_ISSUER": self.issuer.url, "OAUTH_AUDIENCE": "http://127.0.0.1:{port}/mcp", "LOG": "trace"}
            with over_http(self.binary, variables, log) as target:
                act(target, log.with_suffix(".client"))

    def connected(self, client, target, log):
        secret, scopes = CLIENTS[client]
        oauth = {"issuer": self.issuer.url, "client": client, "secret": secret}
        if not self.steps_up:
            oauth["scope"] = " ".join(sorted(scopes))
        config = {"key": None, "environment": {}, "answers": {}, "oauth": oauth}
        self.issuer.asked.clear()
        return connected(self.command, self.era, config, target, log)

    def wanted(self, target):
        """The scopes that the client wanted tokens for, in order; all of them for this server."""
        asked = [asked.removeprefix("/token ").split(" for ") for asked in self.issuer.asked if asked.startswith("/token ")]
        same("whom the tokens are for", {audience for _, audience in asked}, {target})
        return [set(scopes.split()) for scopes, _ in asked]

    def reads(self, target, log):
        """Who may only read is told what is missing, asks for it in vain, and gives up."""
        with self.connected("reader", target, log) as client:
            same(f"who answers: {client.first}", client.first.get("server", {}).get("name"), "guarded_v2")
            same("the issuer is looked up, and only then asked", self.issuer.asked[:1], [METADATA])
            same("read_note", text(client.ask("tools/call", READ)), "There is nothing in groceries yet.")
            same("one token is enough, for what every call needs", self.wanted(target), [{"notes"}])
            try:
                answer = client.ask("tools/call", ERASE)
            except Refused as error:
                same(f"{error} says why", any(word in str(error) for word in ["403", "scope", "Forbidden"]), True)
            else:
                raise AssertionError(f"a note is erased without the scope for it: {answer}")
            more = {"notes", "notes.write"} if self.steps_up else {"notes"}
            same("the client asks once more", self.wanted(target), [{"notes"}, more])
            same("read_note after that", text(client.ask("tools/call", READ)), "There is nothing in groceries yet.")

    def writes(self, target, log):
        """Who may write has that as soon as a call needs it."""
        with self.connected("writer", target, log) as client:
            both = {"notes", "notes.write"}
            same("what a token is asked for at first", self.wanted(target), [{"notes"} if self.steps_up else both])
            same("erase_note", text(client.ask("tools/call", ERASE)), "Erased groceries.")
            same("and for this call", self.wanted(target), [{"notes"}, both] if self.steps_up else [both])
            same("read_note", text(client.ask("tools/call", READ)), "There is nothing in groceries yet.")

    def comes_late(self, target, log):
        """A token that has expired opens nothing, though the client believes in it."""
        lifetime, self.issuer.lifetime = self.issuer.lifetime, -60
        try:
            with self.connected("reader", target, log) as client:
                same(f"the client is refused: {client.first}", list(client.first), ["error"])
                same("it had a token", len(self.wanted(target)) >= 1, True)
            log_of_server = log.with_suffix("").read_text()
            same("the server says why", "the token has expired" in log_of_server, True)
        finally:
            self.issuer.lifetime = lifetime
