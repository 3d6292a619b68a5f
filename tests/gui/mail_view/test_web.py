"""A mail in the browser engine: as it was sent, in its own bounds, by mouse and keyboard, and when the engine fails."""

import os
import signal

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from desktop.parsing.view import read_view
from desktop.ui.mail_view import MailView
from desktop.ui.mail_view.confirm import OpenLinkDialog
from desktop.ui.mail_view.web import STOPPED, TOO_SLOW
from tests.gui.mail_view.support import PATIENCE_MS, colour_at, engine, html_mail, inner_of, show
from tests.unit.parsing.test_view import multipart, part, png

BIG_LINK = '<a style="display:block;height:200px" href="{href}" {more}>{words}</a>'
RED = "#c81010"  # what png() is made of


def wait_for_colour(view: QWidget, colour: str, qtbot: QtBot, x: int = 30, y: int = 30) -> None:
    qtbot.waitUntil(lambda: colour_at(view, x, y) == colour, timeout=PATIENCE_MS)


def text_of(view: MailView, qtbot: QtBot) -> str:
    found: list[str] = []
    engine(view).page().toPlainText(found.append)
    qtbot.waitUntil(lambda: bool(found), timeout=PATIENCE_MS)
    return found[0]


def click(view: MailView) -> None:
    QTest.mouseClick(inner_of(view), Qt.MouseButton.LeftButton, pos=QPoint(60, 60))


def question(view: MailView, qtbot: QtBot) -> OpenLinkDialog:
    qtbot.waitUntil(lambda: bool(view.findChildren(OpenLinkDialog)), timeout=PATIENCE_MS)
    (dialog,) = view.findChildren(OpenLinkDialog)
    return dialog


def give_focus(view: MailView, qtbot: QtBot) -> None:
    view.activateWindow()
    view.setFocus()
    qtbot.waitUntil(inner_of(view).hasFocus, timeout=PATIENCE_MS)


def test_a_mail_is_painted_as_it_was_sent_on_a_white_sheet(view: MailView, qtbot: QtBot) -> None:
    page = '<body style="margin:0"><div style="height:100px;background:linear-gradient(#1f5c4b,#1f5c4b)"></div>grüße'
    show(view, html_mail(page), qtbot)
    wait_for_colour(view, "#1f5c4b", qtbot)
    wait_for_colour(view, "#ffffff", qtbot, 30, 300)
    assert text_of(view, qtbot).strip() == "grüße"


@pytest.mark.parametrize("scheme", [Qt.ColorScheme.Dark, Qt.ColorScheme.Light])
def test_the_sheet_is_white_in_a_dark_window_too(scheme: Qt.ColorScheme, view: MailView, qtbot: QtBot) -> None:
    hints = QGuiApplication.styleHints()
    hints.setColorScheme(scheme)
    page = """<style>:root{color-scheme:light dark} p{height:100px;background:#1f5c4b}
        @media (prefers-color-scheme: dark){p{background:#ffaa00}}</style><body style="margin:0"><p style="margin:0">"""
    show(view, html_mail(page), qtbot)
    wait_for_colour(view, "#1f5c4b", qtbot)
    wait_for_colour(view, "#ffffff", qtbot, 30, 300)
    hints.unsetColorScheme()


def test_a_mail_of_several_megabytes_of_pictures_is_shown(view: MailView, qtbot: QtBot) -> None:
    filler = os.urandom(6 << 20)
    picture = png(100, 100) + filler
    page = part("text/html", b'<body style="margin:0"><img src="cid:l">')
    show(view, read_view(multipart("related", page, part("image/png", picture, "Content-ID: <l>\n"))), qtbot)
    wait_for_colour(view, RED, qtbot)


def test_pictures_of_one_mail_never_stand_in_another(view: MailView, qtbot: QtBot) -> None:
    page = part("text/html", b'<body style="margin:0"><img src="cid:l" width="100" height="100">')
    with_picture = multipart("related", page, part("image/png", png(9, 9), "Content-ID: <l>\n"))
    show(view, read_view(with_picture), qtbot)
    wait_for_colour(view, RED, qtbot)
    show(view, read_view(multipart("related", page, part("text/plain", b"x"))), qtbot)
    wait_for_colour(view, "#ffffff", qtbot, 60, 60)
    address = engine(view).page().url().toString()
    show(view, read_view(with_picture), qtbot)
    assert engine(view).page().url().toString() != address


