"""Python programs that start in a tenth of the time: forks of a process that has imported the application."""

import atexit
import gc
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
MESSAGE = 1 << 20
PID = 10
"""Characters of the id of a process, before the code with which it ended."""


def can_tell(environ: Mapping[str, str]) -> bool:
    """Whether a fork heeds these variables: some are read when Python starts or the application is imported."""
    return not {"PYTHONWARNINGS", "METRICS_TOKEN"} & environ.keys()


@dataclass
class Program:
    """A running program, with what tests use of `subprocess.Popen`."""

    args: Sequence[str]
    pid: int
    returncode: int | None = None
    _status: int = field(default=-1, repr=False)

    def poll(self) -> int | None:
        """Its exit code; None while it runs."""
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it ends."""
        if self._ended(timeout) is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _ended(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._status], [], [], timeout)[0]:
            self.returncode = int(os.read(self._status, 20))
            os.close(self._status)
        return self.returncode


def start(module: str, *arguments: str, env: Mapping[str, str], files: tuple[Any, Any, Any]) -> Program:
    """`python -m module arguments` in a session of its own, with these files as its input, output and errors."""
    told, status = os.pipe()
    try:
        message = json.dumps({"module": module, "arguments": arguments, "env": dict(env)})
        fds = [file.fileno() for file in files]
        socket.send_fds(_preloading(), [message.encode()], [*fds, status])
    finally:
        os.close(status)
    return Program(["python", "-m", module, *arguments], int(os.read(told, PID)), _status=told)


def run(module: str, *arguments: str, env: Mapping[str, str], said: str = "") -> subprocess.CompletedProcess[str]:
    """Run it to its end, with this text as its input."""
    with tempfile.TemporaryFile("w+") as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as error:
        given.write(said)
        given.seek(0)
        program = start(module, *arguments, env=env, files=(given, out, error))
        code = program.wait()
        for file in (out, error):
            file.seek(0)
        return subprocess.CompletedProcess(program.args, code, out.read().decode(), error.read().decode())


@cache
def _preloading() -> socket.socket:
    """Connection to the process, one of each process that runs tests."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(theirs.fileno())],
            cwd=ROOT,
            env={**os.environ, "PYTHONWARNINGS": "default"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=(theirs.fileno(),),
            start_new_session=True,
        )

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


def serve(control: socket.socket) -> str:
    """Fork for each message until the tests end; the fork returns, with the name of the module that it is to run."""
    gc.disable()
    __import__("app")
    gc.freeze()
    gc.enable()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        message, fds, _, _ = socket.recv_fds(control, MESSAGE, 4)
        if not message:
            os._exit(0)
        if os.fork() == 0:
            control.close()
            return _become(json.loads(message), fds)
        for fd in fds:
            os.close(fd)


def _become(told: dict[str, Any], fds: list[int]) -> str:
    """Fork once more: this process tells how the other ends, where the program goes on."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    *files, status = fds
    if child := os.fork():
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        os.write(status, str(code).encode())
        os._exit(0)
    os.setsid()
    for number, fd in enumerate(files):
        os.dup2(fd, number)
    os.environ.clear()
    os.environ.update(told["env"])
    time.tzset()
    sys.argv = ["-m", *told["arguments"]]
    os.write(status, f"{os.getpid():{PID}}".encode())
    for fd in fds:
        os.close(fd)
    return str(told["module"])


if __name__ == "__main__":
    runpy.run_module(serve(socket.socket(fileno=int(sys.argv[1]))), run_name="__main__", alter_sys=True)
