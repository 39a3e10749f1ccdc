"""Addresses of databases, and what of them may be printed."""

from __future__ import annotations

import pytest

from agent.dialects.address import read_address


def test_a_database_is_not_named_after_its_password() -> None:
    assert read_address("mysql://reader:p@ss/w:rd#1@127.0.0.1/clinic").database == "clinic"
    assert read_address("postgresql://ada:secret@host/shop?sslmode=require").database == "shop"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://ada:secret@host/shop", "postgresql://ada@host/shop"),
        ("postgresql://ada:sec?ret@host/shop", "postgresql://ada@host/shop"),
        ("postgresql://ada:sec/r@et@host/shop?password=secret", "postgresql://ada@host/shop"),
        ("mysql+pymysql://:secret@host:3306/shop", "mysql+pymysql://@host:3306/shop"),
        ("postgresql://host:5432/shop", "postgresql://host:5432/shop"),
        ("sqlite:///C:/data/shop.db", "sqlite:///C:/data/shop.db"),
    ],
)
def test_no_password_is_shown(url: str, shown: str) -> None:
    address = read_address(url)

    assert address.shown == shown
    assert "sec" not in repr(address)
