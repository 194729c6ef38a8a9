"""What the stub origin says: the answers of a Trino that runs one query."""

import json

_QUERY_ID = "20260722_091500_00042_bench"
_SLUG = "y0f3c9a7d1b5e2846a0c7f9d3b1e5a2c8460f7b9d"
POLL_BYTES = 724


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
    """The three answers of a query's life by phase; every URI names the origin's own address."""
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
