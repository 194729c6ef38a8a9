"""The Markdown and the JSON of a run."""

import json


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
    heads = ("", "CPU µs/request", "range", "×", "range", "requests/s", "one core busy", "p50 ms", "p99 ms", "RSS MiB")
    references = sorted({row["reference_label"] for row in scenario["rows"].values() if row["reference_label"]})
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
        yield f"× is CPU as a multiple of: {', or '.join(references)}."


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


_KINDS = {"load": _load, "latency": _latency, "stream": _stream}


def _noise(noise):
    return (
        f"Other programs took at most {noise['others_share'] * 100:.1f} % of the machine in a round, "
        f"the hypervisor {noise['steal_share'] * 100:.1f} %."
    )


def markdown(run):
    lines = [f"# Passgate and its peers, {run['date']}", ""]
    for label, reason in run["not_measured"].items():
        lines += [f"**{label} not measured:** {' '.join(reason.split())[:300]}", ""]
    for scenario in run["scenarios"].values():
        lines += [f"## {scenario['title']}", "", *_KINDS[scenario["kind"]](scenario), ""]
        if "noise" in scenario:
            lines += [_noise(scenario["noise"]), ""]
    machine = run["machine"]
    lines += [
        "## How it was measured",
        "",
        f"Medians of {run['rounds']} interleaved rounds of {run['seconds']} s, {run['connections']} connections unless "
        f"said otherwise, {run['warmup']} s of CPU under load for a JVM beforehand. Server on cores {run['server_cores']}, load generator "
        f"and origin on cores {run['load_cores']}. Java options: {' '.join(run['java_options']) or 'none'}.",
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
    text = markdown(run)
    (directory / f"{name}.md").write_text(text, encoding="utf-8")
    (directory / f"{name}.json").write_text(json.dumps(run, indent=2) + "\n", encoding="utf-8")
    return text
