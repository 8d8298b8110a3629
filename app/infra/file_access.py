"""Rules of who may read the files of a domain; its manifest names one as `may_read_file`."""

from typing import Any

from app.infra.context import Context
from app.kernel.identity import Identity
from app.manifest import PERSON, FileReader


def works_here(identity: Identity) -> bool:
    """Whether the caller works for the company, as all roles do but that of people who only registered."""
    return identity.role != PERSON


def with_permission(name: str) -> FileReader:
    """A rule by which those who work for the company and have the permission read all files of the domain."""

    def may_read(context: Context, _file: Any) -> bool:
        identity = context.identity
        return identity is not None and works_here(identity) and identity.may(name)

    return may_read


COMPANY_FILES = with_permission("files:read")
"""The rule of the company's files."""
