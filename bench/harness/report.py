"""Medians, ratios, and the two files of a run."""

import json
import statistics

REFERENCE = "haproxy-jwt"
# The large page by how it is called, and what the client asks for.
PAGES = {"page": "identity", "gzip page": "gzip"}
_ANSWERS = {"": "poll", ", page": "page of 1 MiB", ", gzip page": "the same, for a client that takes gzip"}


def summarize(rounds):
    """Medians by server. A ratio is taken within a round, where both saw the same machine, and its median reported."""
    summary = {}
    for name in rounds[0]:
        own = [figures[name] for figures in rounds]
        costs = [figures["cpu_us_per_request"] for figures in own]
        ratios = [
            figures[name]["cpu_us_per_request"] / figures[REFERENCE]["cpu_us_per_request"] for figures in rounds
        ]
        medians = {
            key: statistics.median(figures[key] for figures in own)
            for key, value in own[0].items()
            if not isinstance(value, dict)
        }
        summary[name] = {
            **medians,
            "cpu_us_per_request_range": [min(costs), max(costs)],
            "ratio": statistics.median(ratios),
            "ratio_range": [min(ratios), max(ratios)],
            "errors": sum(sum(figures["errors"].values()) for figures in own),
        }
    return summary


def compare(rounds):
    """Assisted mode by rewriting mode, for each kind of answer; empty where one of them was not measured."""
    compared = {}
    for kind, answer in _ANSWERS.items():
        rewriting, assisted = f"passgate{kind}", f"passgate-assisted{kind}"
        if rewriting in rounds[0] and assisted in rounds[0]:
            ratios = [
                figures[assisted]["cpu_us_per_request"] / figures[rewriting]["cpu_us_per_request"] for figures in rounds
            ]
            compared[answer] = {
                "rewriting": rewriting,
                "assisted": assisted,
                "plain": f"haproxy-plain{kind}",
                "ratio": statistics.median(ratios),
                "ratio_range": [min(ratios), max(ratios)],
            }
    return compared


