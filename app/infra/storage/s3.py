"""Files in any store that speaks S3."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import IO, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from app.infra.storage.pieces import Pieces
from app.kernel.errors import Unavailable

log = logging.getLogger(__name__)

_GONE = {"NoSuchKey", "404"}
_PAST_THE_END = {"InvalidRange", "416"}


class S3Storage:
    """One PUT is atomic by itself: the object is whole or not there. Credentials come from the environment."""

    def __init__(self, bucket: str, endpoint_url: str, region: str) -> None:
        self.bucket = bucket
        self.client: Any = boto3.client(
            "s3",
            endpoint_url=endpoint_url or None,
            region_name=region or None,
            config=Config(
                connect_timeout=3,
                read_timeout=10,  # a request waits meanwhile, with its transaction open
                retries={"total_max_attempts": 2, "mode": "standard"},
                # Amazon's newest checksums are unknown to many other stores; `flask verify` has our own.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    def save(self, path: str, content: IO[bytes]) -> None:
        """Keep the content."""
        with _answering():
            self.client.put_object(Bucket=self.bucket, Key=path, Body=content)

    def read(self, path: str, start: int, length: int) -> Iterator[bytes]:
        """A part of the content."""
        span = f"bytes={start}-{start + max(length, 1) - 1}"
        with _answering():
            try:
                found = self.client.get_object(Bucket=self.bucket, Key=path, Range=span)
            except ClientError as error:
                if _code(error) in _GONE:
                    raise FileNotFoundError(path) from error
                if _code(error) in _PAST_THE_END:
                    return iter(())
                raise
        return Pieces(found["Body"], length)

    def delete(self, path: str) -> None:
        """Remove it."""
        with _answering():
            self.client.delete_object(Bucket=self.bucket, Key=path)

    def listing(self) -> Iterator[tuple[str, datetime]]:
        """Every object of the bucket."""
        with _answering():
            for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket):
                for found in page.get("Contents", ()):
                    yield found["Key"], found["LastModified"]


@contextmanager
def _answering() -> Iterator[None]:
    """A store that is away, refuses us or has no such bucket is one that can't be used now."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        reason = _code(error) if isinstance(error, ClientError) else type(error).__name__
        log.error("the file store did not do what was asked: %s", reason)  # noqa: TRY400 - its trace says no more
        raise Unavailable("The file store does not answer; try again.", code="storage_unavailable") from error


def _code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])
