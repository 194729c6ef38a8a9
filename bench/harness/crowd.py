"""What other callers notice of clients that stop reading a large answer, and of many that are connected and idle."""

import contextlib
import json
import resource
import socket
import statistics
import time

from processes import Failure

STALLED = 20
IDLE = 10_000
_AT_ONCE = 200
_RECEIVE_BUFFER = 4096


def allow_connections():
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
    """To the end of a chunked answer, so that the connection is idle."""
    while not answer.endswith(b"0\r\n\r\n"):
        more = connection.recv(4096)
        if not more:
            raise Failure("an idle client's connection was closed")
        answer = answer[-8:] + more


@contextlib.contextmanager
def crowd(server, poll, endless, token):
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


def endless_path(server, page, token):
    """The path of the answer that follows the large page, as the server signed it."""
    status, _, body = server.request("GET", page, {"Authorization": f"Bearer {token}"})
    if status != 200:
        raise Failure(f"{server.name}: the large page is answered with {status}")
    return json.loads(body)["nextUri"].split(str(server.port), 1)[1]


def measure(server, paths, load, token, rounds, seconds):
    """Figures of a caller before, amid and after the crowd."""
    url = server.url(paths["poll"])
    endless = endless_path(server, paths["page"], token)

    def some():
        figures = []
        for _ in range(rounds):
            cpu = server.process.cpu_seconds()
            counted = load.run(url, seconds)
            figures.append({**counted, "cpu_us": (server.process.cpu_seconds() - cpu) / counted["requests"] * 1e6})
            server.process.drop_log()
        return figures

    measured = {"before": some()}
    with crowd(server, paths["poll"], endless, token):
        resident = server.process.resident_bytes()
        measured["amid"] = some()
    time.sleep(2)
    measured["after"] = some()
    server.process.require_alive()

    def median(state, key, unit):
        return statistics.median(one[key] for one in measured[state]) / unit

    return {
        "rounds": measured,
        "resident_mib": resident / 2**20,
        "summary": {
            state: {
                "cpu_us": median(state, "cpu_us", 1),
                "requests_per_second": statistics.median(
                    one["requests"] / (one["microseconds"] / 1e6) for one in measured[state]
                ),
                "p50_ms": median(state, "p50", 1e3),
                "p99_ms": median(state, "p99", 1e3),
                "errors": sum(sum(one["errors"].values()) for one in measured[state]),
            }
            for state in measured
        },
    }
