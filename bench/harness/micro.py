"""The benchmarks in micro/, which JMH runs: parts of the hot path by themselves."""

import json
import os
import subprocess

import programs
from processes import Failure, Process

_LABELS = {
    "RewriterBenchmark.rewrite": "rewriter, a page of rows",
    "TokenBenchmark.cacheHit": "token that is remembered",
    "TokenBenchmark.cacheMiss": "looking for one that isn't",
    "TokenBenchmark.verifyRs256": "verifying it, RS256",
    "TokenBenchmark.verifyEs256": "verifying it, ES256",
    "SignedUriBenchmark.sign": "signing a URI",
    "SignedUriBenchmark.verify": "verifying a signed URI and its owner",
}
_LIMIT_SECONDS = 1800


def run(bench):
    bench.progress("compiling and running JMH, some minutes")
    result = os.path.join(bench.work, "jmh.json")
    command = ["./mvnw", "-B", "-q", "-Pbench", "test-compile", "exec:exec@bench", f"-Djmh.result={result}"]
    log = os.path.join(bench.work, "jmh.log")
    process = Process("jmh", ["env", f"--chdir={programs.PROJECT}", *command], bench.all_cores, log)
    bench.stack.callback(process.stop)
    try:
        status = process.wait(_LIMIT_SECONDS)
    except subprocess.TimeoutExpired:
        status = f"nothing after {_LIMIT_SECONDS} s"
    finally:
        process.stop()
    if status != 0 or not os.path.exists(result):
        raise Failure(f"JMH ended with {status}: {process.last_words()}")
    with open(result, encoding="utf-8") as file:
        rows = dict(_row(one) for one in json.load(file))
    return {"kind": "micro", "title": "Parts by themselves, one thread", "rows": rows}


def _row(one):
    """Of the score of JMH, which counts a second; for the rewriter that is bytes."""
    name = ".".join(one["benchmark"].rsplit(".", 2)[1:])
    score = one["primaryMetric"]
    each = [value for fork in score["rawData"] for value in fork]
    spread = {"median": score["score"], "low": min(each), "high": max(each)}
    label = _LABELS.get(name, name)
    memory = one.get("params", {}).get("memory")
    if memory:
        key = "rewriter" if memory == "heap" else f"rewriter, {memory}"
        unit, scale, label = "GB/s", 1e9, f"{label}, {memory} memory"
    else:
        key, unit, scale = name, "thousand/s", 1e3
    return key, {"label": label, "unit": unit, "score": {edge: value / scale for edge, value in spread.items()}}
