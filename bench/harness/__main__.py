"""The run: start the servers, check what they answer, warm them up, measure in turns, report."""

import argparse
import contextlib
import datetime
import os
import pathlib
import platform
import re
import shutil
import signal
import sys
import tempfile

import crowd
import flood
import report
import sql
from answers import PAGE_BYTES, POLL_BYTES
from checks import follow_query, refuses_the_rest
from credentials import Credentials
from measurement import Load, measure
from processes import Failure
from servers import HaProxy, Origin, Passgate, many_issuers, versions

_RESULTS = pathlib.Path(__file__).resolve().parent.parent / "results"
_PEER_WARMUP_SECONDS = 2
# Of these the large page is measured too, beside the poll.
_PAGES_OF = ("haproxy-plain", "passgate", "passgate-assisted")


def _at_least(minimum):
    def parse(text):
        value = int(text)
        if value < minimum:
            raise argparse.ArgumentTypeError(f"{value} is below {minimum}")
        return value

    return parse


def _file_name(text):
    if not re.fullmatch(r"[A-Za-z0-9._-]+", text):
        raise argparse.ArgumentTypeError(f"'{text}' has other characters than letters, digits, dot, hyphen, underscore")
    return text


def parse_options():
    parser = argparse.ArgumentParser(prog="bench/run", description="CPU cost of an authenticated poll.")
    parser.add_argument("--rounds", type=_at_least(1), default=9, help="interleaved rounds (9)")
    parser.add_argument("--seconds", type=_at_least(1), default=3, help="seconds of load per server and round (3)")
    parser.add_argument("--warmup", type=_at_least(1), default=60, help="seconds of load on a JVM beforehand (60)")
    parser.add_argument("--connections", type=_at_least(1), default=16, help="connections of the load generator (16)")
    parser.add_argument("--issuers", type=_at_least(1), default=1000, help="issuers of the second Passgate (1000)")
    parser.add_argument("--pages", choices=("on", "off"), default="on", help="a page of 1 MiB beside the poll (on)")
    parser.add_argument("--flood", choices=("on", "off"), default="on", help="bad passwords beside good ones (on)")
    parser.add_argument("--crowd", choices=("on", "off"), default="on", help="stalled and idle clients (on)")
    parser.add_argument("--sql", choices=("on", "off", "only"), default="on", help="rows of SQL over HTTP (on)")
    parser.add_argument("--rows", type=_at_least(100_000), default=1_000_000, help="of the table for SQL (1000000)")
    parser.add_argument("--pin", choices=("on", "off"), default="on", help="a core for the server alone (on)")
    parser.add_argument("--jar", help="Passgate's jar (the newest target/passgate-*.jar)")
    parser.add_argument("--java-options", default="", help="as --java-options='-Xmx192m ...' (none: as shipped)")
    parser.add_argument("--require-passgate", action="store_true", help="fail where Passgate can't be measured")
    today = datetime.date.today().isoformat()
    parser.add_argument("--date", type=_file_name, default=today, help="date of the report (today)")
    parser.add_argument("--name", type=_file_name, help="keep the report for the repository, as DATE-NAME")
    return parser.parse_args()


def split_cores(pin):
    """The server's cores and those of load generator and origin."""
    cores = sorted(os.sched_getaffinity(0))
    if pin == "off" or len(cores) == 1:
        return cores, cores
    return cores[:1], cores[1:]


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        names = re.findall(r"^model name\s*:\s*(.+)$", file.read(), re.MULTILINE)
    return {
        "cores": len(os.sched_getaffinity(0)),
        "processor": names[0] if names else platform.machine(),
        "memory_mib": os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2**20,
        "kernel": platform.release(),
    }


def progress(text):
    print(text, file=sys.stderr, flush=True)


def run(options, stack):
    """Returns the report as data; servers end when the stack is left."""
    work = tempfile.mkdtemp(prefix="passgate-bench-")
    stack.callback(shutil.rmtree, work, ignore_errors=True)
    os.chmod(work, 0o711)  # nginx's worker, another user if the run is root's, reads the public keys in it
    server_cores, load_cores = split_cores(options.pin)
    identity_provider = Credentials(work)
    # An hour, and more where the run would outlast it.
    token = identity_provider.token(lifetime=max(3600, 2 * (options.warmup + options.rounds * options.seconds * 20)))

    origin = Origin()
    stack.callback(origin.stop)
    origin.launch(work, load_cores, identity_provider)
    result = {
        "date": options.date,
        "machine": machine(),
        "versions": versions(),
        "java_options": options.java_options,
        "server_cores": ",".join(map(str, server_cores)),
        "load_cores": ",".join(map(str, load_cores)),
        "answered_wrongly": False,
        "not_measured": {},
        "summary": {},
        "sql": None,
    }
    if options.sql != "only":
        result |= measure_polls(options, stack, work, server_cores, load_cores, identity_provider, token, origin)
    if options.sql != "off":
        try:
            result["sql"] = measure_sql(options, stack, work, server_cores, load_cores, token, origin)
        except Failure as failure:
            result["not_measured"]["SQL over HTTP"] = str(failure)
            progress(f"SQL over HTTP is not measured: {failure}")
    return result


