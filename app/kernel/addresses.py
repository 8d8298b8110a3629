"""Network addresses of callers."""

from ipaddress import IPv4Address, IPv6Network, ip_address


def limiting_key(address: str) -> str:
    """Key of an address for rate limits; IPv6 addresses count by their /64, which belongs to one subscriber."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(IPv6Network((int(found) >> 64 << 64, 64)))
