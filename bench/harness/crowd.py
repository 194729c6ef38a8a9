"""What other callers notice of clients that stop reading a large answer, and of many that are connected and idle."""

import contextlib
import re
import resource
import socket
import statistics
import time

import load
import measurement
from processes import Failure

STALLED = 20
IDLE = 10_000
_AT_ONCE = 200
_RECEIVE_BUFFER = 4096


def _allow_connections():
    """Of this process; the server's own limit is the machine's."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most >= IDLE + 1000


def _connect(server, path, token):
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
    connection.settimeout(30)
    connection.connect(("127.0.0.1", server.port))
    connection.sendall(
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nAuthorization: Bearer {token}\r\n\r\n".encode("ascii")
    )
    return connection


def _begin(connection):
    first = connection.recv(512)
    if not first.startswith(b"HTTP/1.1 200 "):
        raise Failure(f"a client of the crowd was answered {first[:40]!r}")
    return first


def _rest(connection, answer):
    """To the end of the answer, so that the connection is idle."""
    while b"\r\n\r\n" not in answer:
        answer += _more(connection)
    head, _, body = answer.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    while len(body) < int(length.group(1)) if length else not body.endswith(b"0\r\n\r\n"):
        body += _more(connection)


def _more(connection):
    more = connection.recv(4096)
    if not more:
        raise Failure("an idle client's connection was closed")
    return more


@contextlib.contextmanager
def _crowd(server, poll, endless, token):
    with contextlib.ExitStack() as stack:
        for _ in range(STALLED):
            connection = stack.enter_context(_connect(server, endless, token))
            _begin(connection)
        for _ in range(0, IDLE, _AT_ONCE):
            some = [stack.enter_context(_connect(server, poll, token)) for _ in range(_AT_ONCE)]
            for connection in some:
                _rest(connection, _begin(connection))
        time.sleep(2)  # for what the stalled ones' buffers still take
        yield


def run(bench):
    """A caller's figures before, amid and after the crowd, which is not made anew for each round."""
    if not _allow_connections():
        raise Failure(f"fewer than {IDLE + 1000} open files are allowed")
    bench.origin.write_result()
    server = bench.server("passgate")
    paths = bench.query(server)
    requests = [load.poll(paths["poll"], bench.token)]
    connections = bench.options.connections
    bench.warm_up(server, "poll", lambda seconds: bench.wrk.run(server, requests, connections, seconds))

    def some(state):
        bench.progress(f"  {state}")
        return [
            measurement.measure(
                bench, server, lambda: bench.wrk.run(server, requests, connections, bench.options.seconds), connections
            )
            for _ in range(bench.options.rounds)
        ]

    measured = {"before": some("before")}
    with _crowd(server, paths["poll"], paths["result"], bench.token):
        resident = server.process.resident_bytes()
        measured["amid"] = some("amid")
    time.sleep(2)
    measured["after"] = some("after")
    keys = ("cpu_us_per_request", "requests_per_second", "p50_ms", "p99_ms")
    return {
        "kind": "crowd",
        "title": f"Amid {STALLED} clients that stop reading 1 GiB and {IDLE:,} that are idle",
        "resident_mib": resident / 2**20,
        "rows": {
            state: {key: statistics.median(one[key] for one in figures) for key in keys}
            for state, figures in measured.items()
        },
        "noise": measurement.noise([{"passgate": one} for figures in measured.values() for one in figures]),
        "rounds": measured,
    }
