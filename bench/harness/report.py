"""The Markdown and the JSON of a run."""

import json

import bars
import plots


def _table(heads, rows):
    """The first column is of words, the others of figures."""
    yield f"| {' | '.join(heads)} |"
    yield f"| --- |{' ---: |' * (len(heads) - 1)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _range(spread, digits=2):
    return f"{spread['low']:,.{digits}f}–{spread['high']:,.{digits}f}"


def _both(spread, digits=2):
    """Two cells: the median and the range."""
    return (f"{spread['median']:,.{digits}f}", _range(spread, digits)) if spread else ("", "")


def _load(scenario):
    heads = ("", "CPU µs/request", "range", "×", "range", "requests/s", "one core busy", "p50 ms", "p99 ms", "peak RSS MiB")
    references = {row["reference_label"].partition(";")[0] for row in scenario["rows"].values() if row["reference_label"]}
    rows = [
        (
            row["label"],
            *_both(row["cpu"], 1),
            *_both(row["ratio"]),
            f"{row['requests_per_second']:,.0f}",
            f"{row['cores_busy'] * 100:.0f} %",
            f"{row['p50_ms']:.2f}",
            f"{row['p99_ms']:.2f}",
            f"{row['resident_mib']:.0f}",
        )
        for row in scenario["rows"].values()
    ]
    yield from _table(heads, rows)
    if references:
        yield ""
        yield f"× is CPU as a multiple of that of {', '.join(sorted(references))} with the same requests."


def _latency(scenario):
    heads = ("", "p50 ms", "added", "range", "p99 ms", "added", "range", "CPU µs/request")
    rows = [
        (
            row["label"],
            f"{row['p50_ms']:.2f}",
            *_both(row["added_p50_ms"]),
            f"{row['p99_ms']:.2f}",
            *_both(row["added_p99_ms"]),
            f"{row['cpu_us_per_request']:.0f}",
        )
        for row in scenario["rows"].values()
    ]
    yield from _table(heads, rows)


def _stream(scenario):
    heads = ("", "CPU s/GB", "×", "range", "GB/s", "× of throughput", "range", "one core busy", "bytes sent")
    rows = [
        (
            row["label"],
            f"{row['cpu_seconds_per_gb']:.2f}",
            *_both(row["cpu_ratio"]),
            f"{row['gb_per_second']:.2f}",
            *_both(row["throughput_ratio"]),
            f"{row['cores_busy'] * 100:.0f} %",
            f"{row['bytes']:,.0f}",
        )
        for row in scenario["rows"].values()
    ]
    yield from _table(heads, rows)
    yield ""
    yield "× is of HAProxy, plain, with the same kind of client. A GB is one of the result as text, also where gzip is sent."
    if scenario["heap"]:
        yield ""
        yield from _table(
            ("while it passes", "live heap MiB before", "at most", "RSS MiB before", "at most", "looked at"),
            [
                (
                    scenario["rows"][key]["label"],
                    f"{heap['live_heap_before_mib']:.1f}",
                    f"{heap['live_heap_most_mib']:.1f}",
                    f"{heap['resident_before_mib']:.0f}",
                    f"{heap['resident_most_mib']:.0f}",
                    f"{len(heap['samples'])} times",
                )
                for key, heap in scenario["heap"].items()
            ],
        )


def _cold(scenario):
    labels = {
        "ready_seconds": ("from the start of the process to readiness, s", 2),
        "start_cpu_seconds": ("CPU until then, s", 2),
        "start_resident_mib": ("RSS then, MiB", 0),
        "first_second_share": ("requests/s in the first second, as a share of the steady", 2),
        "seconds_to_80": ("until 80 % of the steady requests/s, s from the first request", 1),
        "steady_requests_per_second": ("steady requests/s, of another one that is warm", 0),
        "p99_ms": ("p99 of all requests while it was watched, ms", 0),
    }
    rows = [(label, *_both(scenario["summary"][key], digits)) for key, (label, digits) in labels.items()]
    yield from _table(("", "median", "range"), rows)
    yield ""
    yield (
        f"Watched for {scenario['watched_seconds']} s; what was not reached counts as a second more. On all cores, "
        "which the load generator and the origin share."
    )


def _sql(scenario):
    heads = ("a table read by", "rows/s", "× JDBC", "range", "MB/s", "CPU s per million rows: Trino", "gateway", "reader")
    rows = [
        (
            scenario["labels"][name],
            f"{row['rows_per_second']:,.0f}",
            *_both(row["ratio"]),
            f"{row['bytes'] / row['seconds'] / 1e6:.0f}" if row["bytes"] else "",
            *(f"{row[f'{who}_cpu_seconds']:.2f}" for who in ("trino", "gateway", "client")),
        )
        for name, row in scenario["rows"].items()
    ]
    yield from _table(heads, rows)
    yield ""
    yield (
        f"{scenario['row_count']:,} rows of `lineitem` with all its columns. Trino {scenario['trino']} on the load "
        f"generator's cores, gateway and reader on the server's. RSS of the gateway: {scenario['gateway_mib']:.0f} MiB."
    )


