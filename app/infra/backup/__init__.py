"""Backups: the rows in PostgreSQL's own format and the bytes of the files, as of one moment, in one folder."""


class BackupError(RuntimeError):
    """It can't be done; the message says why and, where there is something, what to do."""
