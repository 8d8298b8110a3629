"""A backup as a folder: `database.dump`, `files/`, and last `manifest.json`, the list of its contents."""

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
from app.kernel.files import size_and_sha256

FORMAT = 1
_CHUNK = 1024 * 1024


@dataclass(frozen=True)
class FileEntry:
    """A file of a backup: its path, size and checksum."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """List of the contents of a complete backup."""

    format: int
    taken_at: str
    migration: str
    server: int
    pg_dump: int
    tables: dict[str, int]
    dump: FileEntry
    files: tuple[FileEntry, ...]
    audit_head: dict[str, object] | None = None
    """The newest seal of the audit log; None in backups of older versions."""

    @property
    def moment(self) -> datetime:
        """The time of the snapshot."""
        return datetime.fromisoformat(self.taken_at)

    @property
    def rows(self) -> int:
        return sum(self.tables.values())


class BackupFolder:
    """The folder of one backup: written once, and refused when it is incomplete."""

    def __init__(self, root: Path) -> None:
        self.root = root.expanduser().resolve()
        self.dump = self.root / "database.dump"
        self.files = LocalStorage(self.root / "files")
        self._manifest = self.root / "manifest.json"

    def begin(self) -> None:
        """Create the folder, or use an empty one, readable by its owner only: it will hold all data of the company."""
        if self.root.exists() and (not self.root.is_dir() or any(self.root.iterdir())):
            raise BackupError(f"{self.root} is not an empty folder: choose another.")
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.root.chmod(0o700)

    def measure_dump(self) -> FileEntry:
        """Size and checksum of the dump."""
        return entry_of(self.dump.name, _chunks(self.dump))

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest, which completes the backup."""
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
        """Read the manifest, and check that every file of it is intact."""
        manifest = self._parse()
        broken = [entry.path for entry in (manifest.dump, *manifest.files) if not self._is_intact(entry, manifest)]
        if broken:
            raise BackupError(f"{self.root} is damaged: {_first_of(broken)} missing or not as written.")
        return manifest

    def _parse(self) -> Manifest:
        if not self._manifest.is_file():
            raise BackupError(f"{self.root} has no manifest.json: it is no backup, or an unfinished one.")
        try:
            data: dict[str, Any] = json.loads(self._manifest.read_text(encoding="utf-8"))
            if data["format"] != FORMAT:
                raise BackupError(f"{self.root} has format {data['format']}, this program reads {FORMAT}.")
            files = tuple(FileEntry(**one) for one in data["files"])
            return Manifest(**{**data, "dump": FileEntry(**data["dump"]), "files": files})
        except (ValueError, KeyError, TypeError) as error:
            raise BackupError(f"{self.root}/manifest.json can't be read: {type(error).__name__}.") from error

    def _is_intact(self, entry: FileEntry, manifest: Manifest) -> bool:
        place = self.dump if entry is manifest.dump else self.files.root / entry.path
        try:
            return entry_of(entry.path, _chunks(place)) == entry
        except FileNotFoundError:
            return False


def entry_of(path: str, chunks: Iterator[bytes]) -> FileEntry:
    """The size and checksum of a file's content."""
    return FileEntry(path, *size_and_sha256(chunks))


def _chunks(place: Path) -> Iterator[bytes]:
    with place.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def copy(entry: FileEntry, source: FileStorage, target: FileStorage) -> bool:
    """Copy a file; returns False, without a copy, if it is missing or damaged."""
    with SpooledTemporaryFile(max_size=_CHUNK) as spool:
        try:
            # One byte more than its size, to notice a longer file.
            for chunk in source.read(entry.path, 0, entry.size + 1):
                spool.write(chunk)
        except FileNotFoundError:
            return False
        spool.seek(0)
        if entry_of(entry.path, iter(lambda: spool.read(_CHUNK), b"")) != entry:
            return False
        spool.seek(0)
        target.save(entry.path, spool)
    return True


def copy_all(files: tuple[FileEntry, ...], source: FileStorage, target: FileStorage) -> None:
    """Copy the files; BackupError names those that are missing or damaged."""
    broken = [entry.path for entry in files if not copy(entry, source, target)]
    if broken:
        raise BackupError(f"{_first_of(broken)} missing or not as uploaded: `flask verify` says which rows name them.")


def _first_of(paths: list[str]) -> str:
    return ", ".join(paths[:5]) + (f" and {len(paths) - 5} more" if len(paths) > 5 else "")
