"""Distance between the place of a payment and the home of the client."""

from decimal import Decimal
from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

LEJOS = 500
"""Metres from which on a payment counts as taken far from the client."""
_RADIO = 6_371_000


class Punto(NamedTuple):
    """A place by its degrees."""

    lat: Decimal
    lng: Decimal


def punto(lat: Decimal | None, lng: Decimal | None) -> Punto | None:
    """The place of these degrees, or None where one is missing."""
    return None if lat is None or lng is None else Punto(lat, lng)


def metros(one: Punto, other: Punto) -> float:
    """Metres between two places on a sphere."""
    north, south = radians(one.lat), radians(other.lat)
    by_lat, by_lng = sin((south - north) / 2), sin(radians(other.lng - one.lng) / 2)
    return 2 * _RADIO * asin(min(1.0, sqrt(by_lat**2 + cos(north) * cos(south) * by_lng**2)))


def esta_lejos(one: Punto | None, other: Punto | None) -> bool:
    """Whether both places are known and over 500 m apart."""
    return one is not None and other is not None and metros(one, other) > LEJOS
