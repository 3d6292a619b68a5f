"""A mail as text and in the simple form: what is shown, what is loaded, what can be clicked."""

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPalette, QTextCursor, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.parsing.shown import Picture
from desktop.ui.mail_view.plain import LINE_CHARS, SLICE_CHARS, PlainView
from desktop.ui.mail_view.rich import RichView
from tests.gui.mail_view.support import colour_at, opened_files
from tests.unit.parsing.test_view import png


@pytest.fixture
def plain(qtbot: QtBot) -> PlainView:
    made = PlainView()
    qtbot.addWidget(made)
    made.resize(500, 300)
    made.show()
    return made


@pytest.fixture
def rich(qtbot: QtBot) -> RichView:
    made = RichView()
    qtbot.addWidget(made)
    made.resize(500, 300)
    made.show()
    return made


def point_of(view: PlainView, words: str) -> QPoint:
    """Return a point inside of the words."""
    cursor = view.document().find(words)
    cursor.setPosition(cursor.selectionStart() + 2)
    return view.cursorRect(cursor).center()


def hover(widget: QWidget, point: QPoint) -> None:
    """Move the mouse over a point: by hand, since the offscreen platform's own moves come when they like."""
    place = QPointF(point)
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(
        QEvent.Type.MouseMove, place, widget.mapToGlobal(place), none, none, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(widget, event)


def colour_of(view: PlainView, line: int) -> QColor:
    formats = view.document().findBlockByNumber(line).layout().formats()
    return formats[0].format.foreground().color() if formats else view.palette().color(QPalette.ColorRole.Text)


def test_text_stands_as_it_is(plain: PlainView) -> None:
    text = "Dear <b>Ann</b> &amp; Bob,\n\n> you wrote\n\tmore  blanks"
    plain.show_text(text)
    assert plain.toPlainText() == text
    assert plain.isReadOnly()
    assert plain.verticalScrollBar().value() == 0


def test_quotes_are_quieter_and_follow_the_theme(plain: PlainView) -> None:
    plain.show_text("new\n> quoted\n>> older\nx > y")
    for colour in (plain.palette().color(QPalette.ColorRole.PlaceholderText), QColor("#123456")):
        palette = plain.palette()
        palette.setColor(QPalette.ColorRole.PlaceholderText, colour)
        plain.setPalette(palette)
        assert [colour_of(plain, line) == colour for line in range(4)] == [False, True, True, False]


def test_a_long_text_comes_in_slices_and_whole(plain: PlainView, qtbot: QtBot) -> None:
    text = "".join(f"line {number}\n" for number in range(30_000))
    plain.show_text(text)
    assert 0 < len(plain.toPlainText()) <= SLICE_CHARS
    qtbot.waitUntil(lambda: plain.toPlainText() == text)
    assert plain.verticalScrollBar().value() == 0
    plain.show_text(text)
    plain.show_text("short")
    qtbot.waitUntil(lambda: not plain._soon.isActive())
    assert plain.toPlainText() == "short"


def test_a_line_without_end_is_broken(plain: PlainView, qtbot: QtBot) -> None:
    """300,000 characters in one line keep Qt busy for minutes."""
    plain.show_text("x" * 300_000 + "\nend")
    qtbot.waitUntil(lambda: plain.toPlainText().endswith("end"))
    lines = plain.toPlainText().split("\n")
    assert max(len(line) for line in lines) == LINE_CHARS
    assert "".join(lines[:-1]) == "x" * 300_000
    assert lines[-1] == "end"


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("see https://x.example/a?b=c#d.", "https://x.example/a?b=c#d"),
        ("(http://x.example/)", "http://x.example/"),
        ("<https://x.example/>", "https://x.example/"),
        ("mailto:a@x.example, or call", "mailto:a@x.example"),
        ("no://link here", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_addresses_can_be_clicked(text: str, link: str, plain: PlainView) -> None:
    clicked: list[str] = []
    hovered: list[str] = []
    plain.link_clicked.connect(clicked.append)
    plain.link_hovered.connect(hovered.append)
    plain.show_text(text)
    point = point_of(plain, link or text[:5])
    hover(plain.viewport(), point)
    QTest.mouseClick(plain.viewport(), Qt.MouseButton.LeftButton, pos=point)
    hover(plain.viewport(), QPoint(490, 290))
    assert clicked == ([link] if link else [])
    assert hovered == ([link, ""] if link else [])


def test_a_link_opens_by_key_where_the_text_cursor_is(plain: PlainView, qtbot: QtBot) -> None:
    plain.show_text("see https://x.example/ now")
    plain.moveCursor(QTextCursor.MoveOperation.End)
    QTest.keyClick(plain, Qt.Key.Key_Return)
    for _ in range(6):
        plain.moveCursor(QTextCursor.MoveOperation.Left)
    with qtbot.waitSignal(plain.link_clicked) as clicked:
        QTest.keyClick(plain, Qt.Key.Key_Return)
    assert clicked.args == ["https://x.example/"]


def test_selecting_over_a_link_opens_nothing(plain: PlainView) -> None:
    clicked: list[str] = []
    plain.link_clicked.connect(clicked.append)
    plain.show_text("https://x.example/long/enough")
    start, end = point_of(plain, "https"), point_of(plain, "enough")
    QTest.mousePress(plain.viewport(), Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(plain.viewport(), end)
    QTest.mouseRelease(plain.viewport(), Qt.MouseButton.LeftButton, pos=end)
    assert plain.textCursor().hasSelection()
    assert clicked == []


def test_keys_scroll_the_text(plain: PlainView) -> None:
    plain.show_text("line\n" * 200)
    QTest.keyClick(plain, Qt.Key.Key_PageDown)
    assert plain.verticalScrollBar().value() > 0


# --- the simple form --------------------------------------------------------------------------------------------------


def test_pictures_of_the_mail_are_painted(rich: RichView) -> None:
    rich.show_page('<img src="part/0" width="60" height="60">', (Picture("image/png", png(9, 9)),))
    assert colour_at(rich.viewport(), 40, 40) == "#c81010"


@pytest.mark.parametrize(
    "name",
    ["part/1", "part/-1", "part/x", "part/", "file:///etc/passwd", "https://x.example/a.png", "qrc:/x", "/x", ""],
)
def test_every_other_request_is_answered_with_nothing_to_see(name: str, rich: RichView) -> None:
    """An empty answer would make Qt open the file itself."""
    rich.show_page("<p>x", (Picture("image/png", png()),))
    image = rich.loadResource(QTextDocument.ResourceType.ImageResource.value, QUrl(name))
    assert isinstance(image, QImage)
    assert (image.width(), image.height(), image.pixelColor(0, 0).alpha()) == (1, 1, 0)
    for kind in (QTextDocument.ResourceType.StyleSheetResource, QTextDocument.ResourceType.HtmlResource):
        assert rich.loadResource(kind.value, QUrl(name)) == b" "


@pytest.mark.parametrize(
    "picture",
    [
        Picture("", b""),
        Picture("image/png", b"no picture"),
        Picture("image/png", png(30_000, 30_000)),
        Picture("image/svg+xml", b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
        Picture("image/png", b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
    ],
    ids=["none", "damaged", "too large", "vectors", "vectors in disguise"],
)
def test_what_cannot_be_painted_leaves_its_place_empty(picture: Picture, rich: RichView) -> None:
    rich.show_page('<img src="part/0">', (picture,))
    image = rich.loadResource(QTextDocument.ResourceType.ImageResource.value, QUrl("part/0"))
    assert isinstance(image, QImage)
    assert image.width() == 1


def test_hostile_rich_text_opens_no_file(rich: RichView, tmp_path: Path) -> None:
    for name in ("a.png", "b.css", "c.html"):
        (tmp_path / name).write_bytes(b"x")
    at = tmp_path.as_uri()
    page = f"""<style>@import url({at}/b.css)</style>
        <body background="{at}/a.png"><img src="{at}/a.png"><img src="{tmp_path}/a.png">
        <table background="{at}/a.png"><tr><td style="background-image:url({at}/a.png)">x</table>
        <ul style="list-style-image:url({at}/a.png)"><li>x</ul><a href="{at}/c.html">x</a>
        <link rel="stylesheet" href="{at}/b.css">"""
    with opened_files(tmp_path) as opened:
        rich.show_page(page, ())
        rich.grab()
        rich.anchorClicked.emit(QUrl(f"{at}/c.html"))
    assert opened == []
    assert "x" in rich.toPlainText()


def test_a_click_is_told_and_not_followed(rich: RichView, qtbot: QtBot) -> None:
    rich.show_page('<a href="https://evil.example/ü"><font size="7">click here</font></a>', ())
    with qtbot.waitSignal(rich.link_hovered) as hovered:
        hover(rich.viewport(), QPoint(40, 30))
    with qtbot.waitSignal(rich.link_clicked) as clicked:
        QTest.mouseClick(rich.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(40, 30))
    assert hovered.args == clicked.args == ["https://evil.example/%C3%BC"]
    assert "click here" in rich.toPlainText()
