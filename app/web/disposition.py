"""Content-Disposition: the name under which a file is saved."""

from urllib.parse import quote


def disposition(kind: str, name: str) -> str:
    """Value of the header: the name in `filename*` (RFC 6266), and an ASCII form in `filename`."""
    plain = "".join(letter if " " <= letter <= "~" and letter not in '"\\' else "_" for letter in name)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
