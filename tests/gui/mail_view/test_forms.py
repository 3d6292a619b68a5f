"""Which form a mail is shown in, and what is said when it is not the one it was sent in."""

import builtins
import os

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontInfo
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.parsing import limits
from desktop.parsing import view as parsed_view
from desktop.parsing.htmlshape import measure
from desktop.parsing.shown import ShownMail
from desktop.ui.mail_view import MailView, register_schemes, sandbox
from tests.gui.mail_view.support import html_mail, show

MAIL = ShownMail("the text", html="<p>as sent", rich="<p>simplified</p>", remote=3, note="There is more.")


@pytest.fixture
def plain_view(qtbot: QtBot) -> MailView:
    """A mail view of a real profile."""
    made = MailView()
    qtbot.addWidget(made)
    made.resize(600, 400)
    made.show()
    return made


@pytest.fixture
def user(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program runs as an ordinary user, as the environment says."""
    monkeypatch.setattr(sandbox, "_is_root", lambda: False)
    monkeypatch.delenv("QTWEBENGINE_DISABLE_SANDBOX", raising=False)


def words_of(view: MailView) -> str:
    return {"rich": view._rich.toPlainText, "plain": view._plain.toPlainText}[view.form]()


def test_a_mail_without_html_is_text_and_says_nothing(plain_view: MailView) -> None:
    plain_view.show_mail(ShownMail("hello"))
    assert (plain_view.form, words_of(plain_view), plain_view.note) == ("plain", "hello", "")


def test_html_is_shown_as_sent_and_its_pictures_are_counted(view: MailView, qtbot: QtBot) -> None:
    with qtbot.waitSignals(
        [view.remote_blocked, view.shown], check_params_cbs=[lambda count: count == 3, lambda: True]
    ):
        view.show_mail(MAIL)
    assert (view.form, view.note) == ("web", "There is more.")
    with qtbot.waitSignal(view.remote_blocked, check_params_cb=lambda count: count == 0):
        view.load_remote()


def test_the_text_is_one_switch_away(view: MailView, qtbot: QtBot) -> None:
    show(view, MAIL, qtbot)
    view.set_plain(True)
    assert (view.form, words_of(view), view.note) == ("plain", "the text", "")
    with qtbot.waitSignals(
        [view.remote_blocked, view.shown], check_params_cbs=[lambda count: count == 3, lambda: True]
    ):
        view.set_plain(False)
    assert view.form == "web"
    view.show_mail(MAIL, plain=True)
    assert view.form == "plain"


def test_as_root_a_real_profile_sees_the_simple_form_with_the_reason(
    plain_view: MailView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "_is_root", lambda: True)
    counts: list[int] = []
    plain_view.remote_blocked.connect(counts.append)
    plain_view.show_mail(MAIL)
    assert (plain_view.form, words_of(plain_view)) == ("rich", "simplified")
    assert plain_view.note == f"{sandbox.AS_ROOT} There is more."
    assert counts[-1] == 0  # nothing can be loaded, so nothing is offered
    assert plain_view._web is None


@pytest.mark.usefixtures("user")
@pytest.mark.parametrize(
    ("name", "value"),
    [("QTWEBENGINE_DISABLE_SANDBOX", "1"), ("QTWEBENGINE_CHROMIUM_FLAGS", "--disable-gpu --no-sandbox")],
)
def test_without_a_sandbox_a_real_profile_sees_the_simple_form(
    plain_view: MailView, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    plain_view.show_mail(MAIL)
    assert (plain_view.form, plain_view._web) == ("rich", None)
    assert plain_view.note.startswith(sandbox.SWITCHED_OFF)


@pytest.mark.usefixtures("user")
def test_an_ordinary_user_and_the_demo_may_use_the_engine() -> None:
    assert sandbox.why_no_engine(is_demo=False) == ""
    assert sandbox.why_no_engine(is_demo=True) == ""


def test_only_the_demo_as_root_switches_the_sandbox_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QTWEBENGINE_DISABLE_SANDBOX", "0")
    for is_demo, is_root, expected in ((False, True, "0"), (True, False, "0"), (True, True, "1")):
        monkeypatch.setattr(sandbox, "_is_root", lambda is_root=is_root: is_root)
        sandbox.let_the_demo_in(is_demo=is_demo)
        assert os.environ["QTWEBENGINE_DISABLE_SANDBOX"] == expected


@pytest.mark.usefixtures("user")
def test_without_the_engine_the_simple_form_is_shown(plain_view: MailView, monkeypatch: pytest.MonkeyPatch) -> None:
    import_module = builtins.__import__

    def without_engine(name: str, *rest: object) -> object:
        if name == "desktop.ui.mail_view.web":
            raise ImportError(name)
        return import_module(name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without_engine)
    plain_view.show_mail(MAIL)
    assert plain_view.form == "rich"
    assert plain_view.note.startswith(sandbox.NOT_INSTALLED)


def test_nested_tables_are_shown_flat_in_the_simple_form(view: MailView) -> None:
    """5,000 tables in tables would keep the engine busy for 20 s, and the window for ever."""
    mail = html_mail("<table><tr><td>word " * 5_000)
    view.show_mail(mail)
    assert (view.form, view.note) == ("rich", parsed_view.TOO_DEEP)
    assert measure(mail.rich).tables <= limits.RICH_TABLES
    assert words_of(view).count("word") == 5_000


def test_what_is_too_much_for_the_simple_form_is_text(view: MailView) -> None:
    view.show_mail(html_mail("<p>word</p>" * 200_000))
    assert (view.form, view.note) == ("plain", parsed_view.TOO_LONG)
    assert words_of(view).startswith("word\n")


def test_a_sentence_about_the_text(plain_view: MailView) -> None:
    notes: list[str] = []
    plain_view.noted.connect(notes.append)
    plain_view.show_plain("what is known", "It could not be read.")
    assert (words_of(plain_view), plain_view.note) == ("what is known", "It could not be read.")
    plain_view.show_plain("another")
    assert plain_view.note == ""
    assert notes == ["It could not be read.", ""]


def test_the_sentence_is_never_rich_text(plain_view: MailView) -> None:
    plain_view.show_plain("x", '<img src="file:///etc/passwd">')
    assert plain_view._sentence.textFormat() == Qt.TextFormat.PlainText


def test_another_mail_leaves_nothing_of_the_last(view: MailView) -> None:
    view.show_mail(ShownMail("first text", rich="<p>first</p>", why_simple="because"))
    view.show_mail(ShownMail("second text"))
    assert "first" not in view._rich.toPlainText() + view._plain.toPlainText()
    view.clear()
    assert view._plain.toPlainText() == ""
    assert view._mail == ShownMail("")


def test_zoom_reaches_every_form_and_has_bounds(view: MailView) -> None:
    size = QFontInfo(view.font()).pixelSize()
    view.set_zoom(2.0)
    for form in (view._plain, view._rich):
        assert QFontInfo(form.font()).pixelSize() == pytest.approx(2 * size, abs=1)
    view.set_zoom(100.0)
    assert QFontInfo(view._plain.font()).pixelSize() == pytest.approx(5 * size, abs=3)


@pytest.mark.parametrize(
    "mail", [ShownMail("x"), ShownMail("x", rich="<p>x</p>", why_simple="y")], ids=["text", "rich"]
)
def test_tab_comes_in_and_goes_out_and_esc_leaves(mail: ShownMail, qtbot: QtBot) -> None:
    frame = QWidget()
    qtbot.addWidget(frame)
    before, inside, after = QWidget(frame), MailView(frame), QWidget(frame)
    for widget in (before, after):
        widget.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    inside.show_mail(mail)
    frame.show()
    frame.activateWindow()
    before.setFocus()
    qtbot.waitUntil(before.hasFocus)
    QTest.keyClick(before, Qt.Key.Key_Tab)
    form = QApplication.focusWidget()
    assert form is not None
    assert inside.isAncestorOf(form)
    assert form.accessibleName() == "Text of the mail"
    with qtbot.waitSignal(inside.left):
        QTest.keyClick(form, Qt.Key.Key_Escape)
    QTest.keyClick(form, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is after


def test_the_focus_follows_the_form(plain_view: MailView) -> None:
    plain_view.show_mail(ShownMail("x"))
    plain_view.activateWindow()
    plain_view.setFocus()
    plain_view.show_mail(ShownMail("x", rich="<p>x</p>", why_simple="y"))
    assert plain_view._rich.hasFocus()


def test_preparing_needs_no_engine() -> None:
    register_schemes()
    assert QApplication.testAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
