"""Content-Disposition: the name under which a file is saved."""

from urllib.parse import quote


def disposition(kind: str, name: str) -> str:
    """A header is ASCII: the name as it is goes into `filename*` (RFC 6266), a plain one beside it."""
    plain = "".join(letter if " " <= letter <= "~" and letter not in '"\\' else "_" for letter in name)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
