"""The servers of the run: the stub origin and what stands in front of it."""

import glob
import gzip
import http.client
import os
import shlex
import subprocess

import credentials
from answers import answers, page
from processes import Failure, Process, free_port, wait_until

_HERE = os.path.dirname(os.path.abspath(__file__))
_CONF = os.path.join(_HERE, "..", "conf")
_PROJECT = os.path.join(_HERE, "..", "..")


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
    def __init__(self):
        super().__init__("direct", "origin, direct", free_port())
        self.answers = {**answers(self.url()), "PAGE": page(self.url())}
        self._public = None

    def launch(self, work, cores, identity_provider):
        self._public = os.path.join(work, "public")
        os.mkdir(self._public, 0o755)
        self.write_page("direct", self.url())
        with open(os.path.join(self._public, "endless.json"), "w", encoding="ascii") as endless:
            endless.write('{"id":"20260722_091500_00042_bench","columns":[],"data":[["')
            endless.truncate(4 << 30)  # takes no room on the disk
        with open(os.path.join(self._public, "jwks.json"), "w", encoding="utf-8") as jwks:
            jwks.write(identity_provider.jwks())
        configuration = os.path.join(work, "origin.conf")
        small = {phase: text.replace(self.url(), "$base") for phase, text in self.answers.items() if phase != "PAGE"}
        _fill("origin.nginx.conf", configuration, work=work, port=self.port, base=self.url(), **small)
        self.start(["nginx", "-p", work, "-e", "stderr", "-c", configuration], cores, work, "/v1/info")

    def write_page(self, name, base):
        """The large page, for requests that are told nothing (`direct`) or what begins its URIs (`told`)."""
        text = page(base).encode("utf-8")
        path = os.path.join(self._public, f"{name}.json")
        for file, content in ((path, text), (f"{path}.gz", gzip.compress(text, 6, mtime=0))):
            with open(file, "wb") as out:
                out.write(content)

    def requests_served(self):
        """What nginx counted, without the request that asks."""
        _, _, body = self.request("GET", "/requests")
        return int(body.split(b"\n")[2].split()[2]) - 1


class HaProxy(Server):
    def __init__(self, name, label, template, verifies):
        super().__init__(name, label, free_port())
        self._template = template
        self.verifies = verifies

    def launch(self, work, cores, origin, public_key):
        configuration = os.path.join(work, f"{self.name}.cfg")
        _fill(
            self._template,
            configuration,
            port=self.port,
            origin_port=origin.port,
            threads=len(cores),
            issuer=credentials.ISSUER,
            audience=credentials.AUDIENCE,
            public_key=public_key,
        )
        self.start(["haproxy", "-db", "-f", configuration], cores, work, "/v1/info")


class Passgate(Server):
    """Passgate as users run it: the jar, a JDK 25, and no flag that the command line didn't give."""

    verifies = True
    rewrites = True
    warmup_in_full = True
    start_seconds = 90

    def __init__(self, jar, java_options, name="passgate", label="Passgate", settings=(), assisted=False):
        super().__init__(name, label, free_port())
        self.java_options = java_options
        self._jar = jar
        self._settings = settings
        self.assisted = assisted
        self._management_port = free_port()

    def management(self, method, path):
        return self._request(self._management_port, method, path)

    def launch(self, work, cores, origin, cluster=None):
        """In front of the cluster, which is the origin unless there is another; the origin has the issuer's keys."""
        jar = self._jar or find_jar()
        command = [
            os.path.join(find_jdk(), "bin", "java"),
            *shlex.split(self.java_options),
            "-jar",
            jar,
            "--spring.config.location=classpath:/",  # not the production template in config/
            "--server.address=127.0.0.1",
            f"--server.port={self.port}",
            "--management.server.address=127.0.0.1",
            f"--management.server.port={self._management_port}",
            f"--passgate.issuers.bench.issuer-uri={credentials.ISSUER}",
            f"--passgate.issuers.bench.jwk-set-uri={origin.url('/jwks.json')}",
            f"--passgate.issuers.bench.audiences={credentials.AUDIENCE}",
            f"--passgate.clusters.main.url={(cluster or origin).url()}",
            *(["--passgate.clusters.main.forwarded-headers=true"] if self.assisted else []),
            *self._settings,
        ]
        self.start(command, cores, work, "/health")
        wait_until(self._has_all_keys, self.process, self.start_seconds, "the keys of every issuer")

    def _has_all_keys(self):
        try:
            _, _, metrics = self.management("GET", "/actuator/prometheus")
        except OSError:
            return False  # its listener starts after the other one
        ages = [line for line in metrics.decode("utf-8").splitlines() if line.startswith("passgate_issuer_keys_age")]
        return bool(ages) and not any(line.endswith(" NaN") for line in ages)


def many_issuers(work, origin, count):
    """Settings that trust so many more issuers, all with keys of the origin."""
    path = os.path.join(work, "issuers.yml")
    with open(path, "w", encoding="ascii") as file:
        file.write("passgate:\n  issuers:\n")
        for number in range(count):
            file.write(
                f"    i{number}:\n"
                f"      issuer-uri: http://idp-{number}.bench.invalid/realms/main\n"
                f"      jwk-set-uri: {origin.url('/jwks.json')}\n"
                f"      audiences: [{credentials.AUDIENCE}]\n"
                # Fetched once: the origin's count of a round is of polls.
                "      keys:\n"
                "        refresh-interval: 1h\n"
            )
    return (f"--spring.config.additional-location=file:{path}",)


def find_jar():
    jars = [
        jar
        for jar in glob.glob(os.path.join(_PROJECT, "target", "passgate-*.jar"))
        if not jar.endswith(("-sources.jar", "-javadoc.jar", "-tests.jar", "-plain.jar"))
    ]
    if not jars:
        raise Failure("no target/passgate-*.jar; build it with ./mvnw package, or name one with --jar")
    return max(jars, key=os.path.getmtime)


def _is_jdk_25(home):
    try:
        with open(os.path.join(home, "release"), encoding="utf-8") as release:
            return 'JAVA_VERSION="25' in release.read()
    except OSError:
        return False


def find_jdk():
    """The JDK that runs Passgate: JAVA_HOME if it is a 25, else the first 25 where Debian keeps JDKs."""
    candidates = [os.environ.get("JAVA_HOME", ""), *sorted(glob.glob("/usr/lib/jvm/*25*"))]
    for home in candidates:
        if home and _is_jdk_25(home):
            return home
    raise Failure("no JDK 25: neither JAVA_HOME nor /usr/lib/jvm/*25* is one")


def _output(*command):
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    return (result.stdout + result.stderr).strip()


def versions():
    """What ran, as each program names itself."""
    found = {
        "haproxy": _output("haproxy", "-v").splitlines()[0].removeprefix("HAProxy version "),
        "nginx": _output("nginx", "-v").removeprefix("nginx version: "),
        "wrk": _output("wrk", "-v").splitlines()[0].split(" Copyright")[0],
        "openssl": _output("openssl", "version"),
        "curl": _output("curl", "--version").split(" (")[0].removeprefix("curl "),
    }
    try:
        found["jdk"] = _output(os.path.join(find_jdk(), "bin", "java"), "-version").splitlines()[1]
    except Failure:
        found["jdk"] = "none"
    return found
