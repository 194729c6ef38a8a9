"""What a gateway adds to an answer's time at a moderate rate, where nothing queues."""

import load
import measurement

RATE = 500
CONNECTIONS = 50
_MIN_SECONDS = 5
_SERVERS = ("direct", "haproxy-plain", "nginx", "haproxy-jwt", "passgate")


def run(bench):
    names = ["direct", *bench.selected(*_SERVERS[1:])]
    servers = {name: bench.server(name) for name in names}
    requests = {name: [load.poll(bench.query(server)["poll"], bench.token)] for name, server in servers.items()}
    seconds = max(_MIN_SECONDS, bench.options.seconds)
    for name, server in servers.items():
        bench.warm_up(
            server,
            "poll",
            lambda some, name=name, server=server: bench.wrk.run(
                server, requests[name], bench.options.connections, some
            ),
        )
        bench.generator.at_rate(server, requests[name], CONNECTIONS, RATE, 2)

    def measure(name):
        server = servers[name]
        return measurement.measure(
            bench,
            server,
            lambda: bench.generator.at_rate(server, requests[name], CONNECTIONS, RATE, seconds),
            CONNECTIONS,
        )

    def tell(figures):
        return ", ".join(f"{name} {own['p50_ms']:.2f}/{own['p99_ms']:.2f}" for name, own in figures.items()) + " ms"

    rounds = bench.rounds(names, measure, tell)
    return {
        "kind": "latency",
        "title": f"Latency at {RATE} requests/s",
        "seconds": seconds,
        "rows": {
            name: {
                "label": server.label,
                **measurement.medians(rounds, name),
                "added_p50_ms": measurement.differences(rounds, name, "direct", "p50_ms"),
                "added_p99_ms": measurement.differences(rounds, name, "direct", "p99_ms"),
            }
            for name, server in servers.items()
        },
        "noise": measurement.noise(rounds),
        "rounds": rounds,
    }
