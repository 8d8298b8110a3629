"""A disk that is full."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from app.kernel.errors import Full

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def room_needed() -> Iterator[None]:
    """A full disk, a quota or a limit, met while something is written in here, is a typed refusal."""
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        raise Full("There is no room left to store the file.") from error
