"""What Passgate is to reach, and whether it did in this run."""


def _of(name, key="ratio"):
    return lambda scenario: scenario["rows"].get(name, {}).get(key)


def _heap_growth(scenario):
    heap = scenario["heap"].get("passgate, identity")
    return heap and {"median": heap["live_heap_most_mib"] - heap["live_heap_before_mib"]}


def _summary(key):
    return lambda scenario: scenario["summary"][key]


# The run that they are for.
_ROUNDS = 5
_ISSUERS = 1000
_CONNECTIONS = 16
_WARMUP_SECONDS = 45
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


def _departures(run):
    """How the run is another than the one that the bars are for."""
    found = []
    if run["rounds"] < _ROUNDS:
        found.append(f"only {run['rounds']} round{'s' if run['rounds'] > 1 else ''}")
    if run["issuers"] != _ISSUERS:
        found.append(f"{run['issuers']:,} issuers")
    if run["connections"] != _CONNECTIONS:
        found.append(f"{run['connections']:,} connection{'s' if run['connections'] > 1 else ''}")
    if run["server_cores"] == run["load_cores"]:
        found.append("no core for the server alone")  # told so, or the machine has but one
    if run["warmup"] < _WARMUP_SECONDS:
        found.append(f"only {run['warmup']} s of warm-up")
    return found


def judge(run):
    """
    Each bar with its figure and whether it was met: both None where it was not measured, and only the latter where the
    run is not the bar's, which `open` says in words.
    """
    scenarios = run["scenarios"]
    judged = []
    for what, scenario, figure, above, limit, unit in _BARS:
        found = figure(scenarios[scenario]) if scenario in scenarios else None
        # JMH has rounds, threads and warm-up of its own.
        departures = _departures(run) if scenario != "micro" else []
        met = None
        if found and not departures:
            met = found["median"] <= limit if above else found["median"] >= limit
        judged.append(
            {
                "what": what,
                "at_most": above,
                "limit": limit,
                "unit": unit,
                "figure": found,
                "met": met,
                "open": ", ".join(departures) if found else "",
            }
        )
    return judged
