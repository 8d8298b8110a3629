"""CPU time and memory of a process and its descendants, as Linux counts them; description of the machine."""

import os
import platform
import time
from datetime import UTC, datetime
from pathlib import Path

import psutil
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

_MEGABYTE = 1024 * 1024
_REST, _IDLE, _LONGEST_REST = 0.1, 0.2, 5.0


def cpu_seconds(root: int) -> float:
    """CPU time of a process and its descendants, ended ones included."""
    while True:
        try:
            times = [process.cpu_times() for process in family(root)]
            break
        except psutil.NoSuchProcess:
            continue  # a process ended meanwhile: its time now is in its parent's
    return sum(one.user + one.system + one.children_user + one.children_system for one in times)


def settle(*roots: int | None) -> None:
    """Wait until these are idle, up to a limit, as background work may take long."""
    busy, until = True, time.monotonic() + _LONGEST_REST
    while busy and time.monotonic() < until:
        before = sum(cpu_seconds(root) for root in roots if root is not None)
        time.sleep(_REST)
        after = sum(cpu_seconds(root) for root in roots if root is not None)
        busy = after - before > _REST * _IDLE


def proportional_mb(root: int) -> float:
    """Memory of a process and its descendants; shared memory is counted once."""
    return sum(process.memory_full_info().pss for process in family(root)) / _MEGABYTE


def postmaster(database_url: str) -> int | None:
    """Parent of the process that serves the connection, if it runs on this machine."""
    engine = create_engine(database_url, poolclass=NullPool)
    with engine.connect() as connection:
        backend = connection.scalar(text("SELECT pg_backend_pid()"))
        try:
            above = psutil.Process(backend).parent()
        except psutil.NoSuchProcess:
            return None
    return above.pid if above is not None and above.name().startswith("postgres") else None


def family(root: int) -> list[psutil.Process]:
    """A process and its descendants."""
    process = psutil.Process(root)
    return [process, *process.children(recursive=True)]


def circumstances() -> str:
    """Date and machine of the measurement."""
    about = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next((line.partition(":")[2].strip() for line in about if line.startswith("model name")), "unknown")
    memory = psutil.virtual_memory().total / _MEGABYTE / 1024
    return (
        f"Measured on {datetime.now(UTC):%Y-%m-%d}: {os.cpu_count()} cores ({model}), {memory:.0f} GB of memory, "
        f"Python {platform.python_version()}; load average at the end {os.getloadavg()[0]:.1f}."
    )
