"""Hours in which clients may be contacted."""

from datetime import time

DESDE, HASTA = time(7), time(22)


def se_puede_avisar(hora: time) -> bool:
    """Whether clients may be contacted at a time of their day."""
    return DESDE <= hora < HASTA
