"""An issuer of access tokens on loopback, for clients that have a secret (the grant `client_credentials` of OAuth 2.1).

It publishes its metadata (RFC 8414) and its keys (RFC 7517), issues a client what it asks for as far as it may have that, and
remembers what it was asked."""

import base64
import time
from urllib.parse import parse_qs, unquote

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from service import Answering, Service

METADATA = "/.well-known/oauth-authorization-server"
KEY_ID = "the only one"

# The clients: their secrets, and what they may have.
CLIENTS = {
    "reader": ("the secret of the reader", {"notes"}),
    "writer": ("the secret of the writer", {"notes", "notes.write"}),
}


class Issuer(Service):
    def __init__(self):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.lifetime = 300
        issuer = self

        class Handler(Answering):
            def do_GET(self):
                issuer.asked.append(self.path)
                found = issuer.document(self.path)
                self.send(404 if found is None else 200, found or {"error": "not found"})

            def do_POST(self):
                form = {name: values[0] for name, values in parse_qs(self.body()).items()}
                if self.path != "/token":
                    return self.send(404, {"error": "not found"})
                issuer.asked.append(f"{self.path} {form.get('scope')} for {form.get('resource')}")
                return self.send(*issuer.issue(self.headers.get("Authorization", ""), form))

        super().__init__(Handler)

    def document(self, path):
        """What is published there."""
        if path == METADATA:
            return {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
                "response_types_supported": ["code"],
                "grant_types_supported": ["client_credentials"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic"],
                "code_challenge_methods_supported": ["S256"],
            }
        if path == "/keys":
            key = jwt.algorithms.ECAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
            return {"keys": [{**key, "use": "sig", "alg": "ES256", "kid": KEY_ID}]}
        return None

    def issue(self, authorization, form):
        """The answer to a request for a token."""
        given = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        client, _, secret = (unquote(part) for part in given.partition(":"))
        known, may_have = CLIENTS.get(client, (None, set()))
        if known is None or secret != known:
            return 401, {"error": "invalid_client"}
        if form.get("grant_type") != "client_credentials" or "resource" not in form:
            return 400, {"error": "invalid_request"}
        scope = " ".join(sorted(may_have & set(form.get("scope", "").split())))
        token = self.token(client, scope, form["resource"])
        # A client that is told the truth does not even try a token that has expired.
        return 200, {"access_token": token, "token_type": "Bearer", "expires_in": 300, "scope": scope}

    def token(self, client, scope, audience):
        """A token for whoever brings it to this audience."""
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": audience,
            "sub": client,
            "client_id": client,
            "iat": now,
            "exp": now + self.lifetime,
            "scope": scope,
        }
        return jwt.encode(claims, self.key, algorithm="ES256", headers={"kid": KEY_ID, "typ": "at+jwt"})
