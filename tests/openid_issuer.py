"""An OpenID provider of the tests' own: real HTTP, RSA keys of its own, and tokens of any kind."""

import json
import threading
import time
from collections.abc import Mapping
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT_ID = "fresco.apps.tests.example"


@cache
def private_key(name: str) -> rsa.RSAPrivateKey:
    """A key, made once by its name."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Issuer:
    """Publishes the keys in `published`, and signs tokens."""

    def __init__(self) -> None:
        self.published = ["first"]
        self.requests = 0
        self.status = 200
        self.body: bytes | None = None
        """Sent instead of the keys."""
        self.drips = False
        self.over = threading.Event()
        self._listener = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._listener.daemon_threads = True
        self._listener.block_on_close = False
        self.url = f"http://127.0.0.1:{self._listener.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._listener.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.over.set()
        self._listener.shutdown()
        self._listener.server_close()

    def keys(self) -> bytes:
        """The published keys, as JWKS."""
        public = ((name, private_key(name).public_key()) for name in self.published)
        return json.dumps(
            {"keys": [{**RSAAlgorithm.to_jwk(key, as_dict=True), "kid": name, "use": "sig"} for name, key in public]}
        ).encode()

    def claims(self, **changed: Any) -> dict[str, Any]:
        """Claims of a good token; those that are None are left out."""
        now = int(time.time())
        good = {"iss": self.url, "aud": CLIENT_ID, "sub": "1001", "iat": now, "exp": now + 600, "nonce": "n"}
        good |= {"email": "ana@brisa.example", "email_verified": True}
        return {name: value for name, value in {**good, **changed}.items() if value is not None}

    def token(self, *, key: str = "first", kid: str | None = None, **changed: Any) -> str:
        """A token, signed by a key, which it names unless told otherwise."""
        return jwt.encode(self.claims(**changed), private_key(key), "RS256", headers={"kid": kid or key})


def unsigned(claims: Mapping[str, Any]) -> str:
    """A token that says it needs no signature."""
    return jwt.encode(dict(claims), None, "none", headers={"kid": "first"})


def _handler(issuer: Issuer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuer.requests += 1
            body = issuer.body if issuer.body is not None else issuer.keys()
            self.send_response(issuer.status)
            self.end_headers()
            if not issuer.drips:
                self.wfile.write(body)
                return
            while not issuer.over.wait(0.05):
                try:
                    self.wfile.write(b" ")
                except OSError:
                    return

        def log_message(self, *_arguments: object) -> None:
            """Log nothing."""

    return Handler
