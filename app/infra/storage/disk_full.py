"""Errors of a full disk."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from app.kernel.errors import StorageFull

_DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def disk_full_errors() -> Iterator[None]:
    """Raise `StorageFull` if writing in this block fails because of a full disk, a quota or a size limit."""
    try:
        yield
    except OSError as error:
        if error.errno not in _DISK_FULL:
            raise
        raise StorageFull("There is not enough space to store the file.") from error
