"""Readable text: HTML made plain, flowed text, stubs and previews."""

import inscriptis  # type: ignore[import-untyped]
import pytest

from desktop.parsing import htmltext, limits, plaintext
from desktop.parsing.parts import extract_html
from tests.unit.parsing.corpus import mails
from tests.unit.parsing.golden import read_bytes

HTML = [
    ("", ""),
    ("plain", "plain"),
    ("<p>one</p><p>two</p>", "one\n\ntwo"),
    ("<p>one<p>two", "one\n\ntwo"),
    ("<div>one</div><div>two</div>", "one\ntwo"),
    ("one<br>two<br/>three", "one\ntwo\nthree"),
    ("<b>b</b>old <i>i</i>talic", "bold italic"),
    ("a   b\n\tc", "a b c"),
    ("a<b> b</b>", "a b"),
    ("<p> a </p>", "a"),
    ("&lt;b&gt; &amp; &uuml; &#8364; &#x20AC; &nbsp;x", "<b> & ü € € x"),
    ("&unknown; &", "&unknown; &"),
    ("a &lt;script&gt; b", "a <script> b"),
    ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
    ("a <3 b", "a <3 b"),
    ("<ul><li>one</li><li>two</li></ul>", "* one\n* two"),
    ("<ul><li><p>one</p></li><li><div>two</div></li></ul>", "* one\n\n* two"),
    ("<ol><li>one<ul><li>in</ul><li>two</ol>", "* one\n* in\n* two"),
    ("<table><tr><td>a</td><td>b</td></tr><tr><th>c</th><td>d</td></tr></table>", "a b\nc d"),
    ("<h1>Title</h1>text", "Title\n\ntext"),
    ("a<hr>b", "a\n---\nb"),
    ("<pre>  a\n   b</pre>c", "a\n   b\nc"),
    ("x<pre>  a\n   b</pre>c", "x\n  a\n   b\nc"),
    ("<blockquote>q</blockquote>a", "q\na"),
    ('<a href="http://x.example/">link</a>', "link"),
    ('<img src="x.png" alt="Logo">', "Logo"),
    ('text <img src="x.png" alt="Logo">', "text"),
    # left out
    ("<head><title>t</title><style>p{}</style></head>x", "x"),
    ("<script>if (a<b) alert('</p>')</script>x", "x"),
    ("<SCRIPT>a</ScRiPt >x", "x"),
    ("<style>a", ""),
    ("<!-- c -->x<!-- > -->y", "xy"),
    ("<!-- never closed x", ""),
    ("<!DOCTYPE html><?xml version='1.0'?>x", "x"),
    ("<![if !mso]>x<![endif]>", "x"),
    ("<!--[if mso]><p>outlook</p><![endif]-->x", "x"),
    ("<textarea><p>t</textarea>x", "x"),
    # hidden
    ('<div style="display:none">h</div>x', "x"),
    ('<div style="color:red; DISPLAY : none;">h<b>h</b></div>x', "x"),
    ("<div style='display:none'><div>h</div>h</div>x", "x"),
    ("<span style=display:none>h</span>x", "x"),
    ('<p style="display:none">h<p>x', "x"),
    ('<p style="display:none">h<p style="display:none">h<p>x', "x"),
    ('<ul><li style="display:none">h<li>x</ul>', "* x"),
    ('<tr><td style="display:none">h<td>x', "x"),
    ('<table><tr><td><div style="display:none">h</td><td>x</td></tr></table>', "x"),
    ("<div hidden>h</div>x", "x"),
    ("<div hidden=''>h</div>x", "x"),
    ('<div data-hidden="1">x</div>', "x"),
    ('<div class="hidden">x</div>', "x"),
    ('<span style="mso-hide:all">h</span>x', "x"),
    ('<div style="visibility:hidden">h</div>x', "x"),
    ('<div style="max-height:0px;overflow:hidden">h</div>x', "x"),
    ('<div style="max-height:0.5em">x</div>', "x"),
    ('<div style="opacity:0">h</div>x', "x"),
    ('<div style="opacity:0.9">x</div>', "x"),
    ('<td style="font-size:0px"><div style="font-size:14px">x</div></td>', "x"),
    ('<img style="display:none" src=x>y', "y"),
    ('<br style="display:none">y', "y"),
    # broken
    ("<p", ""),
    ("<", "<"),
    ("a<", "a<"),
    ("</", ""),
    ("<p title='a>b'>x</p>", "x"),
    ('<p title="a>x</p><b>y</b>', "x\n\ny"),
    ("</p></p>x</div>", "x"),
    ("<p/>x", "x"),
    ("<x:y>z</x:y>", "z"),
    ("<123>", "<123>"),
    ("&#" + "9" * 5000 + ";x", "\ufffdx"),
    ("&#xD800;&#0;x", "\ufffd\ufffdx"),
    ("Über\u00adsicht a\u200bb", "Übersicht ab"),
    ("News&zwnj;&nbsp;&zwnj;&nbsp;&#847;x", "News x"),
    ("می\u200cخواهم", "می\u200cخواهم"),
]


