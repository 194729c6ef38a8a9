"""What the stub origin says: the answers of a Trino that runs one query."""

import json
import random

_QUERY_ID = "20260722_091500_00042_bench"
_SLUG = "y0f3c9a7d1b5e2846a0c7f9d3b1e5a2c8460f7b9d"
POLL_BYTES = 724
PAGE_BYTES = 1 << 20


def _stats(state, **more):
    return {
        "state": state,
        "queued": state == "QUEUED",
        "scheduled": state == "RUNNING",
        "nodes": 0,
        "totalSplits": 0,
        "queuedSplits": 0,
        "runningSplits": 0,
        "completedSplits": 0,
        "cpuTimeMillis": 0,
        "wallTimeMillis": 0,
        "queuedTimeMillis": 1,
        "elapsedTimeMillis": 12,
        "processedRows": 0,
        "processedBytes": 0,
        "physicalInputBytes": 0,
        "peakMemoryBytes": 0,
        **more,
    }


def _compact(answer):
    return json.dumps(answer, separators=(",", ":"))


def answers(base):
    """The three answers of a query's life by phase, with URIs that begin with the base given."""
    info = f"{base}/ui/query.html?{_QUERY_ID}"

    def waiting(next_uri, state):
        return _compact({"id": _QUERY_ID, "infoUri": info, "nextUri": next_uri, "stats": _stats(state), "warnings": []})

    executing = {
        "id": _QUERY_ID,
        "infoUri": info,
        "nextUri": f"{base}/v1/statement/executing/{_QUERY_ID}/{_SLUG}/1",
        "columns": [
            {"name": "comment", "type": "varchar", "typeSignature": {"rawType": "varchar", "arguments": []}}
        ],
        "data": [[""]],
        "stats": _stats("RUNNING", progressPercentage=25.0, nodes=4, totalSplits=96, completedSplits=24),
        "warnings": [],
    }
    # The one value fills the answer up to its size, whatever the length of the address.
    executing["data"] = [["carefully final deposits sleep ".ljust(POLL_BYTES - len(_compact(executing)), "z")]]
    return {
        "QUEUED": waiting(f"{base}/v1/statement/queued/{_QUERY_ID}/{_SLUG}/1", "QUEUED"),
        "WAITING": waiting(f"{base}/v1/statement/executing/{_QUERY_ID}/{_SLUG}/0", "QUEUED"),
        "EXECUTING": _compact(executing),
    }


def page(base):
    """A page of about 1 MiB, whose text gzip makes a fourth of, after the three answers of `answers(base)`."""
    words = "carefully final deposits sleep furiously pending requests above the quickly ironic accounts nag".split()
    chosen = random.Random(476)
    rows, size = [], 0
    while size < PAGE_BYTES:
        rows.append([chosen.getrandbits(40), f"Clerk#{chosen.getrandbits(30):09d}", " ".join(chosen.choices(words, k=9))])
        size += len(_compact(rows[-1])) + 1
    columns = [("orderkey", "bigint"), ("clerk", "varchar"), ("comment", "varchar")]
    return _compact(
        {
            "id": _QUERY_ID,
            "infoUri": f"{base}/ui/query.html?{_QUERY_ID}",
            "nextUri": f"{base}/v1/statement/executing/{_QUERY_ID}/{_SLUG}/2",
            "columns": [
                {"name": name, "type": kind, "typeSignature": {"rawType": kind, "arguments": []}}
                for name, kind in columns
            ],
            "data": rows,
            "stats": _stats("RUNNING", progressPercentage=50.0, nodes=4, totalSplits=96, completedSplits=48),
            "warnings": [],
        }
    )
