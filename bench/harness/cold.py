"""From the start of the process to readiness, and from the first request on, beside a gateway that has long been warm."""

import http.client
import statistics
import time

import checks
import load
import measurement
from processes import Failure, Process, wait_until
from servers import Passgate

_SAMPLE_SECONDS = 0.25
_STEADY_SECONDS = 5
_SHARE = 0.8


class _Cold(Passgate):
    """One that is told ready by its readiness, and is asked nothing else before the load."""

    ready_seconds = None

    def launch(self, work, cores, origin, cluster=None):
        started = time.monotonic()
        command = self.command(origin, cluster)
        self.process = Process(self.name, command, cores, f"{work}/{self.name}.log")
        wait_until(self._is_ready, self.process, self.start_seconds, "readiness", pause=0.005)
        self.ready_seconds = time.monotonic() - started

    def _is_ready(self):
        try:
            return self.management("GET", "/actuator/health/readiness")[0] == 200
        except (OSError, http.client.HTTPException):
            return False


def _rates(bench, server, requests, seconds):
    """
    Requests/s as the origin saw them, for the second that ends at each sample, from the first request on.

    Counted at the origin, so that the load generator need not look at the clock.
    """
    wrk = bench.wrk.start(server, requests, bench.options.connections, seconds)
    began = time.monotonic()
    samples, asked = [], 0
    before = bench.origin.requests_served()
    try:
        while (at := time.monotonic() - began) < seconds:
            asked += 1
            samples.append((at, bench.origin.requests_served() - before - asked))
            time.sleep(max(0, _SAMPLE_SECONDS * asked - (time.monotonic() - began)))
    finally:
        counted = bench.wrk.finish(wrk, 60)
    if sum(counted["errors"].values()):
        raise Failure(f"{server.name} had errors under load: {counted['errors']}")
    rates = []
    for at, count in samples:
        earlier = [sample for sample in samples if sample[0] <= at - 1] or ([(0, 0)] if at >= 1 else [])
        if earlier:
            from_at, from_count = earlier[-1]
            rates.append((at, (count - from_count) / (at - from_at)))
    return rates, counted


def run(bench):
    # Neither is bound to the server's core: a process that starts has the machine.
    steady = bench.add(Passgate(bench.options, "passgate-steady", "Passgate, warm"), bench.all_cores)
    try:
        return _beside(bench, steady)
    finally:
        bench.drop(steady)


def _beside(bench, steady):
    path = checks.follow_query(steady, bench.origin, bench.token)["poll"]
    requests = [load.poll(path, bench.token)]
    bench.warm_up(
        steady, "poll", lambda seconds: bench.wrk.run(steady, requests, bench.options.connections, seconds)
    )
    seconds = bench.options.cold_seconds

    def measure(_):
        accounts = measurement.Accounts(steady, bench.processes)
        rates, _ = _rates(bench, steady, requests, _STEADY_SECONDS)
        usual = statistics.median(rate for _, rate in rates)
        cold = _Cold(bench.options, "passgate-cold", "Passgate, cold")
        try:
            bench.add(cold, bench.all_cores)
            resident = cold.process.resident_bytes()
            cpu = cold.process.cpu_seconds()
            rates, counted = _rates(bench, cold, requests, seconds)
            figures = accounts.read()
        finally:
            bench.drop(cold)
        reached = [at for at, rate in rates if rate >= _SHARE * usual]
        return {
            "ready_seconds": cold.ready_seconds,
            "start_cpu_seconds": cpu,
            "start_resident_mib": resident / 2**20,
            "steady_requests_per_second": usual,
            # Later than it was watched, where it wasn't reached.
            "seconds_to_80": reached[0] if reached else seconds + 1,
            "first_second_share": rates[0][1] / usual,
            "p99_ms": counted["p99"] / 1e3,
            "most_errors": sum(counted["errors"].values()),
            "others_share": figures["others_share"],
            "steal_share": figures["steal_share"],
            "rates": [{"seconds": at, "share": rate / usual} for at, rate in rates],
        }

    def tell(figures):
        own = figures["passgate"]
        return f"ready in {own['ready_seconds']:.2f} s, 80 % after {own['seconds_to_80']:.1f} s"

    rounds = bench.rounds(["passgate"], measure, tell)
    own = [figures["passgate"] for figures in rounds]
    return {
        "kind": "cold",
        "title": "Cold start",
        "watched_seconds": seconds,
        "summary": {
            key: measurement.spread([figures[key] for figures in own])
            for key, value in own[0].items()
            if not isinstance(value, list)
        },
        "noise": measurement.noise(rounds),
        "rounds": rounds,
    }
