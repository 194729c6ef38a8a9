"""Nothing is measured that doesn't answer rightly: a fast refusal or a cached page would make fine figures."""

import gzip
import http.client
import json
import re
import time
import urllib.parse
import zlib

import answers
import credentials
from processes import Failure

_URIS = ("infoUri", "partialCancelUri", "nextUri")


def _require(server, condition, message):
    if not condition:
        raise Failure(f"{server.name} answers wrongly: {message}")


def _path(uri):
    target = urllib.parse.urlsplit(uri)
    return target.path + ("?" + target.query if target.query else "")


def _page(server, origins, phase, method, path, headers, body=None):
    """One answer of the query: 200, JSON, the origin's own but for where its URIs point."""
    status, received, content = server.request(method, path, headers, body)
    what = f"{method} {path}"
    _require(server, status == 200, f"{what}: {status}, not 200: {content[:200]!r}")
    _require(server, received.get_content_type() == "application/json", f"{what}: {received.get_content_type()}")
    if received.get("Content-Encoding") == "gzip":
        content = gzip.decompress(content)
    page = json.loads(content)
    expected = json.loads(answers.page("", page.get("id")) if phase == "page" else answers.small(phase, "", page.get("id")))
    places = [server.url()] if server.rewrites else origins
    for uri in _URIS:
        told = page.get(uri)
        if told is None and uri not in expected:
            continue
        begun = any(str(told).startswith(place + ("/~" if server.assisted else "/")) for place in places)
        _require(server, begun, f"{what}: {uri} is {told}")
    others = [{key: value for key, value in answer.items() if key not in _URIS} for answer in (page, expected)]
    _require(server, others[0] == others[1], f"{what}: the answer isn't the origin's")
    return received, _path(page["nextUri"])


def _wait_for_keys(server, token):
    """A gateway may still be fetching its keys when it first answers."""
    deadline = time.monotonic() + 30
    headers = {"Authorization": f"Bearer {token}"}
    while server.request("HEAD", "/v1/statement", headers)[0] == 503 and time.monotonic() < deadline:
        time.sleep(0.5)


def begin_query(server, origins, token, user=credentials.USER):
    """
    Starts a query as a client would.

    Returns the path that it polls first, whatever a gateway put into it, and the origin's address that it is at.
    """
    headers = {
        "Authorization": f"Bearer {token}",
        "X-Trino-User": "mallory",
        "X-Trino-Original-User": "mallory",
    }
    seen, path = _page(server, origins, "queued", "POST", "/v1/statement", headers, b"SELECT * FROM lineitem")
    if server.verifies:
        told = seen.get_all("X-Seen-User", [])
        _require(server, told == [user], f"the origin saw the user {told}, not {user}")
        for header in ("X-Seen-Original-User", "X-Seen-Authorization"):
            _require(server, not seen.get(header), f"the origin got what {header} tells")
    return path, seen.get("X-Seen-At")


def poll_waits(server, origins, path, token):
    """That a poll of a query that waits is answered rightly."""
    _page(server, origins, "waiting", "GET", path, {"Authorization": f"Bearer {token}"})


def follow_query(server, origin, token):
    """
    The paths of one query: while it waits (`poll`), while it runs without rows (`running`), its large page (`page`), and
    the large result that the page goes on with (`result`).
    """
    if server.verifies:
        _wait_for_keys(server, token)
    headers = {"Authorization": f"Bearer {token}"}
    poll, _ = begin_query(server, origin.urls(), token)
    _, running = _page(server, origin.urls(), "waiting", "GET", poll, headers)
    _, page = _page(server, origin.urls(), "running", "GET", running, headers)
    if server.assisted:
        # What it is told is the same each time: the prefix of this path.
        prefix = page[: page.index("/", 1)]
        origin.write_page("told", server.url(prefix), prefix[len("/~") : prefix.index(".")])
    for encoding in ("identity", "gzip"):
        asked = {**headers, "Accept-Encoding": encoding}
        received, result = _page(server, origin.urls(), "page", "GET", page, asked)
        told = received.get("Content-Encoding", "identity")
        # A gateway that rewrites may ask the origin for what it can read.
        _require(server, told in ("identity", encoding), f"asked for {encoding}, the page came as {told}")
    return {"poll": poll, "running": running, "page": page, "result": result}


def refuses_the_rest(server, path, identity_provider):
    """No token and every kind of bad one is a 401, on the first request and on the poll."""
    attempts = {"no token": {}}
    for wrong, token in identity_provider.bad_tokens().items():
        attempts[wrong] = {"Authorization": f"Bearer {token}"}
    for wrong, headers in attempts.items():
        for method, target in (("POST", "/v1/statement"), ("GET", path)):
            status, _, _ = server.request(method, target, headers)
            _require(server, status == 401, f"{method} {target} with {wrong}: {status}, not 401")


def digest_of_result(server, path, token, encoding):
    """The size of the large result, decoded, and a checksum of all that follows its URIs; both as the origin has them."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        connection.request("GET", path, headers={"Authorization": f"Bearer {token}", "Accept-Encoding": encoding})
        response = connection.getresponse()
        _require(server, response.status == 200, f"GET {path}: {response.status}")
        decoder = zlib.decompressobj(zlib.MAX_WBITS | 16) if response.headers.get("Content-Encoding") == "gzip" else None
        head, checksum, size = b"", None, 0
        while chunk := response.read(1 << 20):
            if decoder:
                chunk = decoder.decompress(chunk)
            if checksum is None:
                head += chunk
                at = head.find(b'"columns"')
                if at < 0:
                    continue
                head, chunk, checksum = head[:at], head[at:], 0
            checksum = zlib.crc32(chunk, checksum)
            size += len(chunk)
        if server.rewrites and not server.assisted:
            next_uri = re.search(rb'"nextUri":"([^"]+)"', head)
            told = next_uri.group(1).decode() if next_uri else "missing"
            _require(server, told.startswith(server.url("/")), f"GET {path}: nextUri is {told}")
        return size, checksum
    finally:
        connection.close()