def _flood(scenario):
    heads = ("good caller", "p50 ms, quiet", "flooded", "×", "p99 ms, quiet", "flooded", "×")
    rows = []
    for caller, row in scenario["rows"].items():
        cells = [caller]
        for key in ("p50", "p99"):
            quiet, flooded = row[f"quiet_{key}"], row[f"flooded_{key}"]
            cells += [f"{quiet:.2f}", f"{flooded:.2f}", f"{flooded / quiet:.2f}"]
        rows.append(cells)
    yield from _table(heads, rows)
    tries = ", ".join(f"{outcome} {count:,.0f}" for outcome, count in sorted(scenario["tries"].items()))
    yield ""
    yield f"All of Basic, good callers too, by outcome: {tries}."


def _crowd(scenario):
    before, amid, after = (scenario["rows"][state] for state in ("before", "amid", "after"))
    rows = []
    for label, key, digits in (
        ("CPU µs/request", "cpu_us_per_request", 1),
        ("requests/s", "requests_per_second", 0),
        ("p50 ms", "p50_ms", 2),
        ("p99 ms", "p99_ms", 2),
    ):
        ratio = amid[key] / ((before[key] + after[key]) / 2)
        rows.append((label, *(f"{each[key]:,.{digits}f}" for each in (before, amid, after)), f"{ratio:.2f}"))
    yield from _table(("a caller's polls", "before", "amid", "after", "amid ÷ mean of the others"), rows)
    yield ""
    yield f"RSS amid it: {scenario['resident_mib']:.0f} MiB."


def _micro(scenario):
    rows = [(row["label"], *_both(row["score"]), row["unit"]) for row in scenario["rows"].values()]
    yield from _table(("", "a second", "range", "unit"), rows)


_KINDS = {
    "load": _load,
    "latency": _latency,
    "stream": _stream,
    "cold": _cold,
    "sql": _sql,
    "flood": _flood,
    "crowd": _crowd,
    "micro": _micro,
}


def _noise(noise):
    return (
        f"Other programs took at most {noise['others_share'] * 100:.1f} % of the machine in a round, "
        f"the hypervisor {noise['steal_share'] * 100:.1f} %."
    )


def _bars(judged):
    rows = []
    for bar in judged:
        figure, unit = bar["figure"], bar["unit"]
        measured = "not measured"
        if figure:
            measured = f"{figure['median']:,.2f} {unit}" + (f" ({_range(figure)})" if "low" in figure else "")
        verdict = {True: "met", False: "**missed**", None: bar["open"]}[bar["met"]]
        limit = f"{'at most' if bar['at_most'] else 'at least'} {bar['limit']:g} {unit}"
        rows.append((bar["what"], limit, measured, verdict))
    return ["## Bars", "", *_table(("", "bar", "measured", ""), rows), ""]


def markdown(run, images):
    """`images` are the names of plots by scenario."""
    lines = [f"# Passgate and its peers, {run['date']}", "", *_bars(run["bars"])]
    for label, reason in run["not_measured"].items():
        lines += [f"**{label} not measured:** {' '.join(reason.split())[:300]}", ""]
    for name, scenario in run["scenarios"].items():
        lines += [f"## {scenario['title']}", "", *_KINDS[scenario["kind"]](scenario), ""]
        if "noise" in scenario:
            lines += [_noise(scenario["noise"]), ""]
        lines += [line for image in images.get(name, ()) for line in (f"![{scenario['title']}]({image})", "")]
    machine = run["machine"]
    lines += [
        "## How it was measured",
        "",
        f"Medians of {run['rounds']} interleaved rounds of {run['seconds']} s, {run['connections']} connections unless "
        f"said otherwise, {run['warmup']} s of CPU under load for a JVM beforehand. Server on cores "
        f"{run['server_cores']}, load generator and origin on cores {run['load_cores']}. "
        f"Java options: `{' '.join(run['java_options']) or 'none'}`.",
        "",
        f"Machine: {machine['cores']} cores, {machine['processor']}, {machine['memory_mib']} MiB, "
        f"Linux {machine['kernel']}.",
        *(f"- {name}: {version}" for name, version in run["versions"].items()),
        "",
        "How to read this: [bench/README.md](../README.md).",
    ]
    return "\n".join(lines) + "\n"


def write(run, directory, name):
    """Returns the Markdown, which is also what the terminal gets."""
    run = {"bars": bars.judge(run), **run}
    # An earlier run of that name may have had plots that this one hasn't.
    for earlier in directory.glob(f"{name}.*.svg"):
        if earlier.name.count(".") == name.count(".") + 2:  # not of a name that goes on with a dot
            earlier.unlink()
    images = {}
    for scenario, measured in run["scenarios"].items():
        for kind, plot in plots.of(measured).items():
            image = f"{name}.{scenario}-{kind}.svg"
            (directory / image).write_text(plot, encoding="utf-8")
            images.setdefault(scenario, []).append(image)
    text = markdown(run, images)
    (directory / f"{name}.md").write_text(text, encoding="utf-8")
    (directory / f"{name}.json").write_text(json.dumps(run, indent=1) + "\n", encoding="utf-8")
    return text