def test_scripts_do_not_run_even_in_a_page_that_kept_them(view: MailView, qtbot: QtBot) -> None:
    mail = html_mail("<p>x")
    page = "<title>sent</title><script>document.title='run'</script><img src=x onerror=\"document.title='run'\"><p>x"
    show(view, type(mail)("x", html=page), qtbot)
    assert engine(view).title() == "sent"


@pytest.mark.parametrize(
    "page",
    [
        '<meta http-equiv="refresh" content="0;url=mailbody:/1/body"><p>stays',
        '<meta http-equiv="refresh" content="0;url=data:text/html,gone"><p>stays',
        '<meta http-equiv="refresh" content="0;url=file:///etc/passwd"><p>stays',
        '<meta http-equiv="refresh" content="0;url=qrc:/"><p>stays',
        '<meta http-equiv="refresh" content="0;url=about:blank"><p>stays',
        '<iframe src="mailbody:/1/body"></iframe><iframe src="about:blank"></iframe><p>stays',
    ],
)
def test_a_page_goes_nowhere_by_itself(page: str, view: MailView, qtbot: QtBot) -> None:
    show(view, html_mail("first mail"), qtbot)
    show(view, type(html_mail("x"))("x", html=page), qtbot)
    address = engine(view).page().url().toString()
    show(view, html_mail("<p>fence"), qtbot)
    show(view, type(html_mail("x"))("x", html=page), qtbot)
    assert text_of(view, qtbot).strip() == "stays"
    assert address.startswith("mailbody:/")


# --- links ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("more", ["", 'target="_blank"', 'target="_top"', 'rel="opener" target="other"', "download"])
def test_a_click_asks_where_the_link_leads_in_truth(more: str, view: MailView, qtbot: QtBot) -> None:
    words = "https://good.example/login"
    show(view, html_mail(BIG_LINK.format(href="https://evil.example/?a=1&amp;b=ü", words=words, more=more)), qtbot)
    links: list[object] = []
    view.link_activated.connect(links.append)
    click(view)
    dialog = question(view, qtbot)
    view.link_activated.disconnect(links.append)
    assert len(links) == 1
    assert dialog.question.text() == "Open evil.example in the browser?"
    assert [doubt.text() for doubt in dialog.doubts] == ["The mail says “good.example”, but the link leads elsewhere."]
    dialog.reject()
    assert text_of(view, qtbot).strip() == words


def test_a_link_into_the_mail_itself_is_followed(view: MailView, qtbot: QtBot) -> None:
    page = BIG_LINK.format(href="#end", words="down", more="") + '<p style="height:3000px"></p><a name="end">end</a>'
    show(view, html_mail(page), qtbot)
    click(view)
    qtbot.waitUntil(lambda: engine(view).page().scrollPosition().y() > 1000, timeout=PATIENCE_MS)
    assert not view.findChildren(OpenLinkDialog)


def test_pointing_at_a_link_tells_where_it_leads(view: MailView, qtbot: QtBot) -> None:
    show(view, html_mail(BIG_LINK.format(href="https://a@evil.example/", words="good", more="")), qtbot)
    with qtbot.waitSignal(view.link_hovered, timeout=PATIENCE_MS, check_params_cb=bool) as told:
        QTest.mouseMove(inner_of(view), QPoint(50, 50))
        QTest.mouseMove(inner_of(view), QPoint(60, 60))
    assert told.args == ["https://evil.example/"]


# --- keys and menu ----------------------------------------------------------------------------------------------------


def test_keys_scroll_and_leave(view: MailView, qtbot: QtBot) -> None:
    show(view, html_mail('<p style="height:5000px">x'), qtbot)
    inner = inner_of(view)
    give_focus(view, qtbot)
    QTest.keyClick(inner, Qt.Key.Key_PageDown)
    qtbot.waitUntil(lambda: engine(view).page().scrollPosition().y() > 100, timeout=PATIENCE_MS)
    QTest.keyClick(inner, Qt.Key.Key_PageUp)
    qtbot.waitUntil(lambda: engine(view).page().scrollPosition().y() == 0, timeout=PATIENCE_MS)
    with qtbot.waitSignal(view.left, timeout=PATIENCE_MS):
        QTest.keyClick(inner, Qt.Key.Key_Escape)


