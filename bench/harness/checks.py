"""Nothing is measured that doesn't answer rightly: a fast refusal or a cached page would make fine figures."""

import gzip
import json
import time
import urllib.parse

import credentials
from processes import Failure

_URIS = ("infoUri", "nextUri")


def _require(server, condition, message):
    if not condition:
        raise Failure(f"{server.name} answers wrongly: {message}")


def _page(server, origin, phase, method, path, headers, body=None):
    """One answer of the query: 200, JSON, the origin's own but for where its URIs point."""
    status, received, content = server.request(method, path, headers, body)
    what = f"{method} {path}"
    _require(server, status == 200, f"{what}: {status}, not 200: {content[:200]!r}")
    _require(server, received.get_content_type() == "application/json", f"{what}: {received.get_content_type()}")
    if received.get("Content-Encoding") == "gzip":
        content = gzip.decompress(content)
    page = json.loads(content)
    expected = json.loads(origin.answers[phase])
    place = server if server.rewrites else origin
    for uri in _URIS:
        _require(server, page.get(uri, "").startswith(place.url("/~" if server.assisted else "/")), f"{what}: {uri} is {page.get(uri)}")
    others = [{key: value for key, value in answer.items() if key not in _URIS} for answer in (page, expected)]
    _require(server, others[0] == others[1], f"{what}: the answer isn't the origin's")
    target = urllib.parse.urlsplit(page["nextUri"])
    return received, target.path + ("?" + target.query if target.query else "")


def _wait_for_keys(server, token):
    """A gateway may still be fetching its keys when it first answers."""
    deadline = time.monotonic() + 30
    headers = {"Authorization": f"Bearer {token}"}
    while server.request("HEAD", "/v1/statement", headers)[0] == 503 and time.monotonic() < deadline:
        time.sleep(0.5)


def follow_query(server, origin, token):
    """Starts a query as a client would and returns the paths it would poll, whatever a gateway put into them."""
    headers = {
        "Authorization": f"Bearer {token}",
        "X-Trino-User": "mallory",
        "X-Trino-Original-User": "mallory",
    }
    if server.verifies:
        _wait_for_keys(server, token)
    seen, path = _page(server, origin, "QUEUED", "POST", "/v1/statement", headers, b"SELECT comment FROM orders")
    if server.verifies:
        user = seen.get_all("X-Seen-User", [])
        _require(server, user == [credentials.USER], f"the origin saw the user {user}")
        for header in ("X-Seen-Original-User", "X-Seen-Authorization"):
            _require(server, not seen.get(header), f"the origin got what {header} tells")
    _, path = _page(server, origin, "WAITING", "GET", path, headers)
    _, page = _page(server, origin, "EXECUTING", "GET", path, headers)
    if server.assisted:
        # What it is told is the same each time: the prefix of this path.
        origin.write_page("told", server.url(page[: page.index("/", 1)]))
    for encoding in ("identity", "gzip"):
        received, _ = _page(server, origin, "PAGE", "GET", page, {**headers, "Accept-Encoding": encoding})
        # A gateway that rewrites has to ask for what it can read.
        expected = None if encoding == "identity" or (server.rewrites and not server.assisted) else "gzip"
        seen = received.get("Content-Encoding")
        _require(server, seen == expected, f"asked for {encoding}, the page came as {seen}, not {expected}")
    return {"poll": path, "page": page}


def refuses_the_rest(server, path, identity_provider):
    """No token and every kind of bad one is a 401, on the first request and on the poll."""
    attempts = {"no token": {}}
    for wrong, token in identity_provider.bad_tokens().items():
        attempts[wrong] = {"Authorization": f"Bearer {token}"}
    for wrong, headers in attempts.items():
        for method, target in (("POST", "/v1/statement"), ("GET", path)):
            status, _, _ = server.request(method, target, headers)
            _require(server, status == 401, f"{method} {target} with {wrong}: {status}, not 401")
