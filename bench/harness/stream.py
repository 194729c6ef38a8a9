"""One answer of 1 GiB to one client: what it costs, how fast it goes, and what the heap holds meanwhile."""

import os
import re
import subprocess
import threading
import time

import checks
import measurement
import programs
from processes import Failure, command_on

_SERVERS = ("direct", "haproxy-plain", "nginx", "passgate", "passgate-assisted")
_REFERENCE = "haproxy-plain"
_GB = 1e9
# The lines of jcmd GC.heap_info that together are the heap of a collector.
_HEAP = re.compile(r"^\s*(?:garbage-first heap|DefNew|Tenured|PSYoungGen|ParOldGen|ZHeap).*?used (\d+)([KMG])", re.MULTILINE)
# Slow enough to look at the heap some times.
_WATCHED_BYTES_PER_SECOND = 200_000_000


class _Client:
    """curl, which throws the answer away."""

    def __init__(self, bench, server, path, encoding):
        self._cores = bench.load_cores
        config = os.path.join(bench.work, f"{server.name}-{encoding}.curl")
        with open(os.open(config, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            file.write(f'url = "{server.url(path)}"\nheader = "Authorization: Bearer {bench.token}"\n')
            file.write(f'header = "Accept-Encoding: {encoding}"\noutput = "/dev/null"\n')
        self._command = [
            *("curl", "--silent", "--show-error", "--fail", "--config", config),
            *("--write-out", "%{size_download} %{time_total}"),
        ]

    def run(self, *arguments):
        finished = subprocess.run(
            command_on(self._cores, [*self._command, *arguments]),
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        if finished.returncode != 0:
            raise Failure(f"curl ended with {finished.returncode}: {finished.stderr.strip()}")
        size, seconds = finished.stdout.split()
        return {"bytes": int(size), "seconds": float(seconds)}


def _live_heap(server):
    """Bytes that are still held after a full collection."""
    for command in ("GC.run", "GC.heap_info"):
        finished = subprocess.run(
            [programs.java("jcmd"), str(server.process.pid), command], capture_output=True, text=True, check=True
        )
    used = _HEAP.findall(finished.stdout)
    if not used:
        raise Failure(f"no heap in what jcmd says: {finished.stdout}")
    return sum(int(number) << {"K": 10, "M": 20, "G": 30}[unit] for number, unit in used)


def _watch(server, client):
    """The live heap and the resident memory of a gateway before and while the answer passes through it slowly."""
    before, resident_before = _live_heap(server), server.process.resident_bytes()
    samples, failures = [], []

    def read():
        try:
            client.run("--limit-rate", str(_WATCHED_BYTES_PER_SECOND))
        except (Failure, subprocess.SubprocessError) as failure:
            failures.append(failure)

    reader = threading.Thread(target=read)
    reader.start()
    started = time.monotonic()
    time.sleep(0.5)
    while reader.is_alive():
        heap = _live_heap(server)
        if reader.is_alive():
            samples.append(
                {
                    "seconds": time.monotonic() - started,
                    "live_heap_mib": heap / 2**20,
                    "resident_mib": server.process.resident_bytes() / 2**20,
                }
            )
        time.sleep(0.3)
    reader.join()
    if failures:
        raise failures[0]
    if not samples:
        raise Failure(f"{server.name}: the answer was over before its heap was looked at")
    return {
        "live_heap_before_mib": before / 2**20,
        "resident_before_mib": resident_before / 2**20,
        "live_heap_most_mib": max(sample["live_heap_mib"] for sample in samples),
        "resident_most_mib": max(sample["resident_mib"] for sample in samples),
        "samples": samples,
    }


def run(bench):
    size = bench.origin.write_result()
    paths = {name: bench.query(bench.server(name))["result"] for name in bench.selected(*_SERVERS)}
    kinds = {f"{name}, {encoding}": (name, encoding) for encoding in ("identity", "gzip") for name in paths}
    direct = checks.digest_of_result(bench.origin, bench.query(bench.origin)["result"], bench.token, "identity")
    clients = {}
    for key, (name, encoding) in kinds.items():
        server = bench.server(name)
        if checks.digest_of_result(server, paths[name], bench.token, encoding) != direct:
            raise Failure(f"{key}: the large result isn't the origin's")
        clients[key] = client = _Client(bench, server, paths[name], encoding)

        def warm(seconds, client=client):
            deadline = time.monotonic() + seconds
            while time.monotonic() < deadline:
                client.run()

        bench.warm_up(server, f"result, {encoding}", warm)

    def measure(key):
        server = bench.server(kinds[key][0])
        accounts = measurement.Accounts(server, bench.processes)
        told = clients[key].run()
        figures = accounts.read()
        server.process.require_alive()
        return {
            **told,
            **figures,
            "cpu_seconds_per_gb": figures["server_cpu_seconds"] / size * _GB,
            "gb_per_second": size / _GB / told["seconds"],
        }

    def tell(figures):
        return ", ".join(
            f"{key} {own['cpu_seconds_per_gb']:.2f} s/GB {own['gb_per_second']:.2f} GB/s"
            for key, own in figures.items()
        )

    rounds = bench.rounds(list(kinds), measure, tell)
    rows = {}
    for key, (name, encoding) in kinds.items():
        reference = f"{_REFERENCE}, {encoding}"
        compared = reference in kinds
        rows[key] = {
            "label": f"{bench.server(name).label}; client takes {'gzip' if encoding == 'gzip' else 'no gzip'}",
            **measurement.medians(rounds, key),
            "cpu_ratio": measurement.ratios(rounds, key, reference, "cpu_seconds_per_gb") if compared else None,
            "throughput_ratio": measurement.ratios(rounds, key, reference, "gb_per_second") if compared else None,
        }
    heap = {
        key: _watch(bench.server(name), clients[key]) for key, (name, _) in kinds.items() if name.startswith("passgate")
    }
    return {
        "kind": "stream",
        "title": "Result of 1 GiB in one answer",
        "bytes": size,
        "rows": rows,
        "heap": heap,
        "noise": measurement.noise(rounds),
        "rounds": rounds,
    }