def test_tab_goes_through_the_links_and_out(view: MailView, qtbot: QtBot) -> None:
    show(view, html_mail('<a href="https://a.example/">one</a>'), qtbot)
    inner = inner_of(view)
    give_focus(view, qtbot)
    QTest.keyClick(inner, Qt.Key.Key_Tab)
    with qtbot.waitSignal(view.link_activated, timeout=PATIENCE_MS):
        QTest.keyClick(inner, Qt.Key.Key_Return)
    question(view, qtbot).reject()


def test_showing_a_mail_takes_the_focus_from_nobody(view: MailView, qtbot: QtBot) -> None:
    other = QWidget()
    other.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    other.setFocus()
    qtbot.waitUntil(other.hasFocus, timeout=PATIENCE_MS)
    show(view, html_mail("<p>one"), qtbot)
    show(view, html_mail("<p>two"), qtbot)
    assert other.hasFocus()
    view.activateWindow()


def test_the_menu_copies_and_nothing_else(view: MailView, qtbot: QtBot) -> None:
    show(view, html_mail("<p>some words"), qtbot)
    web = engine(view)
    web.contextMenuEvent(QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(9, 9), web.mapToGlobal(QPoint(9, 9))))
    (menu,) = web.findChildren(QMenu)
    assert [action.text() for action in menu.actions()] == ["&Copy", "Select &all"]
    menu.actions()[1].trigger()
    qtbot.waitUntil(web.hasSelection, timeout=PATIENCE_MS)
    QGuiApplication.clipboard().clear()
    web._copy()
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().text().strip() == "some words", timeout=PATIENCE_MS)
    menu.close()


def test_zoom_stays_from_mail_to_mail(view: MailView, qtbot: QtBot) -> None:
    view.set_zoom(2.0)
    page = '<body style="margin:0"><div style="width:50px;height:50px;background:#1f5c4b"></div>'
    show(view, html_mail(page), qtbot)
    wait_for_colour(view, "#1f5c4b", qtbot, 90, 90)
    view.set_zoom(1.0)
    wait_for_colour(view, "#ffffff", qtbot, 90, 90)


def test_every_place_of_the_focus_has_a_name(view: MailView, qtbot: QtBot) -> None:
    show(view, html_mail("<p>x"), qtbot)
    assert inner_of(view).accessibleName() == "The mail as it was sent"


def test_a_page_that_comes_late_is_not_taken_for_the_mail(view: MailView, qtbot: QtBot) -> None:
    show(view, html_mail("<p>first"), qtbot)
    view.clear()
    with qtbot.waitSignal(view.shown, timeout=PATIENCE_MS):
        view.show_mail(html_mail("<p>second"))
    assert text_of(view, qtbot).strip() == "second"


# --- when the engine fails --------------------------------------------------------------------------------------------


def test_a_mail_that_stops_the_engine_is_shown_simplified_and_the_next_as_sent(view: MailView, qtbot: QtBot) -> None:
    show(view, html_mail("<p>first"), qtbot)
    os.kill(engine(view).page().renderProcessPid(), signal.SIGKILL)
    qtbot.waitUntil(lambda: view.form == "rich", timeout=PATIENCE_MS)
    assert view.note == STOPPED
    show(view, html_mail("<p>second"), qtbot)
    assert view.form == "web"
    assert text_of(view, qtbot).strip() == "second"


def test_a_mail_that_takes_too_long_is_shown_simplified(view: MailView, qtbot: QtBot) -> None:
    show(view, html_mail("<p>first"), qtbot)
    view.show_mail(html_mail("<p>second"))
    engine(view)._watch.timeout.emit()
    assert view.form == "rich"
    assert view.note == TOO_SLOW
    show(view, html_mail("<p>third"), qtbot)
    assert text_of(view, qtbot).strip() == "third"


def test_what_the_engine_says_of_a_mail_stays_out_of_the_log(view: MailView, qtbot: QtBot) -> None:
    page = '<img src="https://secret-4711.example/"><script>console.error("secret-4711")</script>'
    show(view, type(html_mail("x"))("x", html=page), qtbot)  # Qt's own log would fail the test: qt_log_level_fail


def test_clearing_leaves_nothing_of_the_mail_in_the_engine(view: MailView, qtbot: QtBot, qapp: QApplication) -> None:
    show(view, html_mail("<p>secret"), qtbot)
    with qtbot.waitSignal(engine(view).shown, timeout=PATIENCE_MS):
        view.clear()
    assert engine(view)._body._page == b""
    found: list[str] = []
    engine(view).page().toHtml(found.append)
    qtbot.waitUntil(lambda: bool(found), timeout=PATIENCE_MS)
    assert "secret" not in found[0]
