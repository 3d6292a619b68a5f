"""Nothing in a mail tells its sender that it was read: not before a person asks, and then only its pictures."""

import random
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt, QUrl
from PySide6.QtNetwork import QNetworkProxy, QNetworkProxyFactory
from PySide6.QtTest import QTest
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineProfile, QWebEngineSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.parsing.shown import ShownMail
from desktop.ui.mail_view import MailView
from desktop.ui.mail_view.web import WebView
from desktop.ui.mail_view.web_guard import register_scheme
from tests.gui.mail_view.canary import DOMAIN, Canary
from tests.gui.mail_view.support import PATIENCE_MS, html_mail, inner_of, load_remote, opened_files, show
from tests.gui.mail_view.techniques import EVERY, NAMED, Technique

ALL = pytest.mark.parametrize("technique", EVERY, ids=[one.name for one in EVERY])
FENCE = f'<img src="https://fence.{DOMAIN}/fence" width="1" height="1">'


def host(technique: Technique) -> str:
    return f"{technique.name}.{DOMAIN}"


def page_of(technique: Technique) -> str:
    return technique.page.format(at=host(technique), http=f"http://{host(technique)}")


def put_up_fence(view: MailView, canary: Canary, qtbot: QtBot) -> None:
    """Load a picture of our own: whatever was asked for before it has been heard when it has."""
    show(view, html_mail(FENCE), qtbot)
    load_remote(view, qtbot)
    qtbot.waitUntil(lambda: canary.has_heard("fence"), timeout=PATIENCE_MS)


def nobodys_server() -> socket.socket:
    """Listen on this machine where only a mail could send somebody.

    Not on a port the system hands out (32768 and above): a client of a test that runs beside this one, which calls its
    own server again after that has gone, would be heard here in its place.
    """
    for port in random.sample(range(20_000, 30_000), 100):
        try:
            return socket.create_server(("127.0.0.1", port))
        except OSError:  # taken
            continue
    raise AssertionError("a hundred ports, all taken")


def test_the_39_of_the_email_privacy_tester_are_all_here() -> None:
    assert len({one.name for one in NAMED}) == 39


@ALL
def test_is_silent_until_asked_and_loads_pictures_only(
    technique: Technique, view: MailView, canary: Canary, qtbot: QtBot
) -> None:
    mail = html_mail(FENCE + page_of(technique), technique.headers.format(at=host(technique)))
    show(view, mail, qtbot)
    assert view.form == "web"
    assert canary.heard == []
    load_remote(view, qtbot)
    expected = {f"fence.{DOMAIN}"} | ({host(technique)} if technique.when_asked else set())
    assert set(canary.heard) == expected
    assert mail.remote >= 1


def test_the_simple_form_and_the_text_are_silent(view: MailView, canary: Canary, qtbot: QtBot) -> None:
    for technique in EVERY:
        mail = html_mail(page_of(technique))
        show(view, ShownMail(mail.text, rich=mail.rich, why_simple="because"), qtbot)
        view.load_remote()
        view.show_plain(page_of(technique))
        view._rich.show_page(page_of(technique), ())  # as if nothing had cleaned it
    put_up_fence(view, canary, qtbot)
    assert canary.heard == [f"fence.{DOMAIN}"]


def test_without_the_cleaning_only_one_technique_gets_out(view: MailView, canary: Canary, qtbot: QtBot) -> None:
    """Policy and request filter alone, the page as it was sent: what the cleaning is needed for."""
    for technique in EVERY:
        show(view, ShownMail("x", html=page_of(technique)), qtbot)
    put_up_fence(view, canary, qtbot)
    assert set(canary.heard) == {f"fence.{DOMAIN}", f"preconnect.{DOMAIN}"}


# --- the canary would hear --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ordinary_page(qapp: QApplication, shared_view: MailView) -> Iterator[QWebEnginePage]:
    """A page as browsers have them: nothing switched off, nothing filtered.

    The mail's own scheme is made known first, as in the program: after the first profile it would be too late for any
    view that comes later in this process.
    """
    register_scheme()
    profile = QWebEngineProfile()
    profile.settings().setAttribute(QWebEngineSettings.WebAttribute.AutoLoadIconsForPage, False)
    page = QWebEnginePage(profile)
    page.javaScriptConsoleMessage = lambda *_: None  # type: ignore[method-assign]
    yield page
    for thing in (page, profile):
        thing.deleteLater()
        qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@ALL
