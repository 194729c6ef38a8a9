"""What Passgate is to reach, and whether it did in this run."""


def _of(name, key="ratio"):
    return lambda scenario: scenario["rows"].get(name, {}).get(key)


def _heap_growth(scenario):
    heap = scenario["heap"].get("passgate, identity")
    return heap and {"median": heap["live_heap_most_mib"] - heap["live_heap_before_mib"]}


def _summary(key):
    return lambda scenario: scenario["summary"][key]


# What, scenario, its figure, whether it is a limit from above, the limit, unit.
_BARS = (
    ("Authenticated poll: CPU ÷ HAProxy `jwt_verify`", "poll", _of("passgate"), True, 2.0, "×"),
    ("the same, stretch", "poll", _of("passgate"), True, 1.0, "×"),
    ("Added latency at 500 requests/s, p50", "latency", _of("passgate", "added_p50_ms"), True, 0.5, "ms"),
    ("Added latency at 500 requests/s, p99", "latency", _of("passgate", "added_p99_ms"), True, 3.0, "ms"),
    ("1 GiB result: CPU ÷ HAProxy, plain", "stream", _of("passgate, identity", "cpu_ratio"), True, 2.0, "×"),
    (
        "1 GiB result: throughput ÷ HAProxy, plain",
        "stream",
        _of("passgate, identity", "throughput_ratio"),
        False,
        0.6,
        "×",
    ),
    ("1 GiB result: growth of the live heap", "stream", _heap_growth, True, 32, "MiB"),
    ("Start: ready", "cold", _summary("ready_seconds"), True, 2.5, "s"),
    ("Start: 80 % of steady requests/s, from the first request", "cold", _summary("seconds_to_80"), True, 10, "s"),
    (
        "RSS at 1,000 active connections, as in a container of 256 MiB",
        "connections",
        _of("passgate-small, 1000", "resident"),
        True,
        256,
        "MB",
    ),
    ("1,000 issuers: CPU ÷ one", "fleet", _of("passgate-issuers"), True, 1.05, "×"),
    ("50 clusters: CPU ÷ one", "fleet", _of("passgate-clusters"), True, 1.05, "×"),
    ("Rewriter, a page of rows, one core", "micro", _of("rewriter, direct", "score"), False, 2.0, "GB/s"),
)


def judge(scenarios):
    """Each bar with its figure and whether it was met; both None where it was not measured."""
    judged = []
    for what, scenario, figure, above, limit, unit in _BARS:
        found = figure(scenarios[scenario]) if scenario in scenarios else None
        met = None
        if found:
            met = found["median"] <= limit if above else found["median"] >= limit
        judged.append({"what": what, "at_most": above, "limit": limit, "unit": unit, "figure": found, "met": met})
    return judged
