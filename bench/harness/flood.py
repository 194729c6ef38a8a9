"""What people with good credentials notice while strangers try passwords as fast as they can."""

import base64
import contextlib
import hashlib
import json
import os
import secrets
import statistics
import subprocess

import load
import measurement
from processes import Failure, command_on
from servers import Passgate

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
def _flooding(bench, server, path, seconds):
    """wrk with eight connections, for at least the time given."""
    environment = {**os.environ, "BENCH_TRIES_FILE": _tries(bench.work)}
    command = ["wrk", "-t1", "-c8", f"-d{seconds + 5}s", "-s", _SCRIPT, server.url(path)]
    process = subprocess.Popen(
        command_on(bench.load_cores, command), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
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


def run(bench):
    settings = (
        f"--passgate.authentication.basic.file.path={password_file(bench.work)}",
        "--passgate.trusted-proxies=127.0.0.1/32",
    )
    server = bench.add(Passgate(bench.options, "passgate-passwords", "Passgate, with passwords", settings))
    try:
        return _measure(bench, server)
    finally:
        bench.drop(server)


def _measure(bench, server):
    path = bench.query(server)["poll"]
    callers = {
        "token": load.poll(path, bench.token),
        # Another user, who polls a query of his own.
        "password": load.Request("GET", _begin(server), f"Basic {basic(USER, PASSWORD)}"),
    }

    def some(caller, seconds):
        counted = bench.wrk.run(server, [callers[caller]], 2, seconds)
        if sum(counted["errors"].values()):
            raise Failure(f"the good {caller} was refused: {counted['errors']}")
        return {"p50_ms": counted["p50"] / 1e3, "p99_ms": counted["p99"] / 1e3}

    for caller in callers:
        bench.warm_up(server, caller, lambda seconds, caller=caller: some(caller, seconds))
    tried = _tried(server)

    def measure(name):
        caller, state = name.split(", ")
        seconds = bench.options.seconds
        accounts = measurement.Accounts(server, bench.processes)
        if state == "quiet":
            figures = some(caller, seconds)
        else:
            with _flooding(bench, server, path, seconds):
                figures = some(caller, seconds)
        # The flood's own CPU is known once it has ended, and would else count as that of other programs.
        return {**figures, **accounts.read()}

    def tell(figures):
        return ", ".join(f"{name} {own['p50_ms']:.2f}/{own['p99_ms']:.2f}" for name, own in figures.items()) + " ms"

    names = [f"{caller}, {state}" for caller in callers for state in ("quiet", "flooded")]
    rounds = bench.rounds(names, measure, tell)
    server.process.require_alive()
    after = _tried(server)
    tries = {outcome: after[outcome] - tried.get(outcome, 0) for outcome in after}
    if not tries.get("bad_password"):
        raise Failure(f"no try was refused for its password: {json.dumps(tries)}")
    return {
        "kind": "flood",
        "title": "A flood of bad passwords",
        "tries": tries,
        "rows": {
            caller: {
                f"{state}_{key}": statistics.median(one[f"{caller}, {state}"][f"{key}_ms"] for one in rounds)
                for state in ("quiet", "flooded")
                for key in ("p50", "p99")
            }
            for caller in callers
        },
        "noise": measurement.noise(rounds),
        "rounds": rounds,
    }


def _begin(server):
    headers = {"Authorization": f"Basic {basic(USER, PASSWORD)}"}
    status, _, body = server.request("POST", "/v1/statement", headers, b"SELECT * FROM lineitem")
    if status != 200:
        raise Failure(f"{server.name} answers the good password with {status}")
    return json.loads(body)["nextUri"].removeprefix(server.url())
