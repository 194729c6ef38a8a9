"""Starts and ends the servers of the run, and reads what the kernel says they used."""

import contextlib
import os
import select
import signal
import socket
import subprocess
import time

_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


class Failure(Exception):
    """The run, or one server of it, can't go on; the message is for the person who started it."""


def free_port():
    """A port nobody listens on; of five digits, so that every run has addresses of the same length."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        if port >= 10000:
            return port


def command_on(cores, command):
    """The command bound to the cores given, and ended by the kernel if the harness dies without a word."""
    return ["taskset", "--cpu-list", ",".join(map(str, cores)), "setpriv", "--pdeathsig", "TERM", "--", *command]


def _signal_group(process, number):
    # The process was waited for and its number is in use again: the group with that number is another's.
    if process.poll() is not None and os.path.exists(f"/proc/{process.pid}"):
        return
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def end_group(process):
    """Ends a process that was started in a session of its own, and what it started, also where that outlives it."""
    _signal_group(process, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=15)
    _signal_group(process, signal.SIGKILL)
    process.wait()


def _stat_fields(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
        # The program's name is in parentheses and may hold anything; fields are counted after it, from state (3).
        return stat.read().rpartition(")")[2].split()


def _with_children(root):
    children = {}
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            children.setdefault(int(_stat_fields(entry)[1]), []).append(int(entry))
        except OSError:
            continue  # ended meanwhile
    family = [root]
    for pid in family:
        family.extend(children.get(pid, []))
    return family


class Process:
    """A server as the kernel accounts for it: a process, its threads, and the processes it started."""

    def __init__(self, name, command, cores, log, talks=False):
        self._log = log
        with open(log, "ab") as output:
            self._process = subprocess.Popen(
                command_on(cores, command),
                stdin=subprocess.PIPE if talks else subprocess.DEVNULL,
                stdout=subprocess.PIPE if talks else output,
                stderr=output,
                start_new_session=True,  # the terminal's ^C is for the harness, which then ends its servers itself
            )
        self.name = name

    @property
    def pid(self):
        return self._process.pid

    def ask(self, line, seconds=600):
        """What one that talks answers to a line, within the time given; empty if it has ended."""
        self._process.stdin.write(f"{line}\n".encode())
        self._process.stdin.flush()
        if not select.select([self._process.stdout], [], [], seconds)[0]:
            raise Failure(f"{self.name} says nothing for {seconds} s")
        return self._process.stdout.readline().decode()

    def cpu_seconds(self):
        """User and system time so far: utime + stime of /proc/PID/stat, ended threads included."""
        ticks = 0
        for pid in _with_children(self._process.pid):
            fields = _stat_fields(pid)
            ticks += int(fields[11]) + int(fields[12])
        return ticks / _TICKS_PER_SECOND

    def resident_bytes(self):
        pages = 0
        for pid in _with_children(self._process.pid):
            with open(f"/proc/{pid}/statm", encoding="ascii") as statm:
                pages += int(statm.read().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def forget_peak(self):
        """Lets `peak_resident_bytes` begin anew with what is resident now."""
        self.require_alive()
        for pid in _with_children(self._process.pid):
            try:
                with open(f"/proc/{pid}/clear_refs", "w", encoding="ascii") as clear:
                    clear.write("5")
            except OSError as error:
                raise Failure(f"{self.name}: its peak of memory can't be reset: {error}") from error

    def peak_resident_bytes(self):
        """The most since `forget_peak`; of several processes, the sum of what each had at most."""
        kib = 0
        for pid in _with_children(self._process.pid):
            with open(f"/proc/{pid}/status", encoding="utf-8", errors="replace") as status:
                kib += sum(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
        return kib * 1024

    def wait(self, seconds):
        """The status that it ends with."""
        return self._process.wait(timeout=seconds)

    def ended(self):
        return self._process.poll() is not None

    def require_alive(self):
        status = self._process.poll()
        if status is not None:
            raise Failure(f"{self.name} ended with status {status}; its last words:\n{self.last_words()}")

    def drop_log(self):
        """What a server logs per request would otherwise fill the disk over a long run."""
        os.truncate(self._log, 0)

    def stop(self):
        end_group(self._process)

    def last_words(self):
        with open(self._log, encoding="utf-8", errors="replace") as log:
            return "".join(log.readlines()[-15:]) or "(none)"


def wait_until(condition, process, seconds, what, pause=0.1):
    """Waits for the condition while the process lives; a Failure after the time given."""
    deadline = time.monotonic() + seconds
    while not condition():
        process.require_alive()
        if time.monotonic() > deadline:
            raise Failure(f"{process.name}: {what} not within {seconds} s")
        time.sleep(pause)


def machine_cpu_seconds():
    """Busy time and time stolen by the hypervisor, of all cores, since the machine's start."""
    with open("/proc/stat", encoding="ascii") as stat:
        user, nice, system, _idle, _wait, irq, softirq, steal = map(int, stat.readline().split()[1:9])
    busy = user + nice + system + irq + softirq
    return busy / _TICKS_PER_SECOND, steal / _TICKS_PER_SECOND