def test_an_ordinary_page_would_have_told(
    technique: Technique, view: MailView, ordinary_page: QWebEnginePage, canary: Canary, qtbot: QtBot
) -> None:
    if not technique.in_browser:
        return  # no browser of today does it, or it needs no connection: DNS, see test_deep.py
    ordinary_page.setHtml(page_of(technique), QUrl("http://base.invalid/"))
    qtbot.waitUntil(lambda: canary.has_heard(technique.name), timeout=PATIENCE_MS)
    ordinary_page.setUrl(QUrl("about:blank"))


# --- what is told to whom when it is asked for ------------------------------------------------------------------------


def test_a_picture_is_asked_for_without_cookie_origin_or_program(view: MailView, canary: Canary, qtbot: QtBot) -> None:
    page = f'<meta name="referrer" content="unsafe-url"><img src="http://one.{DOMAIN}/x" referrerpolicy="unsafe-url">'
    for _ in range(2):  # the first answer sets a cookie
        show(view, html_mail(page), qtbot)
        load_remote(view, qtbot)
    assert len(canary.requests) == 2
    for request in canary.requests:
        words = request.lower()
        assert request.startswith("GET /x HTTP/1.1")
        assert "cookie" not in words
        assert "referer" not in words
        assert "origin:" not in words
        assert "mailbody" not in words
        assert "sec-ch-ua" not in words
        assert "accept-language" not in words
        assert "\nuser-agent: mozilla/5.0\r" in words


def test_a_picture_is_asked_for_over_tls_whatever_the_mail_says(view: MailView, canary: Canary, qtbot: QtBot) -> None:
    show(view, html_mail(f'<img src="http://one.{DOMAIN}/x"><img src="http://one.{DOMAIN}:8080/y">'), qtbot)
    load_remote(view, qtbot)
    assert all("http://" not in request.splitlines()[0] for request in canary.requests)


@pytest.mark.parametrize("where", ["https://127.0.0.1:{port}/x", "https://localhost:{port}/x", "file:///etc/passwd"])
def test_a_picture_that_sends_elsewhere_is_not_followed_there(
    where: str, view: MailView, canary: Canary, qtbot: QtBot
) -> None:
    with nobodys_server() as here:
        canary.redirect_to = where.format(port=here.getsockname()[1])
        show(view, html_mail(f'<img src="https://one.{DOMAIN}/x">'), qtbot)
        load_remote(view, qtbot)
        put_up_fence(view, canary, qtbot)
        here.setblocking(False)
        with pytest.raises(BlockingIOError):
            here.accept()
    assert [request.splitlines()[0] for request in canary.requests if "fence" not in request] == ["GET /x HTTP/1.1"]


def test_a_picture_that_sends_away_from_tls_is_followed_over_tls(view: MailView, canary: Canary, qtbot: QtBot) -> None:
    canary.redirect_to = f"http://two.{DOMAIN}/y"
    show(view, html_mail(f'<img src="https://one.{DOMAIN}/x">'), qtbot)
    load_remote(view, qtbot)
    assert [request.splitlines()[0] for request in canary.requests] == ["GET /x HTTP/1.1", "GET /y HTTP/1.1"]


