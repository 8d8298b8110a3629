"""Files in a folder."""

import os
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfileobj, disk_usage
from typing import IO

from app.infra.storage.chunks import Chunks
from app.infra.storage.disk_full import disk_full_errors

_CHUNK_SIZE = 256 * 1024
_UNFINISHED = ".unfinished"


def owner_only(path: str, flags: int) -> int:
    """Opener for files that only their owner can read, whatever the umask."""
    return os.open(path, flags, 0o600)


class LocalStorage:
    """Files in a folder, written under a temporary name, flushed to disk, then renamed."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def save(self, path: str, content: IO[bytes]) -> None:
        """Store the content; a crash may leave an unfinished file, which `listing` returns and no row names."""
        target = self._place(path)
        unfinished = target.with_name(f"{uuid.uuid4().hex}{_UNFINISHED}")
        with disk_full_errors():
            self._make_folder(target.parent)
            try:
                with open(unfinished, "xb", opener=owner_only) as file:
                    copyfileobj(content, file, _CHUNK_SIZE)
                    file.flush()
                    os.fsync(file.fileno())
                unfinished.rename(target)
            except BaseException:
                unfinished.unlink(missing_ok=True)
                raise
            _flush_folder(target.parent)

    def read(self, path: str, start: int, length: int) -> Iterator[bytes]:
        """A part of the content; the file is opened at once, so a later deletion does not interrupt reading."""
        file = self._place(path).open("rb")
        file.seek(start)
        return Chunks(file, length)

    def delete(self, path: str) -> None:
        """Delete the file."""
        self._place(path).unlink(missing_ok=True)

    def listing(self) -> Iterator[tuple[str, datetime]]:
        """Every file below the root."""
        for place in self.root.rglob("*"):
            try:
                saved = place.stat()
            except FileNotFoundError:
                continue  # deleted in the meantime
            if place.is_file():
                yield place.relative_to(self.root).as_posix(), datetime.fromtimestamp(saved.st_mtime, UTC)

    def disk_space(self) -> tuple[int, int]:
        """Size and free space of the disk, in bytes."""
        place = next(folder for folder in (self.root, *self.root.parents) if folder.exists())
        disk = disk_usage(place)
        return disk.total, disk.free

    def _place(self, path: str) -> Path:
        place = (self.root / path).resolve()
        if not place.is_relative_to(self.root.resolve()):
            raise ValueError("a path outside the store")
        return place

    def _make_folder(self, folder: Path) -> None:
        """Create the folder and missing parents, and flush their names to disk."""
        if folder.exists():
            return
        self._make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        _flush_folder(folder.parent)


def _flush_folder(folder: Path) -> None:
    """Flush a folder to disk, which makes renames in it durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