def _assisted(run):
    """The table of the two modes; µs and bytes are medians, the ratio is that of the rounds."""
    lines = [
        "## Rewriting and assisted",
        "",
        "| answer | rewriting, CPU µs | assisted | assisted ÷ rewriting | range | bytes, rewriting | assisted "
        "| HAProxy, plain, CPU µs |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for answer, compared in run["assisted"].items():
        rewriting, assisted, plain = (run["summary"][compared[key]] for key in ("rewriting", "assisted", "plain"))
        low, high = compared["ratio_range"]
        lines.append(
            f"| {answer} | {rewriting['cpu_us_per_request']:,.1f} | {assisted['cpu_us_per_request']:,.1f} "
            f"| {compared['ratio']:.2f} | {low:.2f}–{high:.2f} "
            f"| {rewriting['bytes_per_answer']:,.0f} | {assisted['bytes_per_answer']:,.0f} "
            f"| {plain['cpu_us_per_request']:,.1f} |"
        )
    return [*lines, ""]


def _row(label, figures):
    low, high = figures["cpu_us_per_request_range"]
    ratio_low, ratio_high = figures["ratio_range"]
    return (
        f"| {label} | {figures['cpu_us_per_request']:.1f} | {low:.1f}–{high:.1f} "
        f"| {figures['ratio']:.2f} | {ratio_low:.2f}–{ratio_high:.2f} "
        f"| {figures['requests_per_second']:,.0f} | {figures['cores_busy'] * 100:.0f} % "
        f"| {figures['p50_ms']:.2f} | {figures['p99_ms']:.2f} | {figures['resident_mib']:.0f} | {figures['errors']} |"
    )


def _flood(figures):
    """The table of the flood: what a good caller saw, quiet and flooded, by medians of the rounds."""
    lines = [
        "## A flood of bad passwords",
        "",
        "| good caller | p50 ms, quiet | flooded | × | p99 ms, quiet | flooded | × |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for caller, states in figures["summary"].items():
        quiet, flooded = states["quiet"], states["flooded"]
        cells = [
            f"{quiet[key]:.2f} | {flooded[key]:.2f} | {flooded[key] / quiet[key]:.2f}" for key in ("p50_ms", "p99_ms")
        ]
        lines.append(f"| {caller} | {' | '.join(cells)} |")
    tries = ", ".join(f"{outcome} {count:,.0f}" for outcome, count in sorted(figures["tries"].items()))
    return [*lines, "", f"All of Basic, good callers too, by outcome: {tries}.", ""]


def _crowd(figures):
    """The table of the crowd: what a caller saw before, amid and after it."""
    before, amid, after = (figures["summary"][state] for state in ("before", "amid", "after"))
    lines = [
        "## Amid 20 clients that stop reading 4 GB and 10,000 that are idle",
        "",
        "| a caller's polls | before | amid | after | amid ÷ mean of the others |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for label, key, digits in (
        ("CPU µs/request", "cpu_us", 1),
        ("requests/s", "requests_per_second", 0),
        ("p50 ms", "p50_ms", 2),
        ("p99 ms", "p99_ms", 2),
    ):
        ratio = amid[key] / ((before[key] + after[key]) / 2)
        cells = " | ".join(f"{each[key]:,.{digits}f}" for each in (before, amid, after))
        lines.append(f"| {label} | {cells} | {ratio:.2f} |")
    errors = sum(each["errors"] for each in (before, amid, after))
    return [*lines, "", f"Errors: {errors}. RSS amid it: {figures['resident_mib']:.0f} MiB.", ""]


def _polls(run):
    """The tables of polls, and how they were measured."""
    lines = [
        "| server | CPU µs/request | range | × HAProxy `jwt_verify` | range | requests/s | one core busy "
        "| p50 ms | p99 ms | RSS MiB | errors |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        *(_row(label, run["summary"][name]) for name, label in run["labels"].items()),
        "",
    ]
    if run["assisted"]:
        lines += _assisted(run)
    if run["flood"]:
        lines += _flood(run["flood"])
    if run["crowd"]:
        lines += _crowd(run["crowd"])
    method = run["method"]
    warmups = ", ".join(f"{run['labels'][name]} {seconds} s" for name, seconds in method["warmup_seconds"].items())
    return [
        *lines,
        f"Medians of {method['rounds']} interleaved rounds of {method['seconds']} s, "
        f"{method['connections']} connections, answers of {method['poll_bytes']} bytes. Warm-up: {warmups}.",
        f"Server on cores {run['server_cores']}, load generator and origin on cores {run['load_cores']}.",
        _noise(run["noise"]),
        "",
    ]


def _noise(noise):
    return (
        f"Other programs took at most {noise['others_share'] * 100:.1f} % of the machine in a round, "
        f"the hypervisor {noise['steal_share'] * 100:.1f} %."
    )


def _sql(run):
    """The table of rows a second; CPU seconds are for a million rows."""
    figures = run["sql"]
    lines = [
        "## Rows of SQL",
        "",
        "| a table read by | rows/s | × JDBC | range | MB/s | CPU s per million rows: Trino | gateway | reader |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, label in figures["labels"].items():
        own = figures["summary"][name]
        low, high = own["ratio_range"]
        size = f"{own['bytes'] / own['seconds'] / 1e6:.0f}" if own["bytes"] else ""
        lines.append(
            f"| {label} | {own['rows_per_second']:,.0f} | {own['ratio']:.2f} | {low:.2f}–{high:.2f} | {size} "
            f"| {own['trino_cpu_seconds']:.2f} | {own['gateway_cpu_seconds']:.2f} | {own['client_cpu_seconds']:.2f} |"
        )
    return [
        *lines,
        "",
        f"Medians of {len(figures['rounds'])} interleaved rounds, {figures['rows']:,} rows of `lineitem` with all its "
        f"columns. Trino {figures['trino']} on cores {run['load_cores']}, gateway and reader on cores "
        f"{run['server_cores']}. RSS of the gateway: {figures['gateway_mib']:.0f} MiB.",
        _noise(figures["noise"]),
        "",
    ]


def markdown(run):
    lines = [f"# {'CPU per authenticated poll' if run['summary'] else 'Rows of SQL over HTTP'}, {run['date']}", ""]
    for label, reason in run["not_measured"].items():
        lines += [f"**{label} not measured:** {' '.join(reason.split())[:300]}", ""]
    if run["summary"]:
        lines += _polls(run)
    if run["sql"]:
        lines += _sql(run)
    machine = run["machine"]
    lines += [
        f"Java options: {run['java_options'] or 'none'}.",
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