def test_this_machine_and_the_network_at_home_are_out_of_reach(view: MailView, canary: Canary, qtbot: QtBot) -> None:
    with nobodys_server() as here:
        port = here.getsockname()[1]
        hosts = ("127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "10.0.0.1", "router")
        pictures = "".join(f'<img src="{scheme}://{one}:{port}/x">' for one in hosts for scheme in ("http", "https"))
        show(view, html_mail(FENCE + pictures), qtbot)
        load_remote(view, qtbot)
        here.setblocking(False)
        with pytest.raises(BlockingIOError):
            here.accept()
    assert canary.heard == [f"fence.{DOMAIN}"]


def test_the_systems_proxy_is_used_where_the_program_has_none(listening: Canary, qtbot: QtBot) -> None:
    ours = QNetworkProxy.applicationProxy()
    QNetworkProxy.setApplicationProxy(QNetworkProxy(QNetworkProxy.ProxyType.NoProxy))
    try:
        qtbot.addWidget(WebView())
        assert QNetworkProxyFactory.usesSystemConfiguration()
    finally:
        QNetworkProxy.setApplicationProxy(ours)
    assert not QNetworkProxyFactory.usesSystemConfiguration()


def test_asking_is_for_one_mail_only(view: MailView, canary: Canary, qtbot: QtBot) -> None:
    show(view, html_mail(FENCE), qtbot)
    load_remote(view, qtbot)
    canary.forget()
    show(view, html_mail(f'<img src="https://two.{DOMAIN}/x">'), qtbot)
    view.set_plain(True)
    view.load_remote()
    view.set_plain(False)
    put_up_fence(view, canary, qtbot)
    assert canary.heard == [f"fence.{DOMAIN}"]


def test_pointing_at_and_pressing_a_link_is_silent(view: MailView, canary: Canary, qtbot: QtBot) -> None:
    page = f'<a style="display:block;height:200px" href="https://link.{DOMAIN}/" ping="https://ping.{DOMAIN}/">x</a>'
    show(view, html_mail(page), qtbot)
    inner = inner_of(view)
    with qtbot.waitSignal(view.link_hovered, timeout=PATIENCE_MS, check_params_cb=bool):
        QTest.mouseMove(inner, QPoint(50, 50))
        QTest.mouseMove(inner, QPoint(60, 60))
    with qtbot.waitSignal(view.link_activated, timeout=PATIENCE_MS):
        QTest.mouseClick(inner, Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    put_up_fence(view, canary, qtbot)
    assert canary.heard == [f"fence.{DOMAIN}"]


# --- files of this machine --------------------------------------------------------------------------------------------

FILES = """<img src="{f}/a.png"><p style="background:url({f}/b.png)">x<table background="{f}/c.png"><tr><td>x</table>
<style>@import "{f}/d.css"; p{{list-style-image:url({f}/e.png)}}</style><link rel="stylesheet" href="{f}/f.css">
<iframe src="{f}/g.html"></iframe><object data="{f}/h.html"></object><embed src="{f}/i.html"><img srcset="{f}/j.png 1x">
<video src="{f}/k.mp4" poster="{f}/l.png"></video><body background="{f}/m.png"><img src="{p}/n.png"><img src="n.png">
<meta http-equiv="refresh" content="0;url={f}/o.html"><script src="{f}/p.js"></script><img src="qrc:{p}/a.png">
<img src="view-source:{f}/a.png"><img src="\\\\localhost{p}/a.png"><base href="{f}/"><img src="a.png">"""


@pytest.fixture
def watched(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    for letter in "abcdefghijklmnop":
        for ending in ("png", "css", "html", "mp4", "js"):
            (folder / f"{letter}.{ending}").write_bytes(b"GIF89a")
    return folder


def test_no_file_is_opened(view: MailView, canary: Canary, qtbot: QtBot, watched: Path) -> None:
    page = FILES.format(f=watched.as_uri(), p=watched)
    with opened_files(watched) as opened:
        mail = html_mail(page)
        show(view, mail, qtbot)
        load_remote(view, qtbot)
        show(view, ShownMail("x", html=page), qtbot)  # as if nothing had cleaned it
        show(view, ShownMail("x", rich=mail.rich, why_simple="because"), qtbot)
        view._rich.show_page(page, ())
        view._rich.grab()
        view.show_plain(page)
        view.grab()
        put_up_fence(view, canary, qtbot)
    assert opened == []


def test_opening_a_file_would_have_been_seen(watched: Path) -> None:
    with opened_files(watched) as opened:
        (watched / "a.png").read_bytes()
    assert opened == ["a.png"]


def test_no_thread_or_handle_is_left_behind_by_a_mail(view: MailView, canary: Canary, qtbot: QtBot) -> None:
    def handles() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    mail = html_mail(FENCE + "<p>word</p>" * 100)
    for _ in range(5):
        show(view, mail, qtbot)
    before, threads = handles(), threading.active_count()
    for _ in range(30):
        show(view, mail, qtbot)
    assert handles() <= before + 5
    assert threading.active_count() <= threads
