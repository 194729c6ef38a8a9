"""What the stub origin says: answers that a Trino 476 gave, in answers/, with @BASE@ and @ID@ where URIs and ids were."""

import os
import zlib

_ANSWERS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "answers")
# In the order of a query's life: what POST answers, a query that waits, and one that runs and has no rows yet.
SMALL = ("queued", "waiting", "running")
PAGE_BYTES = 1 << 20
RESULT_BYTES = 1 << 30
# Of the large page and the large result, which are files, unless another is told.
_FILE_ID = "20260722_091500_00042_bench"


def _read(name):
    with open(os.path.join(_ANSWERS, f"{name}.json"), encoding="ascii") as file:
        return file.read()


def small(phase, base, query_id):
    """An answer without rows, with URIs that begin with the base given."""
    return _read(phase).strip().replace("@BASE@", base).replace("@ID@", query_id)


def _page(base, query_id):
    """What is before the rows, the rows, and what is after them."""
    lines = _read("page").replace("@BASE@", base).replace("@ID@", query_id).splitlines()
    # In the file each row has a line, which Trino doesn't do. More of them than gzip looks back at.
    return lines[0], "".join(lines[1:-1]), lines[-1]


def page(base, query_id=_FILE_ID):
    """A page of about PAGE_BYTES: the rows of the file again and again."""
    head, rows, tail = _page(base, query_id)
    return head + ",".join([rows] * (PAGE_BYTES // len(rows))) + tail


def write_result(path, base):
    """An answer of about RESULT_BYTES into a file, and what it is compressed into another, `.gz`."""
    head, rows, tail = (part.encode("ascii") for part in _page(base, _FILE_ID))
    parts = [head + rows, b"," + rows, tail]
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
