"""One round: the kernel's accounts are read before and after a load generator ran against one server."""

import os
import resource
import statistics
import time

from processes import Failure, machine_cpu_seconds


def children_cpu_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Accounts:
    """What the processes of the run and the machine used since this was made."""

    def __init__(self, server, processes):
        """`server` is the one that is measured, `processes` all that belong to the run."""
        self._server = server
        self._processes = processes
        server.process.forget_peak()
        self._own = server.process.cpu_seconds()
        self._all = self._ours()
        self._machine, self._steal = machine_cpu_seconds()
        self._started = time.monotonic()

    def _ours(self):
        return sum(each.cpu_seconds() for each in self._processes()) + children_cpu_seconds() + time.process_time()

    def read(self):
        machine, steal = machine_cpu_seconds()
        elapsed = time.monotonic() - self._started
        own = self._server.process.cpu_seconds() - self._own
        ours = self._ours() - self._all
        cores = elapsed * os.cpu_count()
        return {
            "server_cpu_seconds": own,
            "elapsed_seconds": elapsed,
            "cores_busy": own / elapsed,
            # At most since the start: once the load has ended, its connections' buffers are free.
            "resident_mib": self._server.process.peak_resident_bytes() / 2**20,
            "others_share": max(0.0, machine - self._machine - ours) / cores,
            "steal_share": (steal - self._steal) / cores,
        }


_PAUSE_SECONDS = 0.1
_PAUSES = 50


def _settled(origin):
    """What the origin has served, once it has ended what was under way when the load before this one ended."""
    served = origin.requests_served()
    for _ in range(_PAUSES):
        time.sleep(_PAUSE_SECONDS)
        before, served = served, origin.requests_served()
        # One is the question before; and a gateway may ask for keys or health.
        if served - before <= 2:
            return served
    raise Failure("requests reached the origin after the load had ended")


def measure(bench, server, run, connections):
    """
    The figures of one round, as they go into the JSON report.

    `run` makes the load and returns what its generator counted.
    """
    origin = bench.origin
    served_before = _settled(origin)
    accounts = Accounts(server, bench.processes)
    counted = run()
    figures = accounts.read()
    served = origin.requests_served() - served_before - 1

    server.process.require_alive()
    server.process.drop_log()
    requests, errors = counted["requests"], sum(counted["errors"].values())
    if requests == 0:
        raise Failure(f"{server.name} answered no request on {connections} connections: {counted['errors']}")
    if errors:
        raise Failure(f"{server.name} had errors under load: {counted['errors']}")
    # Reached the origin without being counted: what was under way when the load ended, at most one per connection,
    # and what a gateway asks of its own accord, as for keys or health.
    strays = served - requests
    if not 0 <= strays <= connections + 60 * max(1, figures["elapsed_seconds"]):
        raise Failure(f"{server.name}: {requests} answers were counted, the origin gave {served}")
    seconds = counted["microseconds"] / 1e6
    return {
        "cpu_us_per_request": figures["server_cpu_seconds"] / requests * 1e6,
        "requests_per_second": requests / seconds,
        "p50_ms": counted["p50"] / 1e3,
        "p99_ms": counted["p99"] / 1e3,
        "requests": requests,
        "bytes_per_answer": counted.get("bytes", 0) / requests,
        **figures,
    }


def spread(values):
    """Median and range."""
    return {"median": statistics.median(values), "low": min(values), "high": max(values)}


def mean(figures):
    """Of each figure, over servers that are alike; of what else the machine did, the most."""
    return {
        key: (max if key.endswith("_share") else statistics.fmean)([each[key] for each in figures])
        for key in figures[0]
    }


def medians(rounds, name):
    """Of each figure of one server, over the rounds."""
    own = [figures[name] for figures in rounds]
    return {key: statistics.median(figures[key] for figures in own) for key in own[0]}


def ratios(rounds, name, reference, key):
    """Taken within a round, where both saw the same machine."""
    return spread([figures[name][key] / figures[reference][key] for figures in rounds])


def differences(rounds, name, reference, key):
    return spread([figures[name][key] - figures[reference][key] for figures in rounds])


def noise(rounds):
    """What else the machine did, in each round and at most."""
    keys = ("others_share", "steal_share")
    each = [{key: max(figures[key] for figures in one.values()) for key in keys} for one in rounds]
    return {"rounds": each, **{key: max(one[key] for one in each) for key in keys}}
