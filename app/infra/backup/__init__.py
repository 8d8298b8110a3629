"""Backups: the rows in PostgreSQL's own format and the bytes of the files, as of one moment, in one folder."""


class BackupError(RuntimeError):
    """The backup or restore is not possible; the message gives the reason and, if there is one, the remedy."""
