"""Families of user agents: what stays when a browser is updated."""

import re

LONGEST_FAMILY = 60
_UNKNOWN = "un programa desconocido"

# In this order: later ones also call themselves what earlier ones are called.
_BROWSERS = (
    ("Edge", re.compile(r"\bEdg(e|A|iOS)?/")),
    ("Opera", re.compile(r"\b(OPR|Opera)/")),
    ("Samsung Internet", re.compile(r"\bSamsungBrowser/")),
    ("Firefox", re.compile(r"\b(Firefox|FxiOS)/")),
    ("Chrome", re.compile(r"\b(Chrome|CriOS|Chromium|HeadlessChrome)/")),
    ("Safari", re.compile(r"\bSafari/")),
)
_MOBILE = re.compile(r"\b(Mobile|Android|iPhone|iPad)\b")
_PRODUCT = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def family_of(user_agent: str) -> str:
    """Name of the program without its version, such as `Firefox`, `Chrome Mobile` or `curl`."""
    for name, pattern in _BROWSERS:
        if pattern.search(user_agent):
            return f"{name} Mobile" if _MOBILE.search(user_agent) else name
    product = _PRODUCT.match(user_agent.strip())
    return product[0][:LONGEST_FAMILY] if product else _UNKNOWN
