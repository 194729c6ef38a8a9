"""As fast as it goes: polls, new queries, pages, on few and many connections, with many kinds of tokens."""

from dataclasses import dataclass

import load
import measurement
from processes import Failure

_STATEMENT = "SELECT * FROM lineitem"
_PEERS = ("haproxy-plain", "nginx", "haproxy-jwt")


@dataclass
class Case:
    """
    A row of the table. `reference` is the row it is compared with.

    `once`: each request is sent one time only; `requests` then gives a new list for each round. `seconds`: what the load
    takes at least. `alike`: more servers of the kind; the figures are the mean of all.
    """

    name: str
    label: str
    server: object
    requests: list
    reference: str
    connections: int
    encoding: str = "gzip"
    what: str = "poll"
    once: bool = False
    seconds: int = 1
    alike: tuple = ()


def _of_servers(bench, names, what, request, reference, **more):
    connections = more.pop("connections", bench.options.connections)
    cases = []
    for name in bench.selected(*names):
        server = bench.server(name)
        paths = bench.query(server)
        cases.append(
            Case(name, server.label, server, [request(paths)], reference, connections, what=what, **more)
        )
    return cases


def poll(bench):
    def request(paths):
        return load.poll(paths["poll"], bench.token)

    return _of_servers(bench, ("direct", *_PEERS, "passgate", "passgate-assisted"), "poll", request, "haproxy-jwt")


def running(bench):
    def request(paths):
        return load.poll(paths["running"], bench.token)

    return _of_servers(bench, ("haproxy-plain", "haproxy-jwt", "passgate"), "running", request, "haproxy-jwt")


def post(bench):
    def request(_):
        return load.Request("POST", "/v1/statement", f"Bearer {bench.token}", _STATEMENT)

    return _of_servers(bench, ("direct", *_PEERS, "passgate"), "new query", request, "haproxy-jwt")


def page(bench):
    cases = []
    for encoding in ("identity", "gzip"):

        def request(paths):
            return load.poll(paths["page"], bench.token)

        some = _of_servers(
            bench,
            ("direct", *_PEERS, "passgate", "passgate-assisted"),
            f"page, {encoding}",
            request,
            f"haproxy-plain, {encoding}",
            encoding=encoding,
        )
        for case in some:
            case.name = f"{case.name}, {encoding}"
            case.label = f"{case.label}; client takes {'gzip' if encoding == 'gzip' else 'no gzip'}"
        cases += some
    return cases


def connections(bench):
    cases = []
    for count in (1, 100, 1000):

        def request(paths):
            return load.poll(paths["poll"], bench.token)

        names = ("haproxy-jwt", "passgate", *(["passgate-small"] if count == 1000 else []))
        some = _of_servers(
            bench, names, f"poll, {count:,} connections", request, f"haproxy-jwt, {count}", connections=count
        )
        for case in some:
            case.name = f"{case.name}, {count}"
            case.label = f"{case.label}; {count:,} connection{'s' if count > 1 else ''}"
            case.seconds = 5 if count == 1000 else 1
        cases += some
    return cases


def _run(bench, case, server, seconds):
    if case.once:
        return bench.generator.each_once(server, next(case.requests), case.connections)
    return bench.wrk.run(server, case.requests, case.connections, seconds, case.encoding)


def _measure(bench, case, server):
    if case.once:
        requests = next(case.requests)  # made before anything is counted

        def load_it():
            return bench.generator.each_once(server, requests, case.connections)

    else:

        def load_it():
            return _run(bench, case, server, max(case.seconds, bench.options.seconds))

    return measurement.measure(bench, server, load_it, case.connections)


def run(bench, title, make):
    """Measures the cases that `make` gives for the run."""
    cases = {case.name: case for case in make(bench)}
    if not cases:
        raise Failure("no server of it was selected")
    for case in cases.values():
        for server in (case.server, *case.alike):
            bench.warm_up(
                server, case.what, lambda seconds, case=case, server=server: _run(bench, case, server, seconds)
            )

    def measure(key):
        case = cases[key]
        return measurement.mean([_measure(bench, case, server) for server in (case.server, *case.alike)])

    def tell(figures):
        told = []
        for key, own in figures.items():
            reference = figures.get(cases[key].reference)
            ratio = f" (x{own['cpu_us_per_request'] / reference['cpu_us_per_request']:.2f})" if reference else ""
            told.append(f"{key} {own['cpu_us_per_request']:.1f}{ratio}")
        return ", ".join(told) + " us"

    rounds = bench.rounds(list(cases), measure, tell)
    rows = {}
    for key, case in cases.items():
        rows[key] = {
            "label": case.label,
            "reference": case.reference,
            "reference_label": cases[case.reference].label if case.reference in cases else None,
            **measurement.medians(rounds, key),
            "cpu": measurement.spread([figures[key]["cpu_us_per_request"] for figures in rounds]),
            "resident": measurement.spread([figures[key]["resident_mib"] * 2**20 / 1e6 for figures in rounds]),
            "ratio": measurement.ratios(rounds, key, case.reference, "cpu_us_per_request")
            if case.reference in cases
            else None,
        }
    return {"kind": "load", "title": title, "rows": rows, "noise": measurement.noise(rounds), "rounds": rounds}
