"""What is run: the JDK, Passgate's jar with the options it is shipped with, and the versions of all programs."""

import functools
import glob
import hashlib
import os
import shutil
import subprocess
import sys

from processes import Failure, end_group

PROJECT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))


def find_jar():
    jars = [
        jar
        for jar in glob.glob(os.path.join(PROJECT, "target", "passgate-*.jar"))
        if not jar.endswith(("-sources.jar", "-javadoc.jar", "-tests.jar", "-plain.jar"))
    ]
    if not jars:
        raise Failure("no target/passgate-*.jar; build it with ./mvnw package, or name one with --jar")
    return max(jars, key=os.path.getmtime)


def _digest(*paths):
    """Of what files hold: the build gives all of them the same date."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        with open(path, "rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def _run(command, environment, seconds=600):
    """To its end, or to that of the harness: `train` starts a gateway, which must not stay."""
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment, start_new_session=True
    )
    try:
        said, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        raise Failure(f"{command[0]} has not ended within {seconds} s") from None
    finally:
        end_group(process)
    if process.returncode != 0:
        raise Failure(f"{command[0]} failed: {said}")


@functools.cache
def installation(jar):
    """The folder of the distribution that a jar makes, with its start script, JVM options and trained AOT cache."""
    home = os.path.join(PROJECT, "target", "bench-installation")
    made_of = os.path.join(home, "made-of")
    dist = os.path.join(PROJECT, "src", "main", "dist")
    # An update of the JDK leaves its folder's name, and makes the AOT cache useless.
    jdk = f"{find_jdk()} {_output(java(), '-version')}"
    source = f"{_digest(jar, *glob.glob(os.path.join(dist, '*', '*')))} {jdk}"
    if os.path.exists(made_of):
        with open(made_of, encoding="utf-8") as file:
            if file.read() == source:
                return home
    print("making the distribution, and its AOT cache by a run with requests", file=sys.stderr)
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(dist, home)
    extract = ["-Djarmode=tools", "-jar", jar, "extract", "--force", "--application-filename", "passgate.jar"]
    for command in (
        [java(), *extract, "--libraries", "libs", "--destination", os.path.join(home, "lib")],
        [os.path.join(home, "bin", "passgate"), "train"],
    ):
        environment = {**os.environ, "JAVA_HOME": find_jdk(), "JAVA_OPTS": ""}
        _run(command, environment)
    with open(made_of, "w", encoding="utf-8") as file:
        file.write(source)
    return home


def shipped_java_options():
    """The options in the distribution."""
    with open(os.path.join(PROJECT, "src", "main", "dist", "lib", "jvm.options"), encoding="utf-8") as file:
        return [line.strip() for line in file if line.strip() and not line.startswith("#")]


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


def java(name="java"):
    """The path of a program of the JDK."""
    return os.path.join(find_jdk(), "bin", name)


def _output(*command):
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    return (result.stdout + result.stderr).strip()


def _build(jar):
    """The jar, by what it holds, and the commit of the tree it is measured from, where git knows."""
    try:
        jar = jar or find_jar()
        with open(jar, "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except (Failure, OSError):
        return {}  # peers can be measured without a jar
    build = {"passgate": f"{os.path.basename(jar)}, SHA-256 {digest[:12]}"}
    if shutil.which("git"):
        command = ["git", "-C", PROJECT, "describe", "--always", "--dirty"]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        if result.returncode == 0:
            build["tree"] = result.stdout.strip()
    return build


def versions(jar):
    """What ran, as each program names itself; the jar is the newest one if none is given."""
    return {
        **_build(jar),
        "haproxy": _output("haproxy", "-v").splitlines()[0].removeprefix("HAProxy version "),
        "nginx": _output("nginx", "-v").removeprefix("nginx version: "),
        "wrk": _output("wrk", "-v").splitlines()[0].split(" Copyright")[0],
        "openssl": _output("openssl", "version"),
        "curl": _output("curl", "--version").split(" (")[0].removeprefix("curl "),
        "jdk": _output(java(), "-version").splitlines()[1],
    }
