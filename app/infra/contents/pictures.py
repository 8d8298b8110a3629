"""PNG, JPEG and WebP: the parts are counted, then Pillow reads those that are needed to show the picture.

What programs add to pictures (EXIF, profiles, texts) is left out of what Pillow gets: it can be made so that reading
it takes minutes or gigabytes.
"""

import io
import struct
import warnings
from collections.abc import Callable
from typing import IO

from PIL import Image, UnidentifiedImageError

from app.infra.contents.signatures import archive_end, named_by_magic

MOST_PIXELS = 50_000_000
"""Limit of pixels, above any phone's photo; a small file with more would fill a viewer's memory."""
MOST_CHUNKS = 20_000
"""Limit of chunks of a PNG or WebP; a PNG of 10 MB in chunks of 8 kB has 1,300."""
MOST_SEGMENTS = 2_000
"""Limit of segments of a JPEG before its image data."""
_PNG_NAME = b"\x89PNG"
_PNG_MAGIC, _RIFF_HEAD = 8, 12
_SCAN, _COMMENT, _STANDALONE = 0xDA, 0xFE, {0x01, *range(0xD0, 0xD9)}

# Both settings are global, so they are set once: filters around each call would interfere between threads.
Image.MAX_IMAGE_PIXELS = None  # our limit is stricter, and is checked before anything is unpacked
warnings.filterwarnings("ignore", module="PIL")  # Pillow's warnings about damaged pictures are not needed

Essential = Callable[[IO[bytes]], IO[bytes]]
"""Returns the parts of a picture for Pillow; raises _Damaged or _TooManyParts."""


class _Damaged(ValueError):
    """The lengths of the picture's parts are wrong."""


class _TooManyParts(ValueError):
    """The picture has too many parts."""


def judge_of(content_type: str, name: str) -> Callable[[IO[bytes]], str | None]:
    """Make the function that returns the reason why a content is not a picture of this type, or None."""

    def judge(content: IO[bytes]) -> str | None:
        if not named_by_magic(content_type, content):
            return f"The content is not {name}."
        if archive_end(content) is not None:
            return f"The {name} contains an archive."
        try:
            with Image.open(_ESSENTIAL[name](content), formats=[name]) as image:
                if image.width * image.height > MOST_PIXELS:
                    return "The image has too many pixels."
                image.verify()
        except _TooManyParts:
            return f"The {name} has too many parts."
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError, struct.error):
            return f"The {name} is damaged."
        return None

    return judge


def decoded(content: bytes, most_pixels: int) -> Image.Image | None:
    """The picture of a PNG or JPEG, decoded from the parts that are needed to show it.

    None if it is damaged or has more pixels than that.
    """
    source = io.BytesIO(content)
    name = "PNG" if content.startswith(_PNG_NAME) else "JPEG"
    try:
        parts = _ESSENTIAL[name](source).read()
        image = Image.open(io.BytesIO(parts + source.read()), formats=[name])
        if image.width * image.height > most_pixels:
            return None
        image.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, struct.error):
        return None
    return image


def _png(content: IO[bytes]) -> IO[bytes]:
    """Critical chunks, whose names begin with a capital letter."""
    content.seek(0)
    kept = [content.read(_PNG_MAGIC)]
    for _ in range(MOST_CHUNKS):
        head = content.read(8)
        if len(head) < 8:
            raise _Damaged
        length, critical = int.from_bytes(head[:4], "big"), head[4:5].isupper()
        if critical:
            kept += head, content.read(length + 4)
        else:
            content.seek(length + 4, io.SEEK_CUR)
        if head[4:] == b"IEND":
            return io.BytesIO(b"".join(kept))
    raise _TooManyParts


def _jpeg(content: IO[bytes]) -> IO[bytes]:
    """Segments before the image data, without application data and comments."""
    content.seek(2)
    kept = [b"\xff\xd8"]
    for _ in range(MOST_SEGMENTS):
        marker = content.read(2)
        if len(marker) < 2:
            raise _Damaged
        if marker[0] != 0xFF or marker[1] == 0xFF:  # padding, or bytes that every program skips
            content.seek(-1, io.SEEK_CUR)
            continue
        code = marker[1]
        if code in _STANDALONE or code == 0:
            continue
        length = content.read(2)
        body = content.read(max(0, int.from_bytes(length, "big") - 2))
        if not (0xE0 <= code <= 0xEF or code == _COMMENT):
            kept += marker, length, body
        if code == _SCAN:
            return io.BytesIO(b"".join(kept))
    raise _TooManyParts


def _webp(content: IO[bytes]) -> IO[bytes]:
    """The whole file, after its chunks are counted."""
    size, at = content.seek(0, io.SEEK_END), _RIFF_HEAD
    for _ in range(MOST_CHUNKS):
        if at + 8 > size:
            content.seek(0)
            return content
        content.seek(at + 4)
        length = int.from_bytes(content.read(4), "little")
        at += 8 + length + length % 2
    raise _TooManyParts


_ESSENTIAL: dict[str, Essential] = {"PNG": _png, "JPEG": _jpeg, "WEBP": _webp}
