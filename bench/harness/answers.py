"""What the stub origin says: the answers of a Trino that runs one query."""

import json
import os
import random
import zlib

SMALL = ("queued", "waiting", "executing")
POLL_BYTES = 724
PAGE_BYTES = 1 << 20
RESULT_BYTES = 1 << 30
# Of the large page and the large result, which are files.
_PAGE_ID = "20260722_091500_00042_bench"
_SLUG = "y0f3c9a7d1b5e2846a0c7f9d3b1e5a2c8460f7b9d"


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


def small(phase, base, query_id):
    """An answer of about POLL_BYTES or less, with URIs that begin with the base given."""
    info = f"{base}/ui/query.html?{query_id}"

    def waiting(next_uri, state):
        return {"id": query_id, "infoUri": info, "nextUri": next_uri, "stats": _stats(state), "warnings": []}

    if phase == "queued":
        return _compact(waiting(f"{base}/v1/statement/queued/{query_id}/{_SLUG}/1", "QUEUED"))
    if phase == "waiting":
        return _compact(waiting(f"{base}/v1/statement/executing/{query_id}/{_SLUG}/0", "QUEUED"))
    return _compact(
        {
            "id": query_id,
            "infoUri": info,
            "nextUri": f"{base}/v1/statement/executing/{query_id}/{_SLUG}/1",
            "columns": [
                {"name": "comment", "type": "varchar", "typeSignature": {"rawType": "varchar", "arguments": []}}
            ],
            "data": [["carefully final deposits sleep ".ljust(76, "z")]],
            "stats": _stats("RUNNING", progressPercentage=25.0, nodes=4, totalSplits=96, completedSplits=24),
            "warnings": [],
        }
    )


def _head(base, number):
    columns = [("orderkey", "bigint"), ("clerk", "varchar"), ("comment", "varchar")]
    head = {
        "id": _PAGE_ID,
        "infoUri": f"{base}/ui/query.html?{_PAGE_ID}",
        "nextUri": f"{base}/v1/statement/executing/{_PAGE_ID}/{_SLUG}/{number}",
        "columns": [
            {"name": name, "type": kind, "typeSignature": {"rawType": kind, "arguments": []}} for name, kind in columns
        ],
    }
    return _compact(head)[:-1] + ',"data":['


def _tail():
    stats = _stats("RUNNING", progressPercentage=50.0, nodes=4, totalSplits=96, completedSplits=48)
    return "]," + _compact({"stats": stats, "warnings": []})[1:]


def _rows():
    """Rows of PAGE_BYTES together, with commas between them."""
    words = "carefully final deposits sleep furiously pending requests above the quickly ironic accounts nag".split()
    chosen = random.Random(476)
    rows, size = [], 0
    while size < PAGE_BYTES:
        row = [chosen.getrandbits(40), f"Clerk#{chosen.getrandbits(30):09d}", " ".join(chosen.choices(words, k=9))]
        rows.append(_compact(row))
        size += len(rows[-1]) + 1
    return ",".join(rows)


def page(base):
    """A page of about PAGE_BYTES, whose text gzip makes a fourth of, after the small answers."""
    return _head(base, 2) + _rows() + _tail()


def write_result(path, base):
    """An answer of about RESULT_BYTES into a file, and what it is compressed into another, `.gz`."""
    rows = _rows().encode("ascii")
    parts = [_head(base, 3).encode("ascii") + rows, b"," + rows, _tail().encode("ascii")]
    compressor = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    # A full flush makes what follows independent of what was before, so that one part serves many times.
    packed = [compressor.compress(part) + compressor.flush(zlib.Z_FULL_FLUSH) for part in parts[:2]]
    packed.append(compressor.compress(parts[2]) + compressor.flush())
    order = [0, *[1] * (RESULT_BYTES // len(rows) - 1), 2]
    checksum = size = 0
    with open(path, "wb") as plain, open(f"{path}.gz", "wb") as gzipped:
        gzipped.write(b"\x1f\x8b\x08\0\0\0\0\0\0\xff")
        for part in order:
            plain.write(parts[part])
            gzipped.write(packed[part])
            checksum = zlib.crc32(parts[part], checksum)
            size += len(parts[part])
        gzipped.write(checksum.to_bytes(4, "little") + (size % 2**32).to_bytes(4, "little"))
    os.utime(f"{path}.gz", (os.stat(path).st_atime, os.stat(path).st_mtime))
