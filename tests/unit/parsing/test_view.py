"""What a mail is shown as: its HTML harmless, its pictures its own, a simpler form where the HTML would be too much."""

import base64
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from desktop.domain.errors import MessageRejected
from desktop.domain.reasons import ReasonCode
from desktop.parsing import driver, limits, view
from desktop.parsing.htmlshape import measure
from desktop.parsing.pool import WINDOW_LIMITS, ParserPool
from desktop.parsing.shown import ShownMail

HEAD = b"From: a@x.example\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n"


def shown(page: str, head: bytes = HEAD) -> ShownMail:
    return view.read_view(head + page.encode())


def png(width: int = 1, height: int = 1) -> bytes:
    """Return a picture; one that only claims its size when that is large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress((b"\0" + b"\xc8\x10\x10" * width) * height if width < 1000 else b"")
    size = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def part(kind: str, data: bytes, more: str = "") -> bytes:
    encoded = base64.encodebytes(data)
    return f"Content-Type: {kind}\nContent-Transfer-Encoding: base64\n{more}\n".encode() + encoded


def multipart(subtype: str, *parts: bytes) -> bytes:
    name = f"B{len(parts)}{subtype}"
    inside = b"".join(b"--" + name.encode() + b"\n" + one + b"\n" for one in parts)
    head = f'MIME-Version: 1.0\nContent-Type: multipart/{subtype}; boundary="{name}"\n\n'
    return head.encode() + inside + f"--{name}--\n".encode()


def with_picture(page: str, picture: bytes, kind: str = "image/png") -> ShownMail:
    html = part("text/html; charset=utf-8", page.encode())
    return view.read_view(multipart("related", html, part(kind, picture, "Content-ID: <logo@x>\n")))


@pytest.fixture(scope="module")
def pool() -> Iterator[ParserPool]:
    patient = replace(WINDOW_LIMITS, message_s=30)  # a machine with other work is slow, and no page at fault
    with ParserPool(1, limits=patient) as children:
        yield children


def test_a_mail_without_html_is_its_text() -> None:
    assert view.read_view(b"From: a@x.example\n\nhello\n") == ShownMail("hello")


def test_a_page_keeps_its_looks() -> None:
    page = (
        "<!DOCTYPE html><html lang=de><head><title>t</title><style>td > b{color:red}</style></head>"
        '<body bgcolor="#eee" style="margin:0" onload="x()"><center><font face=Arial>Grüße</font></center>'
    )
    html = shown(page).html
    assert html.startswith('<!DOCTYPE html><html lang="de"><head><meta charset="utf-8">')
    assert "<style>td > b{color:red}</style>" in html
    assert '<body bgcolor="#eee" style="margin:0">' in html
    assert '<center><font face="Arial">Grüße</font></center>' in html


@pytest.mark.parametrize(
    "piece",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<a href="javascript:alert(1)">x</a>',
        '<a href=" java\nscript:alert(1)">x</a>',
        '<a href="data:text/html,<script>1</script>">x</a>',
        '<a href="https://x.example/" ping="https://y.example/">x</a>',
        "<svg><script>alert(1)</script></svg>",
        "<svg><style><img src=x onerror=alert(1)></style></svg>",
        "<math><mtext><table><mglyph><style><img src onerror=alert(1)>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
        '<link rel="preconnect" href="https://x.example/">',
        '<base href="https://x.example/">',
        '<meta http-equiv="refresh" content="0;url=https://x.example/">',
        '<iframe srcdoc="<script>1</script>"></iframe>',
        '<object data="https://x.example/a.swf"><embed src="https://x.example/b"></object>',
        '<form action="https://x.example/"><input type=image src="https://x.example/i"><button formaction="//x">',
        '<video src="https://x.example/v" poster="https://x.example/p"><source src="https://x.example/s"></video>',
        '<audio src="https://x.example/a" autoplay></audio>',
        '<img srcset="https://x.example/1 1x">',
        '<img src="file:///etc/passwd"><img src="\\\\host\\share\\x.png"><img src="qrc:/x"><img src="part/0">',
        "<style>@import 'https://x.example/a.css'; @font-face{src:url(https://x.example/f)}</style>",
        "<div style='background:url(file:///etc/passwd)'>x</div>",
        "<template><script>1</script></template>",
        '<a href="https://good.example"<script>x</script>',
    ],
)
def test_nothing_that_acts_or_loads_is_left(piece: str) -> None:
    mail = shown(f"<p>before</p>{piece}<p>after")
    for form in (mail.html, mail.rich):
        kept = form.lower().replace('<meta charset="utf-8">', "")
        for word in (
            *("<script", "<svg", "<math", "<link", "<base", "<meta", "<iframe", "<object", "<embed", "<form", "<input"),
            *("<video", "<audio", "<source", "<template", "<noscript", "onerror", "javascript:", "data:text", "ping="),
            *("srcset", "file:", "share", "qrc:", "part/", "@import", "@font-face", "formaction"),
        ):
            assert word not in kept
        assert "before" in kept
    assert mail.remote == 0


def test_pictures_of_the_mail_itself_are_found_by_their_content_id() -> None:
    page = """<img src="cid:logo@x"><table background="CID:%6Cogo@x"></table><p style="background:url('cid:logo@x')">
              <style>p{background:url(cid:logo@x)}</style><img src="cid:other@x">"""
    mail = with_picture(page, png())
    assert mail.html.count("part/0") == 4
    assert [(picture.kind, picture.data) for picture in mail.pictures] == [("image/png", png())]
    assert mail.rich.count('src="part/0"') == 1
    assert "cid:" not in mail.html


def test_a_picture_nobody_names_is_not_carried() -> None:
    assert with_picture("<p>no picture", png()).pictures == ()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>', "image/svg+xml"),
        (b"<script>alert(1)</script>", "image/png"),
        (png(30_000, 30_000), "image/png"),
        (b"", "image/png"),
    ],
    ids=["vectors", "no picture", "30,000 pixels wide", "empty"],
)
def test_what_is_no_picture_to_show_leaves_its_place_empty(data: bytes, kind: str) -> None:
    (picture,) = with_picture('<img src="cid:logo@x">', data, kind).pictures
    assert (picture.kind, picture.data) == ("", b"")


def test_a_content_id_leads_into_no_other_message() -> None:
    inside = multipart("related", part("text/html", b"x"), part("image/png", png(), "Content-ID: <logo@x>\n"))
    html = part("text/html", b'<img src="cid:logo@x">')
    mail = view.read_view(multipart("mixed", html, b"Content-Type: message/rfc822\n\n" + inside))
    assert mail.pictures == ()
    assert "part/" not in mail.html


def test_pictures_on_the_network_are_counted_once_each() -> None:
    page = """<img src="http://a.example/1"><img src="http://a.example/1"><table background="//b.example/2"></table>
              <p style="background:url(https://c.example/3)"><style>b{background:url("https://d.example/4")}</style>
              <a href="https://e.example/">no picture</a><img src="data:image/png;base64,AAAA">"""
    mail = shown(page)
    assert mail.remote == 4
    assert "https://b.example/2" in mail.html
    assert "http" not in mail.rich.replace('href="https://e.example/"', "")


def test_links_are_kept_and_those_that_look_like_an_address_are_told() -> None:
    page = """<a class="b" href="https://evil.example/?a=1&amp;b=2">www.<b>good</b>.example</a> <a href="#top">up</a>
              <a href="mailto:a@x.example">a@x.example</a><a href="https://x.example/">here</a>
              <a href="/x">b.example</a>"""
    mail = shown(page)
    assert mail.links == (
        ("https://evil.example/?a=1&b=2", "www.good.example"),
        ("mailto:a@x.example", "a@x.example"),
    )
    assert 'href="#top"' in mail.html
    assert 'href="/x"' not in mail.html


def test_the_simple_form_leaves_out_colours_and_what_is_hidden() -> None:
    page = '<div style="display:none">preheader <table><tr><td>x</table></div><h1 style="color:#fff">Offer</h1><hr>'
    mail = shown(page)
    assert mail.rich == "<h1>Offer</h1><hr>"
    assert "preheader" in mail.html


@pytest.mark.parametrize(
    ("page", "cells"),
    [("<table><tr><td>word " * 5_000, limits.RICH_TABLES), ("<div>word " * 5_000, 0), ("<ul><li>word " * 2_000, 0)],
    ids=["tables", "blocks", "lists"],
)
def test_what_is_nested_too_deep_is_shown_flat_with_every_word(page: str, cells: int) -> None:
    mail = shown(page)
    assert mail.html == ""
    assert mail.why_simple == view.TOO_DEEP
    shape = measure(mail.rich)
    assert shape.depth <= limits.RICH_DEPTH
    assert shape.tables <= limits.RICH_TABLES
    assert shape.cells == cells
    assert mail.rich.count("word") == page.count("word")


@pytest.mark.parametrize("piece", ["<ul><li>", "<ol><li>", "<dl><dd>", "<blockquote>"])
def test_lists_and_quotes_keep_some_width(piece: str) -> None:
    rich = shown(f"{piece}word " * 30).rich
    assert rich.count(piece[:4]) == limits.RICH_INDENTS
    assert rich.count("word") == 30


def test_nesting_as_newsletters_have_it_is_shown_as_sent() -> None:
    page = "<table><tr><td>" * 40 + "x" + "</td></tr></table>" * 40
    assert shown(page).html
    assert shown(page).why_simple == ""


@pytest.mark.parametrize(
    "page",
    [
        "<p>" + "x" * (limits.HTML_CHARS + 1),
        "<p>word</p>" * (limits.RICH_TAGS + 1),
        "<table>" + "<tr><td>1</td></tr>" * (limits.RICH_CELLS + 1) + "</table>",
        "<p>" + "word " * limits.RICH_CHARS,
    ],
    ids=["too long", "many tags", "many cells", "many words"],
)
def test_what_is_too_much_for_the_simple_form_has_none(page: str) -> None:
    mail = shown(page)
    assert mail.rich == ""
    assert mail.text
    assert bool(mail.html) == (len(page) <= limits.HTML_CHARS)
    assert mail.why_simple == ("" if mail.html else view.TOO_LONG)


def test_a_word_without_end_gets_places_to_break() -> None:
    rich = shown("<p>" + "x" * 1000 + "&amp;" * 300 + "</p>").rich
    assert max(len(word) for word in rich.replace("&amp;", "&").split("\u200b")) <= limits.RICH_WORD_CHARS + len(
        "<p></p>"
    )
    assert rich.count("x") == 1000


def test_text_outside_of_the_html_form_is_mentioned() -> None:
    html, plain, footer = (
        part("text/html", b"<p>hello"),
        part("text/plain", b"hello"),
        part("text/plain", b"list footer"),
    )
    both = multipart("alternative", plain, html)
    assert view.read_view(both).note == ""
    assert view.read_view(multipart("mixed", both, footer)).note == view.MORE_TEXT
    assert view.read_view(multipart("mixed", html, part("text/html", b"<p>second"))).note == view.MORE_TEXT


def test_html_of_two_parts_never_meets() -> None:
    first, secret = part("text/html", b'<p>a<img src="https://x.example/?'), part("text/html", b'secret">')
    mail = view.read_view(multipart("mixed", first, secret))
    assert "secret" not in mail.html + mail.rich


def test_the_dark_form_of_a_mail_is_not_asked_for() -> None:
    html = shown("<style>@media (prefers-color-scheme: dark){p{color:#fff}}</style><p>x").html
    assert "prefers-color-scheme" not in html
    assert "color-scheme:only light" in html


def test_neither_form_is_in_a_log_by_accident() -> None:
    mail = with_picture('secret <img src="cid:logo@x">', png())
    assert "secret" not in repr(mail)
    assert "PNG" not in repr(mail.pictures)


# --- in the child ---------------------------------------------------------------------------------------------------


def test_the_child_shows_what_the_function_shows(pool: ParserPool) -> None:
    raw = multipart("related", part("text/html", b'<img src="cid:l">'), part("image/png", png(), "Content-ID: <l>\n"))
    assert pool.read_view(raw) == view.read_view(raw)


def test_a_part_is_handed_over_whole(pool: ParserPool) -> None:
    data = bytes(range(256)) * 80_000
    raw = multipart("mixed", part("text/plain", b"x"), part("application/pdf", data))
    assert pool.read_part(raw, "2") == data
    with pytest.raises(MessageRejected) as caught:
        pool.read_part(raw, "3")
    assert caught.value.code is ReasonCode.NOT_FOUND


HOSTILE: dict[str, Callable[[], str]] = {
    name: (lambda piece=piece, times=times: piece * times)  # type: ignore[misc]
    for name, piece, times in (
        ("tables", "<table><tr><td>", 10_000),
        ("blocks", "<div>", 200_000),
        ("attributes", "<p style=color:red class=x align=left>x</p>", 24_000),
        ("formatting", "<font color=red><b><i>", 40_000),
        ("misplaced", "<table><b>x<tr>", 60_000),
        ("crossed", "<b><p></b>", 60_000),
        ("pictures", "<img src=http://x.example/a.png>", 30_000),
        ("addresses in CSS", "<p style='a:url(http://x '>", 30_000),
        ("open brackets in CSS", "<style>url(url(", 60_000),
        ("imports", "<style>@import ", 60_000),
        ("signs", "<", 1_000_000),
        ("signs by name", "&amp;", 200_000),
        ("one word", "x", 1_000_000),
        ("bodies", '<body "', 100_000),
        ("doctypes", '<!doctype html public "', 40_000),
        ("templates", "<template>", 90_000),
        ("lists", "<ul><li>", 90_000),
        ("links", "<a href=http://x.example/>", 30_000),
    )
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_are_shown_somehow_in_time(pool: ParserPool, name: str) -> None:
    """One that took too long or too much would raise here."""
    mail = pool.read_view(HEAD + HOSTILE[name]().encode())
    assert len(mail.rich) <= limits.RICH_CHARS
    assert mail.text


def test_a_page_that_takes_too_long_is_given_up_and_the_next_is_shown() -> None:
    with ParserPool(1, limits=WINDOW_LIMITS) as pool:
        with pytest.raises(MessageRejected, match=driver.HUNG):
            pool.read_view(HEAD + b'<div title="</div>">' * 50_000)
        assert pool.read_view(HEAD + b"<p>next").text == "next"
