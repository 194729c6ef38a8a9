"""Rows a second of SQL over HTTP, of the JDBC driver, and of Trino's protocol with nobody to read it."""

import glob
import http.client
import json
import os
import re
import shutil
import statistics
import subprocess
import time

import programs
from measurement import children_cpu_seconds, noise, ratios
from processes import Failure, Process, command_on, free_port, machine_cpu_seconds
from servers import Passgate, Server

_HERE = os.path.dirname(os.path.abspath(__file__))
_TABLE = "memory.default.lineitem"
_STATEMENT = f"select * from {_TABLE}"
_USER = "bench"
REFERENCE = "jdbc"
FORMS = {
    "ndjson": ("/query, NDJSON", "application/x-ndjson"),
    "csv": ("/query, CSV", "text/csv"),
    "json": ("/query, JSON", "application/json"),
    "events": ("/query, event stream", "text/event-stream"),
    "arrow": ("/query, Arrow", "application/vnd.apache.arrow.stream"),
}


class Trino(Server):
    """Trino as the tests have unpacked it, with their configuration and more memory."""

    start_seconds = 180
    version = None

    def __init__(self):
        super().__init__("trino", "Trino", free_port())

    def launch(self, work, cores):
        homes = sorted(glob.glob(os.path.expanduser("~/.cache/passgate/trino-*/lib")))
        if not homes:
            raise Failure("no Trino in ~/.cache/passgate; an integration test that uses it puts it there")
        home = os.path.dirname(homes[-1])
        self.version = os.path.basename(home).removeprefix("trino-")
        etc = os.path.join(work, "etc")
        shutil.copytree(os.path.join(programs.PROJECT, "trino-etc"), etc)
        with open(os.path.join(etc, "jvm.config"), encoding="ascii") as file:
            options = [line.strip() for line in file if line.startswith("-") and not line.startswith("-Xmx")]
        with open(os.path.join(etc, "catalog", "memory.properties"), "a", encoding="ascii") as file:
            file.write("memory.max-data-per-node=2GB\n")
        properties = {
            "node.environment": "bench",
            "node.data-dir": os.path.join(work, "data"),
            "node.bind-ip": "127.0.0.1",
            "node.internal-address": "127.0.0.1",
            "plugin.dir": os.path.join(home, "plugin"),
            "config": os.path.join(etc, "config.properties"),
            "log.levels-file": os.path.join(etc, "log.properties"),
        }
        command = [
            "env",
            f"--chdir={work}",
            f"TRINO_HTTP_PORT={self.port}",
            programs.java(),
            *options,
            "-Xmx4G",
            *(f"-D{key}={value}" for key, value in properties.items()),
            "-cp",
            os.path.join(home, "lib", "*"),
            "io.trino.server.TrinoServer",
        ]
        self.start(command, cores, work, "/v1/info")

    def _answers(self, path):
        if not super()._answers(path):
            return False
        try:
            # Without a worker, itself included, queries fail.
            return self.run("select count(*) from tpch.tiny.region")[1] is None
        except (OSError, http.client.HTTPException, ValueError):
            return False

    def run(self, sql):
        """Polls to the end without a look at the rows. Returns the bytes of all answers, and the error or None."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            received, method, path, body = 0, "POST", "/v1/statement", sql
            while True:
                connection.request(method, path, body, {"X-Trino-User": _USER})
                response = connection.getresponse()
                answer = response.read()
                if response.status != 200:
                    return received, f"{response.status} {answer[:200]!r}"
                received += len(answer)
                # What says how it goes on stands before the rows or after them.
                ends = answer[:4096] + answer[-4096:]
                following = re.search(rb'"nextUri":"http://[^/"]+([^"]+)"', ends)
                if following is None:
                    failure = re.search(rb'"error":\{"message":"([^"]*)', ends)
                    return received, failure and failure.group(1).decode("utf-8", "replace")
                method, path, body = "GET", following.group(1).decode("ascii"), None
        finally:
            connection.close()


class Polls:
    """Nobody parses anything: as fast as Trino gives."""

    process = None

    def __init__(self, trino):
        self.label = "Trino's protocol, nothing read of it"
        self._trino = trino

    def read(self):
        started = time.monotonic()
        received, failure = self._trino.run(_STATEMENT)
        if failure:
            raise Failure(f"Trino: {failure}")
        return {"bytes": received, "seconds": time.monotonic() - started}

    def stop(self):
        pass


class JavaReader:
    """A program in java/, in a JVM that stays: told a statement, it reads all rows, and says rows and seconds."""

    def __init__(self, name, label, source, class_path, arguments, work, cores):
        self.label = label
        self.process = Process(
            name,
            [
                programs.java(),
                *(["-cp", class_path] if class_path else []),
                os.path.join(_HERE, "..", "java", source),
                *arguments,
            ],
            cores,
            os.path.join(work, f"{name}.log"),
            talks=True,
        )

    def read(self):
        told = self.process.ask(_STATEMENT).split()
        if not told:
            time.sleep(1)  # for its last words
            self.process.require_alive()
            raise Failure(f"{self.label}: its reader ended")
        return {"rows": int(told[0]), "seconds": float(told[1])}

    def stop(self):
        self.process.stop()


def _drivers(trino, work, cores):
    repository = os.path.expanduser("~/.m2/repository/io/trino/trino-jdbc")
    driver = os.path.join(repository, trino.version, f"trino-jdbc-{trino.version}.jar")
    if not os.path.exists(driver):
        raise Failure(f"no {driver}; ./mvnw test-compile puts it there")
    # By default the driver asks for gzip.
    for name, label, options in (
        ("jdbc-gzip", "as it is", ""),
        (REFERENCE, "without compression", "&disableCompression=true"),
    ):
        url = f"jdbc:trino://127.0.0.1:{trino.port}?user={_USER}{options}"
        label = f"JDBC driver {trino.version}, {label}: every value taken"
        yield name, JavaReader(name, label, "JdbcReader.java", driver, [url], work, cores)


def _csv_reader(gateway, work, cores, token):
    credential = os.path.join(work, "csv.credential")
    with open(os.open(credential, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="ascii") as file:
        file.write(f"Bearer {token}")
    label = f"{FORMS['csv'][0]}: every value taken, as text"
    return JavaReader("csv-values", label, "CsvReader.java", None, [gateway.url("/query"), credential], work, cores)


class Curl:
    """curl on one form, which throws the answer away."""

    process = None

    def __init__(self, gateway, form, work, cores, token):
        self.label, self.accept = FORMS[form]
        self._cores = cores
        config = os.path.join(work, f"{form}.curl")
        with open(os.open(config, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="ascii") as file:
            file.write(
                f'url = "{gateway.url("/query")}"\n'
                f'header = "Authorization: Bearer {token}"\n'
                'header = "Content-Type: application/json"\n'
                f'header = "Accept: {self.accept}"\n'
                f"data = {json.dumps(json.dumps({'sql': _STATEMENT}))}\n"
            )
        self._command = ["curl", "--silent", "--show-error", "--fail-with-body", "--config", config]

    def _run(self, *arguments):
        finished = subprocess.run(
            command_on(self._cores, [*self._command, *arguments]), capture_output=True, text=True, check=False
        )
        if finished.returncode != 0:
            said = f"{finished.stderr.strip()} {finished.stdout[:300]}"
            raise Failure(f"{self.label}: curl ended with {finished.returncode}: {said}")
        return finished.stdout

    def lines(self, work):
        """How many lines the answer has that are not empty."""
        path = os.path.join(work, "answer")
        self._run("--output", path)
        with open(path, "rb") as answer:
            count = sum(1 for line in answer if line.strip())
        os.remove(path)
        return count

    def read(self):
        told = self._run("--output", "/dev/null", "--write-out", "%{size_download} %{time_total}").split()
        return {"bytes": int(told[0]), "seconds": float(told[1])}

    def stop(self):
        pass


def _measure(reader, trino, gateway, rows):
    """The figures of one reading; CPU is for a million rows."""
    own, children = time.process_time(), children_cpu_seconds()
    client = reader.process.cpu_seconds() if reader.process else 0
    trino_before, gateway_before = trino.process.cpu_seconds(), gateway.process.cpu_seconds()
    machine_before, steal_before = machine_cpu_seconds()
    figures = reader.read()
    machine_after, steal_after = machine_cpu_seconds()
    used = {
        "trino": trino.process.cpu_seconds() - trino_before,
        "gateway": gateway.process.cpu_seconds() - gateway_before,
        "client": children_cpu_seconds()
        - children
        + time.process_time()
        - own
        + (reader.process.cpu_seconds() - client if reader.process else 0),
    }
    if figures.get("rows", rows) != rows:
        raise Failure(f"{reader.label}: {figures['rows']} rows, not {rows}")
    machine_seconds = figures["seconds"] * os.cpu_count()
    return {
        **figures,
        "rows_per_second": rows / figures["seconds"],
        **{f"{name}_cpu_seconds": seconds / rows * 1e6 for name, seconds in used.items()},
        "others_share": max(0.0, machine_after - machine_before - sum(used.values())) / machine_seconds,
        "steal_share": (steal_after - steal_before) / machine_seconds,
    }


def _require_rows(reader, form, rows, work):
    """That the form has all rows, for those that have a line for each."""
    others = {"ndjson": 0, "csv": 1, "json": 1, "events": 2}
    if form in others:
        found = reader.lines(work) - others[form]
        if found != rows:
            raise Failure(f"{reader.label}: {found} rows, not {rows}")


def run(bench):
    """Trino is on the load generator's cores, and on the server's who reads from it, with the gateway."""
    trino = Trino()
    bench.stack.callback(trino.stop)
    bench.progress("starting Trino")
    trino.launch(bench.work, bench.load_cores)
    gateway = Passgate(bench.options, "passgate-sql", "Passgate, SQL")
    bench.stack.callback(gateway.stop)
    gateway.launch(bench.work, bench.server_cores, bench.origin, trino)
    readers = {"polls": Polls(trino)}
    try:
        return _read(bench, trino, gateway, readers)
    finally:
        for server in (*readers.values(), gateway, trino):
            server.stop()


def _read(bench, trino, gateway, readers):
    """Reads a table in each way, in turns."""
    work, cores, token = bench.work, bench.server_cores, bench.token
    bench.progress(f"making {bench.options.rows:,} rows")
    # As many as there are keys; the keys have gaps, and four rows each.
    _, failure = trino.run(
        f"create table {_TABLE} as select * from tpch.sf1.lineitem where orderkey <= {bench.options.rows}"
    )
    if failure:
        raise Failure(f"Trino: {failure}")
    for name, reader in _drivers(trino, work, cores):
        readers[name] = reader
    rows = readers[REFERENCE].read()["rows"]
    for form in FORMS:
        readers[form] = Curl(gateway, form, work, cores, token)
        _require_rows(readers[form], form, rows, work)
    readers["csv-values"] = _csv_reader(gateway, work, cores, token)
    warmup = max(1, bench.options.warmup // 4)
    for name, reader in readers.items():
        bench.progress(f"warming up {name}, {warmup} s")
        deadline = time.monotonic() + warmup
        while time.monotonic() < deadline:
            reader.read()

    def tell(figures):
        return ", ".join(f"{name} {own['rows_per_second'] / 1e6:.2f}" for name, own in figures.items()) + " M rows/s"

    rounds = bench.rounds(list(readers), lambda name: _measure(readers[name], trino, gateway, rows), tell)
    return {
        "kind": "sql",
        "title": "Rows of SQL over HTTP, with a real Trino",
        "row_count": rows,
        "labels": {name: reader.label for name, reader in readers.items()},
        "trino": trino.version,
        "gateway_mib": gateway.process.resident_bytes() / 2**20,
        "rows": _summarize(rounds),
        "noise": noise(rounds),
        "rounds": rounds,
    }


def _summarize(rounds):
    keys = ("rows_per_second", "seconds", "trino_cpu_seconds", "gateway_cpu_seconds", "client_cpu_seconds")
    summary = {}
    for name in rounds[0]:
        own = [figures[name] for figures in rounds]
        summary[name] = {
            **{key: statistics.median(figures[key] for figures in own) for key in keys},
            "bytes": statistics.median(figures["bytes"] for figures in own) if "bytes" in own[0] else None,
            "ratio": ratios(rounds, name, REFERENCE, "rows_per_second"),
        }
    return summary
