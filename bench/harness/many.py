"""Cases of loads.py that need many tokens: of many issuers, at many clusters, of two algorithms, and never seen before."""

import checks
import credentials
import load
import loads
from loads import Case
from processes import Failure

_USERS = 1000
_CHECKED = 100
_FRESH_PER_SECOND = 1000
# Of each kind: what its compiler makes of the same code differs from JVM to JVM, by more than what is to be seen here.
_PROCESSES = 3


def fleet(bench):
    """All of them are of about one age: one that has served other scenarios is compiled for more than this load."""
    servers = []
    try:
        return loads.run(bench, "Many issuers and many clusters", lambda bench: _fleet(bench, servers))
    finally:
        for server in servers:
            bench.drop(server)


def _fleet(bench, servers):
    """A thousand users, each with a token and a query: of one issuer at one cluster, and of many, at many."""
    users = [f"user{number}" for number in range(_USERS)]
    tokens = bench.identity_provider.tokens([{"preferred_username": user} for user in users])
    count = bench.options.issuers - 1
    own = bench.identity_provider.tokens(
        [
            {"preferred_username": user, **({"iss": credentials.issuer(number % count)} if number else {})}
            for number, user in enumerate(users)
        ]
    )
    cases = []
    for name, theirs in (("passgate-one", tokens), ("passgate-issuers", own), ("passgate-clusters", tokens)):
        alike = [bench.server(f"{name}-{number}") for number in range(1, _PROCESSES + 1)]
        servers += alike
        server = alike[0]
        begun = [checks.begin_query(server, bench.origin.urls(), *pair) for pair in zip(theirs, users, strict=True)]
        reached = len({address for _, address in begun})
        if reached != (bench.origin.addresses if name == "passgate-clusters" else 1):
            raise Failure(f"{name}: the queries are at {reached} clusters")
        for each in alike:
            for (path, _), token in zip(begun[:_CHECKED], theirs, strict=False):
                checks.poll_waits(each, bench.origin.urls(), path, token)
            checks.refuses_the_rest(each, begun[0][0], bench.identity_provider)
        requests = [load.poll(path, token) for (path, _), token in zip(begun, theirs, strict=True)]
        cases.append(
            Case(
                name,
                server.label,
                server,
                requests,
                "passgate-one",
                bench.options.connections,
                what="polls of 1,000 users",
                alike=alike[1:],
            )
        )
    return cases


def _batches(bench, server, algorithm):
    """Polls with tokens of the same user that nobody has seen; more of them each time."""
    path = bench.query(server)["poll"]
    count = _FRESH_PER_SECOND * bench.options.seconds
    number = 0
    while True:
        claims = [{"jti": f"{server.name}-{number + i}"} for i in range(count)]
        number += count
        yield [load.poll(path, token) for token in bench.identity_provider.tokens(claims, algorithm)]


def algorithms(bench):
    """Each algorithm with one token that is remembered, and with one that is new for each request."""
    cases = []
    for algorithm, peer in (("RS256", "haproxy-jwt"), ("ES256", "haproxy-es256")):
        token = bench.identity_provider.token(algorithm)
        for name in bench.selected(peer, "passgate"):
            server = bench.server(name)
            path = bench.query(server)["poll"]
            label = server.label.removesuffix(", ES256")
            cases += [
                Case(
                    f"{name}, {algorithm}",
                    f"{label}; {algorithm}",
                    server,
                    [load.poll(path, token)],
                    f"{peer}, {algorithm}",
                    bench.options.connections,
                    what=f"poll, {algorithm}",
                ),
                Case(
                    f"{name}, {algorithm}, fresh",
                    f"{label}; {algorithm}, every token new",
                    server,
                    _batches(bench, server, algorithm),
                    f"{peer}, {algorithm}, fresh",
                    bench.options.connections,
                    what=f"poll, {algorithm}, fresh",
                    once=True,
                ),
            ]
    return cases
