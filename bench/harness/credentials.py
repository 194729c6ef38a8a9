"""The identity provider of the run: one RSA key, its JWKS, and the tokens signed with it, all by openssl."""

import base64
import json
import os
import subprocess
import time

ISSUER = "http://idp.bench.invalid/realms/main"
AUDIENCE = "trino"
USER = "alice"
KEY_ID = "bench-1"


def _base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _openssl(*arguments, stdin=None):
    return subprocess.run(["openssl", *arguments], input=stdin, check=True, capture_output=True).stdout


class Credentials:
    """Makes the key pair on construction; the private key never leaves the work directory."""

    def __init__(self, work):
        self._private_key = os.path.join(work, "private.pem")
        self.public_key = os.path.join(work, "public.pem")
        _openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", self._private_key)
        _openssl("pkey", "-in", self._private_key, "-pubout", "-out", self.public_key)

    def jwks(self):
        modulus = _openssl("rsa", "-pubin", "-in", self.public_key, "-noout", "-modulus").decode("ascii")
        key = {
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": KEY_ID,
            "n": _base64url(bytes.fromhex(modulus.strip().removeprefix("Modulus="))),
            "e": "AQAB",
        }
        return json.dumps({"keys": [key]})

    def token(self, lifetime=3600, algorithm="RS256", **claims):
        """A compact JWS. Claims given replace the good ones, which makes the bad tokens of the checks."""
        now = int(time.time())
        header = {"alg": algorithm, "typ": "JWT", "kid": KEY_ID}
        payload = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": "5f0c9a52-6c2b-4f44-9a0e-2f7d0f3f1c7e",
            "preferred_username": USER,
            "iat": now,
            "exp": now + lifetime,
            **claims,
        }
        parts = [_base64url(json.dumps(part, separators=(",", ":")).encode()) for part in (header, payload)]
        signed = ".".join(parts)
        signature = _openssl("dgst", "-sha256", "-sign", self._private_key, stdin=signed.encode("ascii"))
        return signed + "." + ("" if algorithm == "none" else _base64url(signature))

    def bad_tokens(self):
        """What a gateway must refuse, by what is wrong with it."""
        header, payload, signature = self.token().split(".")
        _, other_payload, _ = self.token(preferred_username="mallory").split(".")
        return {
            "not a token": "nonsense",
            "changed claims": ".".join((header, other_payload, signature)),
            "no signature": ".".join((header, payload, "")),
            "algorithm none": self.token(algorithm="none"),
            "expired": self.token(exp=int(time.time()) - 3600),
            "another issuer": self.token(iss="http://other.bench.invalid"),
            "another audience": self.token(aud="other"),
        }
