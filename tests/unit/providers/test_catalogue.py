"""The provider rows: complete, consistent, found by domain and by MX."""

import pytest

from desktop.domain.mailbox import OAuthProvider, Security
from desktop.providers import catalogue
from desktop.providers.catalogue import PROVIDERS, Provider, SignIn

NAMED = [row for row in PROVIDERS if row is not catalogue.GENERIC]


@pytest.mark.parametrize("row", NAMED, ids=lambda row: row.key)
def test_a_row_is_complete(row: Provider) -> None:
    assert row.imap is not None
    assert row.smtp is not None
    assert (row.imap.port, row.imap.security) == (993, Security.TLS)
    assert (row.smtp.port, row.smtp.security) in {(465, Security.TLS), (587, Security.STARTTLS)}
    assert row.domains or row.mx_suffixes
    assert row.help.endswith(".")
    for server in (row.imap, row.smtp):
        assert server.host == server.host.lower().strip(".")
    for name in (*row.domains, *row.mx_suffixes):
        assert name == name.lower().strip(". ")


def test_no_two_rows_claim_the_same() -> None:
    assert len({row.key for row in PROVIDERS}) == len(PROVIDERS)
    domains = [domain for row in PROVIDERS for domain in row.domains]
    suffixes = [suffix for row in PROVIDERS for suffix in row.mx_suffixes]
    assert len(domains) == len(set(domains))
    assert len(suffixes) == len(set(suffixes))


def test_those_named_are_there() -> None:
    assert {"yahoo", "icloud", "fastmail", "zoho", "gmx", "web.de", "gmail", "outlook", "microsoft365", "imap"} <= {
        row.key for row in PROVIDERS
    }


@pytest.mark.parametrize(
    ("key", "oauth"),
    [
        ("gmail", OAuthProvider.GOOGLE),
        ("outlook", OAuthProvider.MICROSOFT),
        ("microsoft365", OAuthProvider.MICROSOFT),
    ],
)
def test_who_is_signed_in_to_with_the_browser(key: str, oauth: OAuthProvider) -> None:
    row = catalogue.by_key(key)
    assert (row.sign_in, row.oauth) == (SignIn.BROWSER, oauth)
    assert row.help.startswith("Sign in with your browser")
    assert "not offered" not in row.help


@pytest.mark.parametrize("row", NAMED, ids=lambda row: row.key)
def test_the_browser_is_for_those_who_take_it(row: Provider) -> None:
    assert (row.oauth is not None) == (row.sign_in is SignIn.BROWSER)


@pytest.mark.parametrize(
    ("key", "where"),
    [
        ("yahoo", "Generate app password"),
        ("icloud", "account.apple.com"),
        ("gmail", "myaccount.google.com/apppasswords"),
    ],
)
def test_where_an_app_password_is_made(key: str, where: str) -> None:
    words = catalogue.by_key(key).help
    assert where in words
    assert "app" in words
    assert "password" in words


@pytest.mark.parametrize(
    ("host", "address", "key"),
    [
        ("outlook.office365.com", "ann@hotmail.com", "outlook"),
        ("outlook.office365.com", "ann@example.org", "microsoft365"),
        ("Outlook.Office365.com", "", "outlook"),
        ("imap.gmail.com", "ann@example.org", "gmail"),
        ("imap.example.org", "ann@example.org", None),
    ],
)
def test_by_imap_host(host: str, address: str, key: str | None) -> None:
    row = catalogue.by_imap_host(host, address)
    assert (row.key if row else None) == key


@pytest.mark.parametrize(
    ("domain", "key"),
    [
        ("gmx.de", "gmx"),
        ("GMX.DE", "gmx"),
        ("web.de.", "web.de"),
        ("ymail.com", "yahoo"),
        ("example.org", None),
        ("", None),
    ],
)
def test_by_domain(domain: str, key: str | None) -> None:
    row = catalogue.by_domain(domain)
    assert (row.key if row else None) == key


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("aspmx.l.google.com.", "gmail"),
        ("in1-smtp.messagingengine.com", "fastmail"),
        ("example-org.mail.protection.outlook.com", "microsoft365"),
        ("outlook-com.olc.protection.outlook.com", "outlook"),
        ("mx.zoho.eu", "zoho-pro-eu"),
        ("mx01.mail.icloud.com", "icloud"),
        ("notzoho.eu", None),
        ("mx.example.org", None),
    ],
)
def test_by_mx(host: str, key: str | None) -> None:
    row = catalogue.by_mx(host)
    assert (row.key if row else None) == key


def test_user_names() -> None:
    icloud = catalogue.by_key("icloud")
    assert icloud.imap is not None
    assert icloud.smtp is not None
    assert icloud.imap.settings_for("ann@icloud.com").user == "ann"
    assert icloud.smtp.settings_for("ann@icloud.com").user == "ann@icloud.com"
    assert catalogue.by_key("nothing") is catalogue.GENERIC
