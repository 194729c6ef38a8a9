"""What is run: the JDK, Passgate's jar with the options it is shipped with, and the versions of all programs."""

import glob
import json
import os
import re
import subprocess

from processes import Failure

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


def shipped_java_options():
    """What stands between `java` and the program in the image's entry point."""
    with open(os.path.join(PROJECT, "Dockerfile"), encoding="utf-8") as file:
        entry_point = re.search(r"^ENTRYPOINT\s+(\[.*\])\s*$", file.read(), re.MULTILINE)
    if not entry_point:
        raise Failure("the Dockerfile has no ENTRYPOINT to take the Java options from; give --java-options")
    options = []
    for argument in json.loads(entry_point.group(1))[1:]:
        if not argument.startswith("-") or argument == "-jar":
            break
        options.append(argument)
    return options


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


def versions():
    """What ran, as each program names itself."""
    return {
        "haproxy": _output("haproxy", "-v").splitlines()[0].removeprefix("HAProxy version "),
        "nginx": _output("nginx", "-v").removeprefix("nginx version: "),
        "wrk": _output("wrk", "-v").splitlines()[0].split(" Copyright")[0],
        "openssl": _output("openssl", "version"),
        "curl": _output("curl", "--version").split(" (")[0].removeprefix("curl "),
        "jdk": _output(java(), "-version").splitlines()[1],
    }