def measure_sql(options, stack, work, server_cores, load_cores, token, origin):
    """Rows a second: Trino on the load generator's cores, and on the server's who reads from it, with the gateway."""
    trino = sql.Trino()
    stack.callback(trino.stop)
    progress("starting Trino")
    trino.launch(work, load_cores)
    gateway = Passgate(options.jar, options.java_options, "passgate-sql", "Passgate, SQL")
    stack.callback(gateway.stop)
    gateway.launch(work, server_cores, origin, trino)
    return sql.measure(
        trino, gateway, work, server_cores, token, options.rows, max(1, options.warmup // 4), options.rounds, progress
    )


def measure_polls(options, stack, work, server_cores, load_cores, identity_provider, token, origin):
    servers = [origin]
    for peer in (
        HaProxy("haproxy-plain", "HAProxy, plain", "haproxy-plain.cfg", verifies=False),
        HaProxy("haproxy-jwt", "HAProxy, `jwt_verify`", "haproxy-jwt.cfg", verifies=True),
    ):
        stack.callback(peer.stop)
        peer.launch(work, server_cores, origin, identity_provider.public_key)
        servers.append(peer)

    not_measured = {}
    gateways = [
        Passgate(options.jar, options.java_options),
        Passgate(options.jar, options.java_options, "passgate-assisted", "Passgate, assisted", assisted=True),
    ]
    if options.issuers > 1:
        gateways.append(
            Passgate(
                options.jar,
                options.java_options,
                "passgate-issuers",
                f"Passgate, {options.issuers:,} issuers",
                many_issuers(work, origin, options.issuers - 1),
            )
        )
    guarded = None
    if options.flood == "on":
        guarded = Passgate(
            options.jar,
            options.java_options,
            "passgate-passwords",
            "Passgate, with passwords",
            (
                f"--passgate.authentication.basic.file.path={flood.password_file(work)}",
                "--passgate.trusted-proxies=127.0.0.1/32",
            ),
        )
        gateways.append(guarded)
    for gateway in gateways:
        stack.callback(gateway.stop)
        try:
            progress(f"starting {gateway.label}")
            gateway.launch(work, server_cores, origin)
            servers.append(gateway)
        except Failure as failure:
            gateway.stop()
            not_measured[gateway.label] = str(failure)

    paths = {}
    wrong = False
    for server in list(servers):
        try:
            paths[server.name] = follow_query(server, origin, token)
            if server.verifies:
                refuses_the_rest(server, paths[server.name]["poll"], identity_provider)
        except Failure as failure:
            if server not in gateways:
                raise
            servers.remove(server)
            server.stop()
            not_measured[server.label] = str(failure)
            wrong = True
    for label, reason in not_measured.items():
        progress(f"{label} is not measured: {reason}")

    load = Load(work, load_cores, options.connections, f"Bearer {token}")
    warmups = {s.name: options.warmup if s.warmup_in_full else _PEER_WARMUP_SECONDS for s in servers}
    cases = [(server.name, server, paths[server.name]["poll"], "gzip") for server in servers]
    if options.pages == "on":
        cases += [
            (f"{server.name}, {kind}", server, paths[server.name]["page"], encoding)
            for server in servers
            if server.name in _PAGES_OF
            for kind, encoding in report.PAGES.items()
        ]
    for name, server, path, encoding in cases:
        # For a page as long as the code needs that the poll has not warmed.
        seconds = warmups[name] if name in warmups else max(1, warmups[server.name] // 4)
        progress(f"warming up {name}, {seconds} s")
        load.run(server.url(path), seconds, encoding)
        server.process.drop_log()

    rounds = []
    for number in range(options.rounds):
        figures = {}
        # Another server begins each round, so that none is always the one after the busiest.
        shift = number % len(cases)
        for name, server, path, encoding in cases[shift:] + cases[:shift]:
            figures[name] = measure(server, path, encoding, origin, servers, load, options.seconds)
        rounds.append({case[0]: figures[case[0]] for case in cases})
        costs = ", ".join(f"{name} {values['cpu_us_per_request']:.1f}" for name, values in rounds[-1].items())
        progress(f"round {number + 1}: {costs} us")

    flooded = None
    if guarded in servers:
        progress("a flood of bad passwords")
        flooded = flood.measure(
            guarded, paths[guarded.name]["poll"], work, load_cores, token, options.rounds, options.seconds
        )
        flood.require_good_answers(flooded)

    crowded = None
    plain = next((server for server in servers if server.name == "passgate"), None)
    if options.crowd == "on" and plain and crowd.allow_connections():
        progress(f"{crowd.STALLED} clients that stop reading and {crowd.IDLE:,} that are idle")
        crowded = crowd.measure(plain, paths["passgate"], load, token, options.rounds, options.seconds)

    every = [values for figures in rounds for values in figures.values()]
    return {
        "method": {
            "rounds": options.rounds,
            "seconds": options.seconds,
            "warmup_seconds": warmups,
            "connections": options.connections,
            "poll_bytes": POLL_BYTES,
            "page_bytes": PAGE_BYTES,
            "token_bytes": len(token),
        },
        "labels": {server.name: server.label for server in servers},
        "summary": report.summarize(rounds),
        "assisted": report.compare(rounds),
        "not_measured": not_measured,
        "answered_wrongly": wrong,
        "noise": {key: max(values[key] for values in every) for key in ("others_share", "steal_share")},
        "flood": flooded,
        "crowd": crowded,
        "rounds": rounds,
    }


def main():
    options = parse_options()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _: sys.exit(128 + received))
    try:
        with contextlib.ExitStack() as stack:
            result = run(options, stack)
    except Failure as failure:
        sys.exit(f"bench/run: {failure}")
    except KeyboardInterrupt:
        sys.exit(130)
    _RESULTS.mkdir(exist_ok=True)
    name = f"{options.date}-{options.name}" if options.name else options.date
    print(report.write(result, _RESULTS, name), end="")
    if result["answered_wrongly"]:
        sys.exit("bench/run: Passgate answered wrongly and was not measured")
    if options.require_passgate and result["not_measured"]:
        sys.exit("bench/run: Passgate was not measured")
    if any(figures["errors"] for figures in result["summary"].values()):
        sys.exit("bench/run: there were errors under load; the figures of that server mean nothing")


if __name__ == "__main__":
    main()
