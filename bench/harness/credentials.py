"""The identity provider of the run: an RSA and an EC key, their JWKS, and the tokens signed with them, all by openssl."""

import base64
import json
import os
import subprocess
import time

import programs

ISSUER = "http://idp.bench.invalid/realms/main"
AUDIENCE = "trino"
USER = "alice"
SIGNING_KEY = base64.b64encode(os.urandom(32)).decode("ascii")
_KEYS = {
    "RS256": ("RSA", "rsa_keygen_bits:2048"),
    "ES256": ("EC", "ec_paramgen_curve:P-256"),
}


def issuer(number):
    """One of many."""
    return f"http://idp-{number}.bench.invalid/realms/main"


def _base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _compact(part):
    return _base64url(json.dumps(part, separators=(",", ":")).encode())


def _openssl(*arguments, stdin=None):
    return subprocess.run(["openssl", *arguments], input=stdin, check=True, capture_output=True).stdout


def _fixed_length(signature):
    """The two numbers of 32 bytes of an ECDSA signature (RFC 7518, section 3.4), from their DER."""
    numbers, at = [], 2
    for _ in range(2):
        length = signature[at + 1]
        numbers.append(signature[at + 2 : at + 2 + length].lstrip(b"\0").rjust(32, b"\0"))
        at += 2 + length
    return b"".join(numbers)


class Credentials:
    """Makes the key pairs on construction; the private keys never leave the work directory."""

    def __init__(self, work):
        self._private_keys, self.public_keys = {}, {}
        for algorithm, (kind, option) in _KEYS.items():
            self._private_keys[algorithm] = private = os.path.join(work, f"private-{algorithm}.pem")
            self.public_keys[algorithm] = public = os.path.join(work, f"public-{algorithm}.pem")
            _openssl("genpkey", "-algorithm", kind, "-pkeyopt", option, "-out", private)
            _openssl("pkey", "-in", private, "-pubout", "-out", public)

    def jwks(self):
        modulus = _openssl("rsa", "-pubin", "-in", self.public_keys["RS256"], "-noout", "-modulus").decode("ascii")
        rsa = {"kty": "RSA", "n": _base64url(bytes.fromhex(modulus.strip().removeprefix("Modulus="))), "e": "AQAB"}
        # The last 64 bytes of a SubjectPublicKeyInfo are the point's two coordinates.
        point = _openssl("pkey", "-pubin", "-in", self.public_keys["ES256"], "-outform", "DER")[-64:]
        ec = {"kty": "EC", "crv": "P-256", "x": _base64url(point[:32]), "y": _base64url(point[32:])}
        return json.dumps(
            {"keys": [{**key, "use": "sig", "alg": name, "kid": name} for name, key in (("RS256", rsa), ("ES256", ec))]}
        )

    @staticmethod
    def _unsigned(lifetime=6 * 3600, algorithm="RS256", **claims):
        """Header and payload. Claims given replace the good ones, which makes the bad tokens of the checks."""
        now = int(time.time())
        header = {"alg": algorithm, "typ": "JWT", "kid": algorithm}
        payload = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": "5f0c9a52-6c2b-4f44-9a0e-2f7d0f3f1c7e",
            "preferred_username": USER,
            "iat": now,
            "exp": now + lifetime,
            **claims,
        }
        return f"{_compact(header)}.{_compact(payload)}"

    def token(self, algorithm="RS256", **claims):
        """A compact JWS."""
        signed = self._unsigned(algorithm=algorithm, **claims)
        if algorithm == "none":
            return f"{signed}."
        private_key = self._private_keys[algorithm]
        signature = _openssl("dgst", "-sha256", "-sign", private_key, stdin=signed.encode("ascii"))
        return f"{signed}.{_base64url(_fixed_length(signature) if algorithm == 'ES256' else signature)}"

    def tokens(self, claims, algorithm="RS256"):
        """One for each of the claims given, by a program that signs thousands a second."""
        unsigned = [self._unsigned(algorithm=algorithm, **each) for each in claims]
        source = os.path.join(programs.PROJECT, "bench", "java", "TokenSigner.java")
        finished = subprocess.run(
            [programs.java(), source, algorithm, self._private_keys[algorithm]],
            input="\n".join(unsigned),
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return finished.stdout.split()

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
