"""Bytes on their way out."""

from typing import Protocol, Self

_PIECE = 256 * 1024


class _Source(Protocol):
    def read(self, size: int, /) -> bytes: ...

    def close(self) -> None: ...


class Pieces:
    """The next bytes of an open source, a piece at a time.

    Closed at the end, or by the server when nobody wants them any more. A generator would not do: one that was never
    begun (a HEAD, a caller who is gone) closes nothing.
    """

    def __init__(self, source: _Source, length: int) -> None:
        self.source = source
        self.left = length

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        piece = self.source.read(min(_PIECE, self.left)) if self.left > 0 else b""
        if not piece:
            self.close()
            raise StopIteration
        self.left -= len(piece)
        return piece

    def close(self) -> None:
        """Let go of the source."""
        self.left = 0
        self.source.close()
