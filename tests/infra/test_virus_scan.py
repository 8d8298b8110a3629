"""A command that scans uploaded files: small scripts stand for the scanner."""

import io
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.infra import virus_scan
from app.infra.virus_scan import VirusScan
from app.kernel.errors import Unavailable

Script = Callable[[str], VirusScan]


@pytest.fixture
def spool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of temporary files."""
    place = tmp_path / "spool"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    return place


@pytest.fixture
def script(tmp_path: Path, spool: Path) -> Script:
    """Makes a scanner of lines of shell; `$2` is the file, as `$1` is an argument of the setting."""

    def make(lines: str) -> VirusScan:
        path = tmp_path / "scan it"
        path.write_text(f"#!/bin/sh\n{lines}\n", encoding="utf-8")
        path.chmod(0o700)
        return VirusScan([str(path), "--one; exit 0"])

    return make


def scan(scanner: VirusScan, content: bytes = b"content") -> bool:
    return scanner.refuses(io.BytesIO(content))


@pytest.mark.parametrize(("status", "refused"), [(0, False), (1, True)])
def test_the_exit_status_decides(script: Script, spool: Path, status: int, refused: bool) -> None:
    assert scan(script(f"exit {status}")) is refused
    assert list(spool.iterdir()) == []


@pytest.mark.parametrize("lines", ["exit 2", "exit 127", "kill -9 $$", "kill -15 $$"])
def test_any_other_end_says_nothing_of_the_file(script: Script, spool: Path, lines: str) -> None:
    with pytest.raises(Unavailable) as refusal:
        scan(script(lines))
    assert refusal.value.code == "scan_unavailable"
    assert list(spool.iterdir()) == []


@pytest.mark.parametrize("command", ["/nowhere/scanner", "no-such-scanner", "/etc/passwd"])
def test_a_scanner_that_is_missing_or_no_program_lets_nothing_in(spool: Path, command: str) -> None:
    with pytest.raises(Unavailable) as refusal:
        scan(VirusScan([command]))
    assert refusal.value.code == "scan_unavailable"
    assert list(spool.iterdir()) == []


def test_it_gets_the_whole_file_where_only_this_user_reads_it(script: Script, tmp_path: Path) -> None:
    content = bytes(range(256)) * 20_000
    assert not scan(script(f'cp "$2" "{tmp_path}/seen"; stat -c %a "$2" > "{tmp_path}/mode"'), content)
    assert (tmp_path / "seen").read_bytes() == content
    assert (tmp_path / "mode").read_text().strip() == "600"


def test_no_shell_reads_the_setting(script: Script, tmp_path: Path) -> None:
    assert scan(script(f'printf %s "$1" > "{tmp_path}/first"; test $# = 2 && exit 1'))
    assert (tmp_path / "first").read_text() == "--one; exit 0"


def test_it_gets_no_secrets(script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "of the application")
    assert not scan(script(f'env > "{tmp_path}/environ"'))
    named = {line.partition("=")[0] for line in (tmp_path / "environ").read_text().splitlines()}
    assert "PATH" in named
    assert named & {"SECRET_KEY", "DATABASE_URL"} == set()


def test_output_of_the_scanner_is_ignored(script: Script, capfd: pytest.CaptureFixture[str]) -> None:
    assert scan(script("head -c 20000000 /dev/zero; head -c 20000000 /dev/zero >&2; exit 1"))
    assert capfd.readouterr() == ("", "")


def test_it_may_move_the_file_away(script: Script, tmp_path: Path) -> None:
    assert scan(script(f'mv "$2" "{tmp_path}/quarantine"; exit 1'))


def test_one_that_hangs_is_ended_with_its_children(
    script: Script, spool: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(virus_scan, "SECONDS", 1)
    began = time.monotonic()
    with pytest.raises(Unavailable) as refusal:
        scan(script(f'sleep 100 & echo $! > "{tmp_path}/child"; wait'))
    assert refusal.value.code == "scan_unavailable"
    assert time.monotonic() - began < 20
    assert ends(int((tmp_path / "child").read_text()))
    assert list(spool.iterdir()) == []


def ends(process: int) -> bool:
    """Whether the process is gone, or dead and not yet waited for, within a few seconds."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            os.kill(process, 0)
            if Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.02)
    return False
