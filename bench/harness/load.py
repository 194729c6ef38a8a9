"""The load generators: wrk, as fast as it goes, and one of our own, at a fixed rate or each request once."""

import contextlib
import json
import os
import subprocess
from dataclasses import dataclass

import programs
from processes import Failure, Process, command_on

_HERE = os.path.dirname(os.path.abspath(__file__))


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    authorization: str
    body: str = ""


def poll(path, token):
    return Request("GET", path, f"Bearer {token}")


def _write(path, requests):
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        for each in requests:
            file.write(f"{each.method}\t{each.path}\t{each.authorization}\t{each.body}\n")


class Wrk:
    """Closed loop: each connection sends the next request when it has the answer."""

    def __init__(self, work, cores, name="wrk"):
        self._cores = cores
        self._requests_file = os.path.join(work, f"{name}.requests")
        self._result_file = os.path.join(work, f"{name}.json")

    def start(self, server, requests, connections, seconds, encoding="gzip"):
        _write(self._requests_file, requests)
        # Else a run that writes none would have the figures of the one before it.
        with contextlib.suppress(FileNotFoundError):
            os.remove(self._result_file)
        return subprocess.Popen(
            command_on(
                self._cores,
                [
                    "wrk",
                    "-t1",
                    f"-c{connections}",
                    f"-d{seconds}s",
                    "--timeout=30s",
                    "-s",
                    os.path.join(_HERE, "..", "conf", "load.lua"),
                    server.url(),
                ],
            ),
            env={
                **os.environ,
                "BENCH_REQUESTS_FILE": self._requests_file,
                "BENCH_RESULT_FILE": self._result_file,
                "BENCH_ACCEPT_ENCODING": encoding,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def finish(self, process, seconds):
        """Waits for what `start` began, for so long at most."""
        try:
            said, _ = process.communicate(timeout=seconds)
        except BaseException:
            process.kill()
            process.wait()
            raise
        if process.returncode != 0 or not os.path.exists(self._result_file):
            raise Failure(f"wrk ended with status {process.returncode}: {said}")
        with open(self._result_file, encoding="ascii") as result:
            return json.load(result)

    def run(self, server, requests, connections, seconds, encoding="gzip"):
        return self.finish(self.start(server, requests, connections, seconds, encoding), seconds + 60)


class Generator:
    """java/LoadGenerator.java in a JVM that stays, so that it is warm for all servers alike."""

    def __init__(self, work, cores):
        self._work = work
        self.process = Process(
            "generator",
            [
                programs.java(),
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                os.path.join(_HERE, "..", "java", "LoadGenerator.java"),
            ],
            cores,
            os.path.join(work, "generator.log"),
            talks=True,
        )

    def _run(self, server, requests, connections, rate, seconds, limit):
        path = os.path.join(self._work, "generator.requests")
        _write(path, requests)
        told = self.process.ask(f"{server.port} {connections} {rate} {seconds} gzip {path}", limit)
        if not told:
            raise Failure("the load generator ended")
        return json.loads(told)

    def at_rate(self, server, requests, connections, rate, seconds):
        return self._run(server, requests, connections, rate, seconds, seconds + 60)

    def each_once(self, server, requests, connections):
        return self._run(server, requests, connections, 0, 0, 300)

    def stop(self):
        self.process.stop()
