"""What people with good credentials notice while strangers try passwords as fast as they can."""

import base64
import contextlib
import hashlib
import json
import os
import secrets
import statistics
import subprocess

from measurement import Load
from processes import Failure, command_on

USER = "carol"
PASSWORD = "correct horse battery staple"
_ITERATIONS = 200_000
_TRIES = 5_000
_SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "conf", "flood.lua")


def password_file(work):
    """One good pair, hashed as Trino's file authenticator reads it: PBKDF2 with HMAC-SHA1."""
    salt = secrets.token_bytes(16)
    digest = hashlib.pbkdf2_hmac("sha1", PASSWORD.encode(), salt, _ITERATIONS, 32)
    path = os.path.join(work, "passwords")
    with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="ascii") as file:
        file.write(f"{USER}:{_ITERATIONS}:{salt.hex()}:{digest.hex()}\n")
    return path


def basic(user, password):
    return base64.b64encode(f"{user}:{password}".encode()).decode("ascii")


def _tries(work):
    """Half of the tries are at a user who exists, half at others."""
    path = os.path.join(work, "tries")
    with open(path, "w", encoding="ascii") as file:
        for number in range(_TRIES):
            user = USER if number % 2 == 0 else f"user{number}"
            file.write(basic(user, f"guess-{number}") + "\n")
    return path


@contextlib.contextmanager
def flooding(work, cores, url, seconds):
    """wrk with eight connections, for at least the time given."""
    environment = {**os.environ, "BENCH_TRIES_FILE": _tries(work)}
    command = ["wrk", "-t1", "-c8", f"-d{seconds + 5}s", "-s", _SCRIPT, url]
    process = subprocess.Popen(
        command_on(cores, command), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
        if process.poll() is not None:
            raise Failure(f"the flood ended with status {process.returncode} before the round did")
    finally:
        process.terminate()
        process.wait(timeout=15)


def _tried(server):
    """What became of the tries so far, by outcome."""
    status, _, body = server.management("GET", "/actuator/prometheus")
    if status != 200:
        raise Failure(f"{server.name}: no metrics: {status}")
    counts = {}
    for line in body.decode("utf-8").splitlines():
        if line.startswith("passgate_authentication_total{") and 'source="basic"' in line:
            outcome = line.split('outcome="')[1].split('"')[0]
            counts[outcome] = counts.get(outcome, 0) + float(line.rsplit(" ", 1)[1])
    return counts


def measure(server, path, work, cores, token, rounds, seconds):
    """Latencies of two good callers, quiet and under the flood, in turns."""
    callers = {
        "token": Load(work, cores, 2, f"Bearer {token}", "flood-token"),
        "password": Load(work, cores, 2, f"Basic {basic(USER, PASSWORD)}", "flood-password"),
    }
    url = server.url(path)
    for load in callers.values():
        load.run(url, 5)
    measured = []
    before = _tried(server)
    for _ in range(rounds):
        figures = {}
        for caller, load in callers.items():
            figures[f"{caller}, quiet"] = load.run(url, seconds)
            with flooding(work, cores, url, seconds):
                figures[f"{caller}, flooded"] = load.run(url, seconds)
        server.process.require_alive()
        server.process.drop_log()
        measured.append(figures)
    after = _tried(server)
    return {
        "rounds": measured,
        "tries": {outcome: after[outcome] - before.get(outcome, 0) for outcome in after},
        "summary": {
            caller: {
                state: {
                    "p50_ms": statistics.median(one[f"{caller}, {state}"]["p50"] for one in measured) / 1e3,
                    "p99_ms": statistics.median(one[f"{caller}, {state}"]["p99"] for one in measured) / 1e3,
                    "errors": sum(sum(one[f"{caller}, {state}"]["errors"].values()) for one in measured),
                }
                for state in ("quiet", "flooded")
            }
            for caller in callers
        },
    }


def require_good_answers(flood):
    for caller, states in flood["summary"].items():
        for state, figures in states.items():
            if figures["errors"]:
                raise Failure(f"the good {caller} was refused {figures['errors']} times while {state}")
    if not flood["tries"].get("bad_password"):
        raise Failure(f"no try was refused for its password: {json.dumps(flood['tries'])}")
