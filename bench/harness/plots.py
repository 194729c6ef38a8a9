"""Plots as SVG: bars with the range of the rounds, and lines over time."""

from html import escape

_WIDTH = 860
_LABELS = 330
_RIGHT = 90
_STEP = 30
_PASSGATE, _PEER, _LINE, _TEXT, _GRID = "#2a6fb0", "#9aa5b1", "#c8452f", "#333333", "#dddddd"


def _text(x, y, text, anchor="start", size=13, color=_TEXT):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{color}">{escape(text)}</text>'


def _line(x1, y1, x2, y2, color, width=1.0, dash=""):
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{color}" stroke-width="{width}"{dashes}/>'
    )


def _document(height, parts):
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        f'font-family="sans-serif">\n<rect width="100%" height="100%" fill="white"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def bars(title, unit, rows, limit=None):
    """`rows` are of label and spread; `limit` is drawn across. Labels that begin with Passgate stand out."""
    most = max([spread["high"] for _, spread in rows] + ([limit] if limit else [])) or 1
    scale = (_WIDTH - _LABELS - _RIGHT) / most
    bottom = 50 + _STEP * len(rows)
    parts = [_text(16, 26, f"{title}, {unit}", size=16)]
    for number, (label, spread) in enumerate(rows):
        top = 46 + _STEP * number
        middle = top + 10
        end = _LABELS + max(0, spread["median"]) * scale
        color = _PASSGATE if label.startswith("Passgate") else _PEER
        parts += [
            _text(_LABELS - 10, middle + 4, label.replace("`", ""), "end"),
            f'<rect x="{_LABELS}" y="{top}" width="{max(0.5, end - _LABELS):.1f}" height="20" fill="{color}"/>',
            _line(_LABELS + max(0, spread["low"]) * scale, middle, _LABELS + max(0, spread["high"]) * scale, middle, _TEXT),
            _text(_LABELS + max(0, spread["high"], spread["median"]) * scale + 6, middle + 4, f"{spread['median']:,.2f}"),
        ]
        for edge in ("low", "high"):
            x = _LABELS + max(0, spread[edge]) * scale
            parts.append(_line(x, middle - 4, x, middle + 4, _TEXT))
    if limit:
        x = _LABELS + limit * scale
        parts += [_line(x, 40, x, bottom, _LINE, 1.5, "5 4"), _text(x, bottom + 14, f"{limit:g}", "middle", 12, _LINE)]
    return _document(bottom + 22, parts)


def lines(title, x_label, series, limit=None):
    """`series` are lists of points of x and y, y with 1 as the usual; the last one is drawn strong."""
    left, right, top, bottom = 60, _WIDTH - 20, 46, 330
    most_x = max((x for points in series for x, _ in points), default=1)
    most_y = max([1.1, *(y for points in series for _, y in points)])

    def at(x, y):
        return left + x / most_x * (right - left), bottom - y / most_y * (bottom - top)

    parts = [_text(16, 26, title, size=16), _text((left + right) / 2, bottom + 36, x_label, "middle")]
    for tenth in range(0, int(most_y * 10) + 1, 2):
        _, y = at(0, tenth / 10)
        parts += [_line(left, y, right, y, _GRID), _text(left - 8, y + 4, f"{tenth * 10} %", "end", 12)]
    for second in range(0, int(most_x) + 1, max(1, int(most_x) // 10)):
        x, _ = at(second, 0)
        parts += [_line(x, bottom, x, bottom + 4, _TEXT), _text(x, bottom + 18, str(second), "middle", 12)]
    if limit:
        parts.append(_line(left, at(0, limit)[1], right, at(0, limit)[1], _LINE, 1.5, "5 4"))
    for number, points in enumerate(series):
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(*point) for point in points))
        strong = number == len(series) - 1
        style = f'stroke="{_PASSGATE}" stroke-width="2.5"' if strong else f'stroke="{_PEER}" stroke-width="1"'
        parts.append(f'<polyline points="{path}" fill="none" {style}/>')
    return _document(bottom + 50, parts)


def of(scenario):
    """The plots of a scenario by the end of their names; the units say which way is better."""
    kind, title = scenario["kind"], scenario["title"]
    if kind == "load":
        cpu = [(row["label"], row["cpu"]) for row in scenario["rows"].values()]
        ratios = [(row["label"], row["ratio"]) for row in scenario["rows"].values() if row["ratio"]]
        plots = {"cpu": bars(title, "CPU µs per request", cpu)}
        if ratios:
            plots["ratio"] = bars(title, "CPU as a multiple", ratios, 1)
        return plots
    if kind == "latency":
        return {
            key: bars(f"{title}, {key}", "ms added", [(row["label"], row[f"added_{key}_ms"]) for row in rows], limit)
            for rows in [list(scenario["rows"].values())[1:]]
            for key, limit in (("p50", 0.5), ("p99", 3))
            if rows
        }
    if kind == "stream":
        rows = [row for row in scenario["rows"].values() if row["cpu_ratio"]]
        keys = {"cpu": ("cpu_ratio", "CPU as a multiple", 2), "throughput": ("throughput_ratio", "throughput as a share", 0.6)}
        return {
            name: bars(title, unit, [(row["label"], row[key]) for row in rows], limit)
            for name, (key, unit, limit) in keys.items()
            if rows
        }
    if kind == "cold":
        each = [[(point["seconds"], point["share"]) for point in one["passgate"]["rates"]] for one in scenario["rounds"]]
        return {"rate": lines("Requests/s after a cold start, as a share of the steady", "seconds", [*each, _middle(each)], 0.8)}
    if kind == "sql":
        rows = [(scenario["labels"][name], row["ratio"]) for name, row in scenario["rows"].items()]
        return {"rows": bars(title, "rows/s as a multiple of JDBC", rows, 1)}
    return {}


def _middle(series):
    """The median line of several that were sampled at about the same times."""
    middle = []
    for number in range(min(len(points) for points in series)):
        points = sorted(points[number][1] for points in series)
        middle.append((series[0][number][0], points[len(points) // 2]))
    return middle
