"""A backup as a folder: `database.dump`, `files/`, and last of all `manifest.json`, which says what there must be."""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any

from app.infra.backup import BackupError
from app.infra.storage import FileStorage, LocalStorage
from app.infra.storage.local import owner_only

FORMAT = 1
_PIECE = 1024 * 1024


@dataclass(frozen=True)
class Kept:
    """Bytes under a path, and how to know them again."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a whole backup is."""

    format: int
    taken_at: str
    migration: str
    server: int
    pg_dump: int
    tables: dict[str, int]
    dump: Kept
    files: tuple[Kept, ...]
    audit_head: dict[str, Any] | None = None
    """The newest seal over the audit log; none in backups of older programs."""

    @property
    def moment(self) -> datetime:
        """The one that all of it is as of."""
        return datetime.fromisoformat(self.taken_at)

    @property
    def rows(self) -> int:
        return sum(self.tables.values())


class BackupFolder:
    """Written once, read as a whole or not at all."""

    def __init__(self, root: Path) -> None:
        self.root = root.expanduser().resolve()
        self.dump = self.root / "database.dump"
        self.files = LocalStorage(self.root / "files")
        self._manifest = self.root / "manifest.json"

    def begin(self) -> None:
        """Take an empty or a new folder, for us alone: it will hold all that the company knows."""
        if self.root.exists() and (not self.root.is_dir() or any(self.root.iterdir())):
            raise BackupError(f"{self.root} is not an empty folder: choose another.")
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.root.chmod(0o700)

    def measure_dump(self) -> Kept:
        """The dump as it lies there."""
        return measured(self.dump.name, _pieces(self.dump))

    def finish(self, manifest: Manifest) -> None:
        """Now it is one."""
        unfinished = self._manifest.with_suffix(".unfinished")
        with open(unfinished, "x", encoding="utf-8", opener=owner_only) as file:
            json.dump(asdict(manifest), file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(self._manifest)
        descriptor = os.open(self.root, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def read(self) -> Manifest:
        """The manifest, once all that it names has been found as it was written."""
        manifest = self._parsed()
        broken = [kept.path for kept in (manifest.dump, *manifest.files) if not self._as_written(kept, manifest)]
        if broken:
            raise BackupError(f"{self.root} is damaged: {_some(broken)} missing or not as written.")
        return manifest

    def _parsed(self) -> Manifest:
        if not self._manifest.is_file():
            raise BackupError(f"{self.root} has no manifest.json: it is no backup, or one that was never finished.")
        try:
            said: dict[str, Any] = json.loads(self._manifest.read_text(encoding="utf-8"))
            if said["format"] != FORMAT:
                raise BackupError(f"{self.root} has format {said['format']}, this program reads {FORMAT}.")
            files = tuple(Kept(**one) for one in said["files"])
            return Manifest(**{**said, "dump": Kept(**said["dump"]), "files": files})
        except (ValueError, KeyError, TypeError) as error:
            raise BackupError(f"{self.root}/manifest.json can't be read: {type(error).__name__}.") from error

    def _as_written(self, kept: Kept, manifest: Manifest) -> bool:
        place = self.dump if kept is manifest.dump else self.files.root / kept.path
        try:
            return measured(kept.path, _pieces(place)) == kept
        except FileNotFoundError:
            return False


def measured(path: str, pieces: Iterator[bytes]) -> Kept:
    """How to know these bytes again."""
    digest, size = hashlib.sha256(), 0
    for piece in pieces:
        digest.update(piece)
        size += len(piece)
    return Kept(path, size, digest.hexdigest())


def _pieces(place: Path) -> Iterator[bytes]:
    with place.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def copy(kept: Kept, source: FileStorage, target: FileStorage) -> bool:
    """Bring the bytes over; False, and nothing is there, if they are missing or not what they should be."""
    with SpooledTemporaryFile(max_size=_PIECE) as spool:
        try:
            # One byte more than there should be, so that a longer file is noticed too.
            for piece in source.read(kept.path, 0, kept.size + 1):
                spool.write(piece)
        except FileNotFoundError:
            return False
        spool.seek(0)
        if measured(kept.path, iter(lambda: spool.read(_PIECE), b"")) != kept:
            return False
        spool.seek(0)
        target.save(kept.path, spool)
    return True


def copy_all(files: tuple[Kept, ...], source: FileStorage, target: FileStorage) -> None:
    """Every one of them; BackupError names those that are not there to be had."""
    broken = [kept.path for kept in files if not copy(kept, source, target)]
    if broken:
        raise BackupError(f"{_some(broken)} missing or not as uploaded: `flask verify` says which rows name them.")


def _some(paths: list[str]) -> str:
    return ", ".join(paths[:5]) + (f" and {len(paths) - 5} more" if len(paths) > 5 else "")
