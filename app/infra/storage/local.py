"""Files in a folder."""

import os
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfileobj, disk_usage
from typing import IO

from app.infra.storage.pieces import Pieces
from app.infra.storage.room import room_needed

_PIECE = 256 * 1024
_UNFINISHED = ".unfinished"


def owner_only(path: str, flags: int) -> int:
    """An opener of files that nobody but their owner can read, whatever the umask."""
    return os.open(path, flags, 0o600)


class LocalStorage:
    """Written beside its place, flushed to disk, then renamed into place: whole or not there."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def save(self, path: str, content: IO[bytes]) -> None:
        """Keep the content; what a crash leaves behind is a file that `listing` shows and nobody refers to."""
        target = self._place(path)
        unfinished = target.with_name(f"{uuid.uuid4().hex}{_UNFINISHED}")
        with room_needed():
            self._make_folder(target.parent)
            try:
                with open(unfinished, "xb", opener=owner_only) as file:
                    copyfileobj(content, file, _PIECE)
                    file.flush()
                    os.fsync(file.fileno())
                unfinished.rename(target)
            except BaseException:
                unfinished.unlink(missing_ok=True)
                raise
            _flush_folder(target.parent)

    def read(self, path: str, start: int, length: int) -> Iterator[bytes]:
        """A part of the content; opened at once, so that a deletion meanwhile does not cut it short."""
        file = self._place(path).open("rb")
        file.seek(start)
        return Pieces(file, length)

    def delete(self, path: str) -> None:
        """Remove it."""
        self._place(path).unlink(missing_ok=True)

    def listing(self) -> Iterator[tuple[str, datetime]]:
        """Every file below the root."""
        for place in self.root.rglob("*"):
            try:
                saved = place.stat()
            except FileNotFoundError:
                continue  # deleted while we were looking
            if place.is_file():
                yield place.relative_to(self.root).as_posix(), datetime.fromtimestamp(saved.st_mtime, UTC)

    def room(self) -> tuple[int, int]:
        """The size of the disk, and what is free for us, in bytes."""
        place = next(folder for folder in (self.root, *self.root.parents) if folder.exists())
        disk = disk_usage(place)
        return disk.total, disk.free

    def _place(self, path: str) -> Path:
        place = (self.root / path).resolve()
        if not place.is_relative_to(self.root.resolve()):
            raise ValueError("a path that leaves the store")
        return place

    def _make_folder(self, folder: Path) -> None:
        """With its name on disk, and the names of those above it that are new."""
        if folder.exists():
            return
        self._make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        _flush_folder(folder.parent)


def _flush_folder(folder: Path) -> None:
    """A rename is on disk when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
