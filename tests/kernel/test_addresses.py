"""The keys that limits count addresses under."""

import pytest

from app.kernel.addresses import limiting_key


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("::FFFF:C000:0201", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:0DB8:0:0:ffff:ffff:ffff:ffff", "2001:db8::/64"),
        ("2001:db8:0:1::1", "2001:db8:0:1::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::/64"),
        ("unknown", "unknown"),
        ("", ""),
        ("192.0.2.1:80", "192.0.2.1:80"),
    ],
)
def test_ipv6_is_limited_by_its_64_and_mapped_addresses_as_ipv4(address: str, key: str) -> None:
    assert limiting_key(address) == key