@pytest.mark.parametrize(("source", "expected"), HTML)
def test_html_as_text(source: str, expected: str) -> None:
    assert htmltext.to_text(source) == expected


def test_html_has_the_words_that_a_layout_engine_finds() -> None:
    """The same words in the same order, for the HTML forms of a corpus."""
    for made in mails(200, seed=4):
        source = extract_html(made.content)
        if source is not None:
            assert htmltext.to_text(source).split() == inscriptis.get_text(source).split()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'<meta charset="utf-8">', "utf-8"),
        (b"<META http-equiv=Content-Type content='text/html; charset=koi8-r'>", "koi8-r"),
        (b"<p>charset=utf-8", ""),
        (b" " * 3000 + b"<meta charset=utf-8>", ""),
    ],
)
def test_the_charset_inside_html(data: bytes, expected: str) -> None:
    assert htmltext.declared_charset(data) == expected


FLOWED = [
    ("one \ntwo", "one two", False),
    ("one \ntwo", "onetwo", True),
    ("one\ntwo", "one\ntwo", False),
    (" > stuffed", "> stuffed", False),
    (" From here", "From here", False),
    ("> a \n> b", "> a b", False),
    ("> a \nb", "> a \nb", False),
    (">> a \n>> b\n> c", ">> a b\n> c", False),
    ("text \n-- \nAnn", "text \n-- \nAnn", False),
    ("a \n\nb", "a \n\nb", False),
    ("end ", "end ", False),
    ("", "", False),
]


@pytest.mark.parametrize(("source", "expected", "delete_space"), FLOWED)
def test_flowed_text(source: str, expected: str, delete_space: bool) -> None:
    assert plaintext.unflow(source, delete_space=delete_space) == expected


STUBS = [
    ("", True),
    (" \n ", True),
    ("Your email client does not support HTML messages.", True),
    ("This is an HTML email. Please use an HTML-capable reader.", True),
    ("Please view this email in your web browser", True),
    ("To view the message, please use an HTML compatible email viewer", True),
    ("This is a multi-part message in MIME format.", True),
    ("Ihr E-Mail-Programm unterstützt leider keine HTML-Nachrichten.", True),
    ("Hello Bob, the order was sent.", False),
    ("Can you send the HTML file?", False),
    ("Hello. " * 80 + "Your email client does not support HTML.", False),
]


@pytest.mark.parametrize(("text", "expected"), STUBS)
def test_stubs(text: str, expected: bool) -> None:
    assert plaintext.is_stub(text) == expected


PREVIEWS = [
    ("hello", "hello"),
    ("hello\n\n  world ", "hello world"),
    ("> quoted\nanswer", "answer"),
    ("On Mon, Bob wrote:\n> q\n\nanswer", "answer"),
    ("answer\n\nOn Mon, Bob wrote:\n> q", "answer"),
    ("answer\nAm 1. März 2026 schrieb Bob:\n> q", "answer"),
    ("answer\nLe lun. 1 mars 2026, Bob a écrit :\n> q", "answer"),
    ("answer\n-----Original Message-----\nFrom: x", "answer"),
    ("answer\n________________________________\nFrom: x", "answer"),
    ("answer\n-- \nAnn Smith", "answer"),
    ("-----------\nheading\n===========", "heading"),
    ("<https://x.example/track/1234567890>\nNews", "News"),
    ("---------- Forwarded message ----------\nFrom: Bob\nDate: x\nSubject: y\n\ninner", "inner"),
    ("> only\n> quoted", "> only > quoted"),
    ("", ""),
    ("word " * 100, ("word " * 40).strip() + "…"),
    ("x" * 300, "x" * 199 + "…"),
]


@pytest.mark.parametrize(("text", "expected"), PREVIEWS)
def test_previews(text: str, expected: str) -> None:
    assert plaintext.preview(text) == expected


def test_a_text_longer_than_the_cap_is_cut_and_the_mail_says_so() -> None:
    mail = read_bytes(b"Subject: x\n\n" + b"word " * 300_000)
    assert len(mail.text) == limits.TEXT_CHARS
    assert mail.defects == ("Its text is longer than what is kept for search.",)
