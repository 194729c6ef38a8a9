"""The servers of the run: the stub origin and what stands in front of it."""

import gzip
import http.client
import os
import shlex

import answers
import credentials
import programs
from processes import Process, free_port, wait_until

_CONF = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "conf")


def _fill(template, target, **values):
    with open(os.path.join(_CONF, template), encoding="utf-8") as source:
        text = source.read()
    for name, value in values.items():
        text = text.replace(f"@{name.upper()}@", str(value))
    with open(target, "w", encoding="utf-8") as filled:
        filled.write(text)


class Server:
    """Something that listens on a loopback port.

    `verifies`: refuses bad tokens; `rewrites`: URIs point at it; `assisted`: the origin writes these, with a prefix.
    """

    verifies = False
    rewrites = False
    assisted = False
    warmup_in_full = False
    start_seconds = 10

    def __init__(self, name, label, port):
        self.name = name
        self.label = label
        self.port = port
        self.process = None

    def url(self, path=""):
        return f"http://127.0.0.1:{self.port}{path}"

    def request(self, method, path, headers=None, body=None):
        return self._request(self.port, method, path, headers, body)

    @staticmethod
    def _request(port, method, path, headers=None, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request(method, path, body=body, headers=headers or {})
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    def start(self, command, cores, work, ready_path):
        self.process = Process(self.name, command, cores, os.path.join(work, f"{self.name}.log"))
        wait_until(lambda: self._answers(ready_path), self.process, self.start_seconds, "an answer")

    def _answers(self, path):
        try:
            return self.request("GET", path)[0] < 500
        except (OSError, http.client.HTTPException):
            return False

    def stop(self):
        if self.process is not None:
            self.process.stop()


class Origin(Server):
    """A Trino at each of the addresses 127.0.0.1, 127.0.0.2 and so on, all on one port and of one process."""

    addresses = 50

    def __init__(self):
        super().__init__("direct", "origin, direct", free_port())
        self._public = None

    def urls(self):
        return [f"http://127.0.0.{number}:{self.port}" for number in range(1, self.addresses + 1)]

    def launch(self, work, cores, identity_provider):
        self._public = os.path.join(work, "public")
        os.mkdir(self._public, 0o755)
        self.write_page("direct", self.url())
        with open(os.path.join(self._public, "jwks.json"), "w", encoding="utf-8") as jwks:
            jwks.write(identity_provider.jwks())
        configuration = os.path.join(work, "origin.conf")
        listens = "\n".join(f"    listen {url.removeprefix('http://')} backlog=4096;" for url in self.urls())
        small = {phase: answers.small(phase, "$base", "$id") for phase in answers.SMALL}
        _fill("origin.nginx.conf", configuration, work=work, port=self.port, listens=listens, **small)
        self.start(["nginx", "-p", work, "-e", "stderr", "-c", configuration], cores, work, "/v1/info")

    def write_page(self, name, *base_and_id):
        """The large page, for requests that are told nothing (`direct`) or what begins its URIs (`told`)."""
        text = answers.page(*base_and_id).encode("utf-8")
        path = os.path.join(self._public, f"{name}.json")
        for file, content in ((path, text), (f"{path}.gz", gzip.compress(text, 6, mtime=0))):
            with open(file, "wb") as out:
                out.write(content)

    def write_result(self):
        """The large result, which follows the large page. Returns its size."""
        path = os.path.join(self._public, "result.json")
        if not os.path.exists(path):
            answers.write_result(path, self.url())
        return os.path.getsize(path)

    def requests_served(self):
        """What nginx counted, without the request that asks."""
        _, _, body = self.request("GET", "/requests")
        return int(body.split(b"\n")[2].split()[2]) - 1


class Proxy(Server):
    """A peer of Debian's, with as many threads as the server has cores."""

    def __init__(self, name, label, template, verifies=None):
        """`verifies` is the algorithm of the tokens that are let in; without it, everything is."""
        super().__init__(name, label, free_port())
        self._template = template
        self._algorithm = verifies
        self.verifies = verifies is not None

    def launch(self, work, cores, origin, identity_provider):
        configuration = os.path.join(work, f"{self.name}.cfg")
        _fill(
            self._template,
            configuration,
            work=work,
            port=self.port,
            origin_port=origin.port,
            threads=len(cores),
            issuer=credentials.ISSUER,
            audience=credentials.AUDIENCE,
            algorithm=self._algorithm,
            public_key=identity_provider.public_keys.get(self._algorithm),
        )
        self.start(self._command(work, configuration), cores, work, "/v1/info")


class HaProxy(Proxy):
    def _command(self, _, configuration):
        return ["haproxy", "-db", "-f", configuration]


class Nginx(Proxy):
    def _command(self, work, configuration):
        return ["nginx", "-p", work, "-e", "stderr", "-c", configuration]


class Passgate(Server):
    """Passgate as it is shipped: the distribution, with its start script, its JVM options and its AOT cache."""

    verifies = True
    rewrites = True
    warmup_in_full = True
    start_seconds = 90

    def __init__(self, options, name="passgate", label="Passgate", settings=(), assisted=False, java_options=()):
        """`options` are the run's; the settings and Java options given come in addition."""
        super().__init__(name, label, free_port())
        self._jar = options.jar
        self._java_options = [*shlex.split(options.java_options or ""), *java_options]
        self._settings = settings
        self.assisted = assisted
        self.management_port = free_port()

    def management(self, method, path):
        return self._request(self.management_port, method, path)

    def command(self, origin, cluster=None):
        """In front of the cluster, which is the origin unless there is another; the origin has the issuer's keys."""
        return [
            "env",
            f"JAVA_HOME={programs.find_jdk()}",
            f"JAVA_OPTS={' '.join(self._java_options)}",
            os.path.join(programs.installation(self._jar or programs.find_jar()), "bin", "passgate"),
            "--spring.config.location=classpath:/",  # not the production template in config/
            "--server.address=127.0.0.1",
            f"--server.port={self.port}",
            "--management.server.address=127.0.0.1",
            f"--management.server.port={self.management_port}",
            # The same for all, so that a query that began at one goes on at another.
            f"--passgate.signing-key={credentials.SIGNING_KEY}",
            f"--passgate.issuers.bench.issuer-uri={credentials.ISSUER}",
            f"--passgate.issuers.bench.jwk-set-uri={origin.url('/jwks.json')}",
            f"--passgate.issuers.bench.audiences={credentials.AUDIENCE}",
            "--passgate.shutdown.delay=0s",
            "--passgate.issuers.bench.algorithms=RS256,ES256",
            f"--passgate.clusters.main.url={(cluster or origin).url()}",
            *(["--passgate.clusters.main.forwarded-headers=true"] if self.assisted else []),
            *self._settings,
        ]

    def launch(self, work, cores, origin, cluster=None):
        self.start(self.command(origin, cluster), cores, work, "/health")
        wait_until(self._has_all_keys, self.process, self.start_seconds, "the keys of every issuer")

    def _has_all_keys(self):
        try:
            _, _, metrics = self.management("GET", "/actuator/prometheus")
        except OSError:
            return False  # its listener starts after the other one
        ages = [line for line in metrics.decode("utf-8").splitlines() if line.startswith("passgate_issuer_keys_age")]
        return bool(ages) and not any(line.endswith(" NaN") for line in ages)


def options_of(options):
    """The Java options of the run: those of the distribution, and those given beside them."""
    return [*programs.shipped_java_options(), *shlex.split(options.java_options or "")]


def many_issuers(work, origin, count):
    """Settings that trust so many issuers more, number 0 and up, all with keys of the origin."""
    path = os.path.join(work, "issuers.yml")
    with open(path, "w", encoding="ascii") as file:
        file.write("passgate:\n  issuers:\n")
        for number in range(count):
            file.write(
                f"    i{number}:\n"
                f"      issuer-uri: {credentials.issuer(number)}\n"
                f"      jwk-set-uri: {origin.url('/jwks.json')}\n"
                f"      audiences: [{credentials.AUDIENCE}]\n"
                # Fetched once: the origin's count of a round is of polls.
                "      keys:\n"
                "        refresh-interval: 1h\n"
            )
    return (f"--spring.config.additional-location=file:{path}",)


def many_clusters(origin):
    """Settings with every address of the origin as a cluster; the first is there anyway."""
    return tuple(f"--passgate.clusters.c{number}.url={url}" for number, url in enumerate(origin.urls()) if number)
