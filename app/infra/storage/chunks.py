"""Iterator over the bytes of an open file or response."""

from typing import Protocol, Self

_CHUNK_SIZE = 256 * 1024


class _Source(Protocol):
    def read(self, size: int, /) -> bytes: ...

    def close(self) -> None: ...


class Chunks:
    """The next `length` bytes of an open source, in chunks.

    The source is closed at the end, or by the server when the client is gone. A generator that was never started (HEAD,
    a client who is gone) would not close it.
    """

    def __init__(self, source: _Source, length: int) -> None:
        self.source = source
        self.left = length

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        chunk = self.source.read(min(_CHUNK_SIZE, self.left)) if self.left > 0 else b""
        if not chunk:
            self.close()
            raise StopIteration
        self.left -= len(chunk)
        return chunk

    def close(self) -> None:
        """Close the source."""
        self.left = 0
        self.source.close()
