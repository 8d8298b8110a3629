"""Checking of uploaded files."""

from functools import partial
from typing import IO

from app.core.files.rules import ending_of, kind_for, name_problem
from app.infra.contents import content_problem
from app.infra.fair_lock import FairLock, LockFull
from app.infra.virus_scan import VirusScan
from app.kernel.errors import Invalid, TooLarge, Unavailable
from app.kernel.files import JudgedFile, SentFile, size_and_sha256

MOST_AT_ONCE = 3
"""Files in a process: one that is checked, and two that wait."""
WAIT_SECONDS = 10
_PIECE = 256 * 1024


class FileJudge:
    """Checks uploaded files, one at a time in a process, for its callers in turn; a few may wait.

    It needs no database, and is called before the request's transaction begins.
    """

    def __init__(self, largest: int, virus_scan: VirusScan | None = None) -> None:
        self.largest = largest
        self.virus_scan = virus_scan
        self.turns = FairLock(MOST_AT_ONCE)

    def judge(self, given: SentFile, caller: str) -> JudgedFile:
        """Check the file; raises Invalid naming the form's part, or Unavailable if too many wait."""
        content_type = _type_by_name(given)
        try:
            with self.turns.hold(caller, WAIT_SECONDS):
                return self._judged(given, content_type)
        except LockFull:
            raise Unavailable("Other files are being checked; try again.", code="busy", retry_after=1) from None

    def _judged(self, given: SentFile, content_type: str) -> JudgedFile:
        size, digest = self._measured(given.content)
        problem = content_problem(content_type, given.content)
        if problem is None and self.virus_scan is not None and self.virus_scan.refuses(given.content):
            problem = "The virus scanner refuses this file."
        if problem is not None:
            raise Invalid.field(given.part, problem)
        return JudgedFile(given.part, given.name, given.content, content_type, size, digest)

    def _measured(self, content: IO[bytes]) -> tuple[int, str]:
        content.seek(0)
        size, digest = size_and_sha256(iter(partial(content.read, _PIECE), b""))
        if size > self.largest:  # by less than the allowance for the other parts of a form
            raise TooLarge(f"A file may have at most {self.largest // 1024 // 1024} MB.")
        return size, digest


def _type_by_name(given: SentFile) -> str:
    """Media type by the name's extension; raises Invalid if the name or its kind is not accepted."""
    kind = kind_for(ending_of(given.name))
    problem = name_problem(given.name)
    if kind is None or problem is not None:
        raise Invalid.field(given.part, problem or "This kind of file is not taken.")
    return kind.content_type
