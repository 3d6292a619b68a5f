"""Where a link leads in truth: one row for each trick that is played with addresses (reliability H7)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QUrl

from desktop.ui.mail_view import hosts
from desktop.ui.mail_view.links import MAX_CHARS, Kind, read_link

PLAIN = [
    ("https://acme.example", "acme.example", "https://acme.example/"),
    ("HTTP://ACME.example:80/a?b=c#d", "acme.example", "http://acme.example/a?b=c#d"),
    ("https://acme.example:443/", "acme.example", "https://acme.example/"),
    ("  https://acme.example/\na\tb ", "acme.example", "https://acme.example/ab"),
    ("https://acme.example./x", "acme.example", "https://acme.example/x"),
    ("https://a_b.acme.example/", "a_b.acme.example", "https://a_b.acme.example/"),
    ("https://acme.example/grüße?q=ä ö", "acme.example", "https://acme.example/gr%C3%BC%C3%9Fe?q=%C3%A4%C3%B6"),
    ("https://acme.example/%2e%2e/%41", "acme.example", "https://acme.example/%2e%2e/%41"),
    ('https://acme.example/"<x>', "acme.example", "https://acme.example/%22%3Cx%3E"),
    ("https://acme%2eexample/", "acme.example", "https://acme.example/"),
    ("https://ACME。example/", "acme.example", "https://acme.example/"),
    ("https://ａｃｍｅ.example/", "acme.example", "https://acme.example/"),
    ("https://acme.example/@good.example", "acme.example", "https://acme.example/@good.example"),
    ("https://acme.example?@good.example", "acme.example", "https://acme.example?@good.example"),
]


@pytest.mark.parametrize(("address", "host", "opened"), PLAIN)
def test_a_plain_link_leads_where_it_says(address: str, host: str, opened: str) -> None:
    link = read_link(address)
    assert (link.kind, link.host, link.place, link.address, link.doubts) == (Kind.WEB, host, host, opened, ())


DOUBTFUL = [
    ("https://good.example@evil.example/", "evil.example", "before the @"),
    ("https://good.example:443@evil.example/", "evil.example", "“good.example” before the @"),
    ("https://good.example%2F@evil.example/", "evil.example", "before the @"),
    ("https://a@b@evil.example/", "evil.example", "before the @"),
    ("https://evil.example:8443/", "evil.example", "unusual port (8443)"),
    ("http://127.0.0.1/", "127.0.0.1", "number instead of a name"),
    ("http://2130706433/", "127.0.0.1", "number instead of a name"),
    ("http://0x7f.1/", "127.0.0.1", "number instead of a name"),
    ("http://0177.0.0.01/", "127.0.0.1", "number instead of a name"),
    ("http://[::1]/", "[::1]", "number instead of a name"),
    ("https://аpple.example/", "xn--pple-43d.example", "different alphabets"),
    ("https://аррӏе.example/", "xn--80ak6aa92e.example", "look like Latin"),
    ("https://ραура.example/", "xn--mxa5a9x7bo.example", "different alphabets"),
    ("https://xn--80ak6aa92e.example/", "xn--80ak6aa92e.example", "look like Latin"),
]


@pytest.mark.parametrize(("address", "host", "doubt"), DOUBTFUL)
def test_a_trick_is_named(address: str, host: str, doubt: str) -> None:
    link = read_link(address)
    assert link.host == host
    assert doubt in " ".join(link.doubts)
    assert "@" not in link.address


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("https://bücher.example/", "bücher.example (xn--bcher-kva.example)"),
        ("https://例え.example/", "例え.example (xn--r8jz45g.example)"),
        ("https://пример.example/", "пример.example (xn--e1afmkfd.example)"),
        ("https://аррӏе.example/", "xn--80ak6aa92e.example"),
        ("https://xn--bcher-kva.example/", "bücher.example (xn--bcher-kva.example)"),
        ("https://xn--0.example/", "xn--0.example"),
    ],
)
def test_foreign_letters_are_shown_with_their_spelling(address: str, place: str) -> None:
    assert read_link(address).place == place


@pytest.mark.parametrize(
    "address",
    [
        *(
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "ms-msdt:/id",
            "vbscript:x",
            "tel:+1",
            "x-y:z",
        ),
        *(
            "",
            "acme.example",
            "//acme.example/",
            "/path",
            "#top",
            "https:acme.example",
            "https:/acme.example",
            "https://",
        ),
        *("https:///acme.example", "https://good.example\\@evil.example/", "https:\\\\evil.example"),
        *(
            "https://-a.example/",
            "https://a..example/",
            "https://[::1",
            "https://a.example:99999/",
            "https://a:b.example/",
        ),
        *("http://256.1.1.1/", "http://1.2.3.4.5/", "http://09/", "https://%00.example/", "https://a%2fb.example/"),
        *(
            "https://" + "a" * 64 + ".example/",
            "https://exa\u00admple\u2100/",
            "mailto:",
        ),
        *("mailto:nobody", "https://a.example/" + "x" * MAX_CHARS, "java\nscript:alert(1)", "\x01javascript:x"),
    ],
)
def test_what_is_no_web_page_is_not_opened(address: str) -> None:
    link = read_link(address)
    assert (link.kind, link.address) == (Kind.NONE, "")
    assert link.doubts


@pytest.mark.parametrize(
    ("words", "is_doubted"),
    [
        ("evil.example", False),
        ("www.evil.example", False),
        ("https://EVIL.example/some/page", False),
        ("shop.evil.example", False),
        ("here", False),
        ("Read our report.pdf", False),
        ("report.pdf", False),
        ("a sentence with good.example in it", False),
        ("good.example", True),
        ("www.good.example", True),
        ("https://good.example/login", True),
        ("Go to https://good.example/login now", True),
        ("http://good.example@evil.example", False),
        ("good.example/evil.example", True),
        ("notevil.example", True),
        ("good\u200b.exam\u00adple", True),
        ("g\u043eod.example", True),
    ],
)
def test_words_that_name_another_place_are_told(words: str, is_doubted: bool) -> None:
    doubts = read_link("https://evil.example/x", words).doubts
    assert bool(doubts) == is_doubted
    assert all("the link leads elsewhere" in doubt for doubt in doubts)


@pytest.mark.parametrize(
    ("address", "opened", "place"),
    [
        ("mailto:ann@acme.example", "mailto:ann@acme.example", "ann@acme.example"),
        ("MAILTO:a@x.example,b@x.example", "mailto:a@x.example,b@x.example", "a@x.example,b@x.example"),
        (
            "mailto:a@x.example?subject=Hi%0D%0ABcc:%20b@y.example&bcc=c@y.example&attach=/etc/passwd&body=1+1",
            "mailto:a@x.example?subject=Hi%20%20Bcc%3A%20b%40y.example&body=1%2B1",
            "a@x.example",
        ),
        (
            "mailto:a@x.example%3Fbcc=b@y.example",
            "mailto:a@x.example%3Fbcc%3Db@y.example",
            "a@x.example?bcc=b@y.example",
        ),
    ],
)
def test_a_mail_link_keeps_recipient_subject_and_text(address: str, opened: str, place: str) -> None:
    link = read_link(address)
    assert (link.kind, link.address, link.place) == (Kind.MAIL, opened, place)


def test_a_long_address_is_short_where_one_points_at_it() -> None:
    link = read_link("https://acme.example/" + "x" * 3000)
    assert len(link.address) > 3000
    assert len(link.hint) == 200
    assert link.hint.startswith("https://acme.example/x")
    assert read_link("javascript:x").hint.startswith("It leads to no web page")


@given(st.text(max_size=60))
def test_no_text_raises_and_what_is_opened_is_what_is_shown(text: str) -> None:
    for address in (
        text,
        f"https://{text}",
        f"https://a.example/{text}",
        f"https://{text}@b.example/",
        f"mailto:{text}",
    ):
        link = read_link(address, text)
        assert link.address.isascii()
        assert link.address.isprintable()
        if link.kind is Kind.WEB:
            url = QUrl(link.address, QUrl.ParsingMode.StrictMode)
            assert url.isValid()
            assert url.host(QUrl.ComponentFormattingOption.FullyEncoded) == link.host.strip("[]")
            assert url.userInfo() == ""


@pytest.mark.parametrize(
    ("host", "is_public"),
    [
        ("acme.example", True),
        ("8.8.8.8", True),
        ("2606:4700::1", True),
        ("localhost", False),
        ("a.localhost", False),
        ("printer.local", False),
        ("router", False),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("0.0.0.0", False),
        ("::1", False),
        ("[::1]", False),
        ("fe80::1", False),
        ("::ffff:10.0.0.1", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("2130706433", False),
        ("", False),
    ],
)
def test_the_open_network(host: str, is_public: bool) -> None:
    assert hosts.is_public(host) == is_public
