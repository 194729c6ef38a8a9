"""What the scenarios share: the options, the cores, the servers, which are started when one is asked for, and the load."""

import os
import sys
import time

import checks
import programs
from credentials import Credentials
from load import Generator, Wrk
from processes import Failure
from servers import HaProxy, Nginx, Origin, Passgate, many_clusters, many_issuers

# Of a container that Passgate is to be at home in.
SMALL_MEMORY = "256m"
_PEER_WARMUP_SECONDS = 2


def progress(text):
    print(text, file=sys.stderr, flush=True)


class Bench:
    """`stack` is left at the end of the run, and ends what was started."""

    progress = staticmethod(progress)

    def __init__(self, options, stack, work):
        self.options = options
        self.stack = stack
        self.work = work
        self.server_cores, self.load_cores = _split_cores(options.pin)
        self.all_cores = sorted({*self.server_cores, *self.load_cores})
        self.identity_provider = Credentials(work)
        self.token = self.identity_provider.token()
        self._servers = {}
        self._queries = {}
        self._warm = set()
        self._generator = None
        self.wrk = Wrk(work, self.load_cores)
        self.origin = Origin()
        stack.callback(self.origin.stop)
        self.origin.launch(work, self.load_cores, self.identity_provider)
        self._servers["direct"] = self.origin

    def processes(self):
        """All that run."""
        servers = [server.process for server in self._servers.values() if server.process]
        return [*servers, *([self._generator.process] if self._generator else [])]

    def selected(self, *names):
        """Those of the servers given that the command line did not leave out."""
        wanted = self.options.servers
        return [name for name in names if wanted is None or name in wanted]

    def _make(self, name):
        options = self.options
        if name == "haproxy-plain":
            return HaProxy(name, "HAProxy, plain", "haproxy-plain.cfg")
        if name == "haproxy-jwt":
            return HaProxy(name, "HAProxy, `jwt_verify`", "haproxy-jwt.cfg", verifies="RS256")
        if name == "haproxy-es256":
            return HaProxy(name, "HAProxy, `jwt_verify`, ES256", "haproxy-jwt.cfg", verifies="ES256")
        if name == "nginx":
            return Nginx(name, "nginx, plain", "nginx-plain.conf")
        if name == "passgate":
            return Passgate(options)
        if name == "passgate-assisted":
            return Passgate(options, name, "Passgate, assisted", assisted=True)
        if name == "passgate-small":
            # As the JVM sees a container of so much.
            return Passgate(options, name, "Passgate in 256 MiB", java_options=(f"-XX:MaxRAM={SMALL_MEMORY}",))
        kind = name.rstrip("0123456789").removesuffix("-")
        if kind == "passgate-one":
            return Passgate(options, name, "Passgate, one issuer, one cluster")
        if kind == "passgate-issuers":
            count = options.issuers
            settings = many_issuers(self.work, self.origin, count - 1)
            return Passgate(options, name, f"Passgate, {count:,} issuers", settings)
        if kind == "passgate-clusters":
            settings = many_clusters(self.origin)
            return Passgate(options, name, f"Passgate, {len(settings) + 1} clusters", settings)
        raise ValueError(name)

    def server(self, name):
        """Started, checked, and kept for the rest of the run."""
        if name not in self._servers:
            self.add(self._make(name))
        return self._servers[name]

    def add(self, server, cores=None):
        """Starts one that the scenario has made."""
        progress(f"starting {server.name}")
        self.stack.callback(server.stop)
        if isinstance(server, Passgate):
            server.launch(self.work, cores or self.server_cores, self.origin)
        else:
            server.launch(self.work, cores or self.server_cores, self.origin, self.identity_provider)
        self._servers[server.name] = server
        return server

    def drop(self, server):
        server.stop()
        self._servers.pop(server.name, None)
        self._queries.pop(server.name, None)
        self._warm = {each for each in self._warm if each[0] != server.name}

    def drop_ended(self):
        """What a failure has left dead, so that the scenarios after it start theirs anew."""
        for server in list(self._servers.values()):
            if server is not self.origin and server.process.ended():
                self.drop(server)

    def query(self, server):
        """The paths of one query at the server, which has answered all of it rightly."""
        if server.name not in self._queries:
            token = self.identity_provider.token("ES256") if server.name == "haproxy-es256" else self.token
            paths = checks.follow_query(server, self.origin, token)
            if server.verifies:
                checks.refuses_the_rest(server, paths["poll"], self.identity_provider)
            self._queries[server.name] = paths
        return self._queries[server.name]

    def warm_up(self, server, what, load):
        """
        `load` is called with seconds to go on for, again and again. A JVM is warm when it has used so much CPU under
        load: on a machine that others use too, seconds alone say little. What was not the first thing that warmed it
        gets less.
        """
        if (server.name, what) in self._warm:
            return
        first = not any(name == server.name for name, _ in self._warm)
        self._warm.add((server.name, what))
        if not server.warmup_in_full:
            load(_PEER_WARMUP_SECONDS)
            return
        wanted = self.options.warmup if first else max(2, self.options.warmup // 4)
        progress(f"warming up {server.name}, {what}, {wanted} s of CPU")
        before, deadline = server.process.cpu_seconds(), time.monotonic() + 6 * wanted
        while (used := server.process.cpu_seconds() - before) < wanted and time.monotonic() < deadline:
            load(max(1, min(5, round(wanted - used))))
            server.process.drop_log()

    @property
    def generator(self):
        if self._generator is None:
            self._generator = Generator(self.work, self.load_cores)
            self.stack.callback(self._generator.stop)
        return self._generator

    def rounds(self, names, measure, tell):
        """
        Measures all in turns, and returns the figures by round and name.

        `measure` is called with a name, `tell` with the figures of a round for a line of progress.
        """
        measured = []
        for number in range(self.options.rounds):
            # Another one begins each round, so that none is always the one after the busiest.
            shift = number % len(names)
            figures = {name: measure(name) for name in names[shift:] + names[:shift]}
            measured.append({name: figures[name] for name in names})
            progress(f"  round {number + 1}: {tell(measured[-1])}")
        return measured


def _split_cores(pin):
    """The server's cores and those of load generator and origin."""
    cores = sorted(os.sched_getaffinity(0))
    if pin == "off" or len(cores) == 1:
        return cores, cores
    return cores[:1], cores[1:]
