"""One round: the load generator runs against one server, the kernel's accounts are read before and after."""

import json
import os
import resource
import subprocess
import time

from processes import Failure, command_on, machine_cpu_seconds

_SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "conf", "poll.lua")


class Load:
    """wrk, with the value of Authorization and the result in files of the work directory."""

    def __init__(self, work, cores, connections, authorization, name="load"):
        self.connections = connections
        self._cores = cores
        self._result_file = os.path.join(work, f"{name}.json")
        credential_file = os.path.join(work, f"{name}.credential")
        with open(os.open(credential_file, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="ascii") as file:
            file.write(authorization)
        self._environment = {
            **os.environ,
            "BENCH_CREDENTIAL_FILE": credential_file,
            "BENCH_RESULT_FILE": self._result_file,
        }

    def run(self, url, seconds, encoding="gzip"):
        command = ["wrk", "-t1", f"-c{self.connections}", f"-d{seconds}s", "-s", _SCRIPT, url]
        finished = subprocess.run(
            command_on(self._cores, command),
            env={**self._environment, "BENCH_ACCEPT_ENCODING": encoding},
            capture_output=True,
            text=True,
            check=False,
            timeout=seconds + 60,
        )
        if finished.returncode != 0:
            raise Failure(f"wrk ended with status {finished.returncode}: {finished.stderr or finished.stdout}")
        with open(self._result_file, encoding="ascii") as result:
            return json.load(result)


def _load_cpu_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(server, path, encoding, origin, servers, load, seconds):
    """Returns the figures of one round, as they go into the JSON report."""

    def ours():
        return sum(each.process.cpu_seconds() for each in servers)

    served_before = origin.requests_served()
    server_before, origin_before, all_before = server.process.cpu_seconds(), origin.process.cpu_seconds(), ours()
    load_before, started = _load_cpu_seconds(), time.monotonic()
    machine_before, steal_before = machine_cpu_seconds()

    counted = load.run(server.url(path), seconds, encoding)

    machine_after, steal_after = machine_cpu_seconds()
    elapsed, load_cpu = time.monotonic() - started, _load_cpu_seconds() - load_before
    server_cpu = server.process.cpu_seconds() - server_before
    origin_cpu = origin.process.cpu_seconds() - origin_before
    all_cpu = ours() - all_before
    served = origin.requests_served() - served_before - 1

    server.process.require_alive()
    server.process.drop_log()
    requests = counted["requests"]
    if requests == 0:
        raise Failure(f"{server.name} answered no request in {seconds} s: {counted['errors']}")
    errors = sum(counted["errors"].values())
    # Reached the origin without being counted by wrk: what was under way when it stopped, at most one per connection,
    # and what a gateway asks of its own accord, as for keys or health.
    strays = served - requests
    if not 0 <= strays <= load.connections + errors + 10 * seconds:
        raise Failure(f"{server.name}: wrk counted {requests} answers, the origin gave {served}")
    machine_seconds = elapsed * os.cpu_count()
    return {
        "cpu_us_per_request": server_cpu / requests * 1e6,
        "requests_per_second": requests / (counted["microseconds"] / 1e6),
        "p50_ms": counted["p50"] / 1e3,
        "p99_ms": counted["p99"] / 1e3,
        "errors": counted["errors"],
        "requests": requests,
        "bytes_per_answer": counted["bytes"] / requests,
        "seconds": counted["microseconds"] / 1e6,
        "server_cpu_seconds": server_cpu,
        "cores_busy": server_cpu / elapsed,
        "origin_cpu_us_per_request": origin_cpu / requests * 1e6,
        "load_cpu_us_per_request": load_cpu / requests * 1e6,
        "resident_mib": server.process.resident_bytes() / 2**20,
        "others_share": max(0.0, machine_after - machine_before - all_cpu - load_cpu) / machine_seconds,
        "steal_share": (steal_after - steal_before) / machine_seconds,
    }
