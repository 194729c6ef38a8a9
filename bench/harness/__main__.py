"""The run: each scenario in turn, then the report."""

import argparse
import contextlib
import datetime
import http.client
import os
import pathlib
import platform
import re
import shutil
import signal
import subprocess
import sys
import tempfile

import cold
import crowd
import flood
import latency
import loads
import many
import micro
import programs
import report
import servers
import sql
import stream
from bench import Bench, progress
from processes import Failure

_RESULTS = pathlib.Path(__file__).resolve().parent.parent / "results"
# In the order of the run.
_SCENARIOS = {
    "poll": lambda bench: loads.run(bench, "Authenticated poll, cached token", loads.poll),
    "running": lambda bench: loads.run(bench, "Poll of a query that runs: 2.8 KB, four URIs", loads.running),
    "post": lambda bench: loads.run(bench, "POST of a new query", loads.post),
    "latency": latency.run,
    "page": lambda bench: loads.run(bench, "Page of 1 MiB", loads.page),
    "stream": stream.run,
    "connections": lambda bench: loads.run(bench, "1, 100 and 1,000 connections", loads.connections),
    "algorithms": lambda bench: loads.run(bench, "RS256 and ES256, tokens remembered and new", many.algorithms),
    "fleet": many.fleet,
    "cold": cold.run,
    "sql": sql.run,
    "flood": flood.run,
    "crowd": crowd.run,
    "micro": micro.run,
}


def _at_least(minimum):
    def parse(text):
        value = int(text)
        if value < minimum:
            raise argparse.ArgumentTypeError(f"{value} is below {minimum}")
        return value

    return parse


def _names(text):
    return text.split(",")


def _file_name(text):
    if not re.fullmatch(r"[A-Za-z0-9._-]+", text):
        raise argparse.ArgumentTypeError(f"'{text}' has other characters than letters, digits, dot, hyphen, underscore")
    return text


def parse_options():
    parser = argparse.ArgumentParser(prog="bench/run", description="What Passgate costs, beside its peers.")
    parser.add_argument("--only", type=_names, help=f"scenarios, with commas between them: {', '.join(_SCENARIOS)}")
    parser.add_argument("--servers", type=_names, help="leave out all but these, such as haproxy-jwt,passgate")
    parser.add_argument("--rounds", type=_at_least(1), default=5, help="interleaved rounds (5)")
    parser.add_argument("--seconds", type=_at_least(1), default=3, help="seconds of load per server and round (3)")
    parser.add_argument("--warmup", type=_at_least(1), help="seconds of CPU under load for a JVM beforehand (60; with --only 15)")
    parser.add_argument("--connections", type=_at_least(1), default=16, help="of the load generator (16)")
    parser.add_argument("--issuers", type=_at_least(2), default=1000, help="of the Passgate with many (1000)")
    parser.add_argument("--cold-seconds", type=_at_least(3), default=20, help="watched after a cold start (20)")
    parser.add_argument("--rows", type=_at_least(100_000), default=1_000_000, help="of the table for SQL (1000000)")
    parser.add_argument("--pin", choices=("on", "off"), default="on", help="a core for the server alone (on)")
    parser.add_argument("--jar", help="Passgate's jar (the newest target/passgate-*.jar)")
    parser.add_argument("--java-options", help="as --java-options='-Xmx192m ...', beside those of the distribution")
    today = datetime.date.today().isoformat()
    parser.add_argument("--date", type=_file_name, default=today, help="date of the report (today)")
    parser.add_argument("--name", type=_file_name, help="keep the report for the repository, as DATE-NAME")
    options = parser.parse_args()
    unknown = set(options.only or ()) - set(_SCENARIOS)
    if unknown:
        parser.error(f"no such scenario: {', '.join(sorted(unknown))}")
    if options.warmup is None:
        options.warmup = 15 if options.only else 60
    return options


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        names = re.findall(r"^model name\s*:\s*(.+)$", file.read(), re.MULTILINE)
    return {
        "cores": len(os.sched_getaffinity(0)),
        "processor": names[0] if names else platform.machine(),
        "memory_mib": os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2**20,
        "kernel": platform.release(),
    }


def run(options, stack):
    """Returns the report as data; servers end when the stack is left."""
    work = tempfile.mkdtemp(prefix="passgate-bench-")
    stack.callback(shutil.rmtree, work, ignore_errors=True)
    os.chmod(work, 0o711)  # nginx's worker, another user if the run is root's, reads the public keys in it
    bench = Bench(options, stack, work)
    result = {
        "date": options.date,
        "machine": machine(),
        "versions": programs.versions(options.jar),
        "java_options": servers.options_of(options),
        "server_cores": ",".join(map(str, bench.server_cores)),
        "load_cores": ",".join(map(str, bench.load_cores)),
        "rounds": options.rounds,
        "seconds": options.seconds,
        "warmup": options.warmup,
        "connections": options.connections,
        "issuers": options.issuers,
        "token_bytes": len(bench.token),
        "scenarios": {},
        "not_measured": {},
        "interrupted": False,
    }
    for name in options.only or _SCENARIOS:
        progress(f"{name}:")
        try:
            result["scenarios"][name] = _SCENARIOS[name](bench)
        except (Failure, OSError, subprocess.SubprocessError, http.client.HTTPException) as failure:
            # What is not a Failure often says little without its type.
            reason = str(failure) if isinstance(failure, Failure) else f"{type(failure).__name__}: {failure}"
            result["not_measured"][name] = reason
            progress(f"{name} is not measured: {reason}")
            bench.drop_ended()
        except KeyboardInterrupt:
            result["not_measured"][name] = "interrupted"
            result["interrupted"] = True
            progress(f"{name} is interrupted; what was measured before is written")
            break
    return result


def _end(received, _):
    progress(f"bench/run: ended by signal {received}")
    sys.exit(128 + received)


def main():
    options = parse_options()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    try:
        with contextlib.ExitStack() as stack:
            result = run(options, stack)
    except Failure as failure:
        sys.exit(f"bench/run: {failure}")
    except KeyboardInterrupt:
        sys.exit(130)
    if result["interrupted"] and not result["scenarios"]:
        sys.exit(130)
    _RESULTS.mkdir(exist_ok=True)
    name = f"{options.date}-{options.name}" if options.name else options.date
    print(report.write(result, _RESULTS, name), end="")
    if result["interrupted"]:
        sys.exit(130)
    if result["not_measured"]:
        sys.exit(f"bench/run: not measured: {', '.join(result['not_measured'])}")


if __name__ == "__main__":
    main()
