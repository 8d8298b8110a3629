"""Time limit of exports: the caller may be gone, and a proxy in front waits no longer."""

import time
from collections.abc import Iterable, Iterator
from tempfile import SpooledTemporaryFile
from typing import Any, TypeVar

from app.kernel.errors import Unavailable

_TRY_AGAIN_SECONDS = 60
T = TypeVar("T")


class Deadline:
    """Time after which watched work raises a refusal."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._at = time.monotonic() + seconds

    @property
    def passed(self) -> bool:
        return time.monotonic() >= self._at

    def refusal(self) -> Unavailable:
        """Refusal of an export that took too long."""
        return Unavailable(
            f"The file takes longer than {self.seconds} seconds; ask for fewer rows.",
            code="export_timeout",
            retry_after=_TRY_AGAIN_SECONDS,
        )

    def watched(self, items: Iterable[T]) -> Iterator[T]:
        """Pass the items on until the deadline."""
        for item in items:
            if self.passed:
                raise self.refusal()
            yield item


class TimedFile(SpooledTemporaryFile[bytes]):
    """A temporary file that takes nothing past the deadline: says so once, then drops what is still written.

    A ZipFile that was given up writes its end when it is collected, by which time this file is closed.
    """

    def __init__(self, deadline: Deadline, in_memory: int) -> None:
        super().__init__(max_size=in_memory)
        self._deadline = deadline
        self._given_up = False

    def write(self, data: Any) -> int:
        """Write, or raise the refusal."""
        if self._given_up:
            return len(data)
        if self._deadline.passed:
            self._given_up = True
            raise self._deadline.refusal()
        return super().write(data)

    def seek(self, *where: int) -> int:
        return 0 if self._given_up else super().seek(*where)

    def tell(self) -> int:
        return 0 if self._given_up else super().tell()

    def flush(self) -> None:
        if not self._given_up:
            super().flush()
