"""Whose a domain is: by the Public Suffix List, never by the last two labels."""

import pytest

from desktop.matching.domains import Site, is_companys, site_of


@pytest.mark.parametrize(
    ("domain", "core", "suffix"),
    [
        ("acme.com", "acme", "com"),
        ("mail.eu.acme.com", "acme", "com"),
        ("acme.co.uk", "acme", "co.uk"),
        ("shop.acme.com.au", "acme", "com.au"),
        ("ann.github.io", "ann", "github.io"),
        ("www.city.kawasaki.jp", "city", "kawasaki.jp"),
        ("a.b.kawasaki.jp", "a", "b.kawasaki.jp"),
        ("www.ck", "www", "ck"),
        ("xn--bcher-kva.de", "xn--bcher-kva", "de"),
        ("firma.xn--55qx5d.cn", "firma", "xn--55qx5d.cn"),
        ("acme.unknown-suffix", "acme", "unknown-suffix"),
    ],
)
def test_a_domain_is_its_registrants(domain: str, core: str, suffix: str) -> None:
    assert site_of(domain) == Site(core, suffix)
    assert site_of(domain).name == f"{core}.{suffix}"


@pytest.mark.parametrize("domain", ["", "com", "co.uk", "github.io", "localhost", "192.0.2.7", "[192.0.2.7]", "a..b"])
def test_some_are_nobodys(domain: str) -> None:
    assert site_of(domain).name == ""
    assert not is_companys(domain)


@pytest.mark.parametrize("domain", ["gmail.com", "web.de", "freemail.example", "mail.gmail.com"])
def test_free_mail_is_no_company(domain: str) -> None:
    assert not is_companys(domain)
    assert is_companys("acme.example")
