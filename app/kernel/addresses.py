"""Network addresses of callers."""

from ipaddress import IPv4Address, IPv6Network, ip_address


def limiting_key(address: str) -> str:
    """The key that limits count an address under: an IPv6 one by its /64, which one subscriber has whole."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(IPv6Network((int(found) >> 64 << 64, 64)))
