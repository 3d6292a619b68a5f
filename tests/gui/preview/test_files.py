"""Attachments and whole emails as files: safe names, exact bytes, nothing opened that is not what it says."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox

from desktop.domain.errors import AppError
from desktop.domain.ids import EmailId
from desktop.services.saving import whole_file, write_whole
from desktop.ui.preview.files import WHY_NOT_OPEN, FileCard
from desktop.ui.preview.saving import eml_name, is_what_it_says, may_open, unique_names
from tests.gui.mailroom import letter, parcel
from tests.gui.preview.conftest import Pane

PDF = b"%PDF-1.4 an order"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """What other programs were asked to open."""
    found: list[Path] = []

    def note(url: QUrl) -> bool:
        found.append(Path(url.toLocalFile()))
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", note)
    return found


def card(pane: Pane, at: int = 0) -> FileCard:
    return pane.preview.page.files.cards[at]


def entry(pane: Pane, text: str, at: int = 0) -> QAction:
    """An entry of a file's menu, which is open now."""
    QTest.mouseClick(card(pane, at), Qt.MouseButton.LeftButton)
    menu = card(pane, at).menu
    assert menu is not None
    return next(action for action in menu.actions() if action.text().replace("&", "") == text)


def press(pane: Pane, text: str, at: int = 0) -> None:
    entry(pane, text, at).trigger()
    menu = card(pane, at).menu
    assert menu is not None
    menu.close()


def test_a_card_shows_name_and_size(pane: Pane) -> None:
    pane.show(pane.room.keep(parcel(("PO-2291.pdf", "application/pdf", PDF))))
    assert card(pane).isVisible()
    assert card(pane).accessibleName() == "PO-2291.pdf, 17 bytes"


def test_an_attachment_is_saved_byte_for_byte(pane: Pane, tmp_path: Path) -> None:
    pane.show(pane.room.keep(parcel(("PO-2291.pdf", "application/pdf", PDF))))
    press(pane, "Save as…")
    pane.choose_file(tmp_path / "mine.pdf")
    assert (tmp_path / "mine.pdf").read_bytes() == PDF
    assert pane.went.toasts == ["Saved mine.pdf"]
    assert os.name != "posix" or (tmp_path / "mine.pdf").stat().st_mode & 0o077 == 0
    assert pane.frame.state.get("folder") == str(tmp_path)


def test_a_name_that_points_elsewhere_is_made_harmless(pane: Pane) -> None:
    pane.show(pane.room.keep(parcel(("../../etc/passwd", "text/plain", b"x"), ("CON.txt", "text/plain", b"y"))))
    assert [one.file.name for one in pane.preview.page.files.cards] == ["passwd", "_CON.txt"]


def test_all_attachments_go_into_a_folder_and_overwrite_nothing(pane: Pane, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("mine", encoding="utf-8")
    pane.show(pane.room.keep(parcel(("a.txt", "text/plain", b"one"), ("b.txt", "text/plain", b"two"))))
    pane.frame.actions.action("mail.save_files").trigger()
    pane.choose_file(tmp_path)
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "mine"
    assert (tmp_path / "a (2).txt").read_bytes() == b"one"
    assert (tmp_path / "b.txt").read_bytes() == b"two"
    assert pane.went.toasts == [f"Saved 2 attachments in {tmp_path.name}"]


def test_a_program_is_never_opened(pane: Pane, opened: list[Path]) -> None:
    pane.show(pane.room.keep(parcel(("setup.exe", "application/pdf", b"MZ"))))
    open_it = entry(pane, "Open…")
    assert (open_it.isEnabled(), open_it.toolTip()) == (False, WHY_NOT_OPEN)
    menu = card(pane).menu
    assert menu is not None
    menu.close()
    assert opened == []


def test_a_picture_is_opened_after_a_question_as_a_private_copy(pane: Pane, opened: list[Path]) -> None:
    pane.show(pane.room.keep(parcel(("order.pdf", "application/pdf", PDF))))
    press(pane, "Open…")
    box = pane.preview.keeper.dialog
    assert isinstance(box, QMessageBox)
    assert "order.pdf" in box.text()
    assert "ann@acme.example" in box.informativeText()
    assert opened == []
    next(button for button in box.buttons() if button.text() == "Open").click()
    pane.settle()
    (path,) = opened
    assert path.read_bytes() == PDF
    assert os.name != "posix" or path.parent.stat().st_mode & 0o077 == 0


def test_a_file_that_is_not_what_it_says_is_not_opened(pane: Pane, opened: list[Path]) -> None:
    pane.show(pane.room.keep(parcel(("order.pdf", "application/pdf", b"MZ a program"))))
    press(pane, "Open…")
    box = pane.preview.keeper.dialog
    assert isinstance(box, QMessageBox)
    next(button for button in box.buttons() if button.text() == "Open").click()
    pane.settle()
    assert opened == []
    assert [error.what for error in pane.troubles] == ["order.pdf is not what its name says."]


def test_an_email_is_saved_as_it_was_sent(pane: Pane, tmp_path: Path) -> None:
    raw = letter(subject="Re: a/b: invoice?")
    pane.show(pane.room.keep(raw))
    pane.preview.setFocus()
    pane.press("Ctrl+Shift+S")
    pane.choose_file(tmp_path / "kept.eml")
    assert (tmp_path / "kept.eml").read_bytes() == raw


def test_several_emails_are_files_of_one_folder(pane: Pane, tmp_path: Path) -> None:
    raws = [letter(subject="Same"), letter("Bo <bo@b.example>", "Same")]
    ids = [pane.room.keep(raw) for raw in raws]
    pane.preview.keeper.save_emails([*ids, EmailId(4711)])
    pane.choose_file(tmp_path)
    found = {path.name: path.read_bytes() for path in tmp_path.glob("*.eml")}
    assert found == {"2026-03-01 Same.eml": raws[0], "2026-03-01 Same (2).eml": raws[1]}
    assert pane.went.toasts == [f"Saved 2 emails in {tmp_path.name}"]


def test_a_disk_that_refuses_is_told_and_leaves_nothing_behind(pane: Pane, tmp_path: Path) -> None:
    pane.show(pane.room.keep(letter()))
    pane.preview.save_email()
    pane.choose_file(tmp_path / "gone" / "kept.eml")
    pane.settle()
    (error,) = pane.troubles
    assert "There is no folder" in error.what
    assert error.action == "Choose another folder."


def test_the_menu_of_a_file_opens_by_key(pane: Pane) -> None:
    pane.show(pane.room.keep(parcel(("a.txt", "text/plain", b"x"))))
    card(pane).setFocus()
    QTest.keyClick(card(pane), Qt.Key.Key_Space)
    menu = card(pane).menu
    assert menu is not None
    assert menu.isVisible()
    menu.close()


# --- without a window -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "can"),
    [("a.pdf", True), ("a.PNG", True), ("a.txt", True), ("a.docx", False), ("a.html", False), ("a", False)],
)
def test_few_kinds_of_files_may_be_opened(name: str, can: bool) -> None:
    assert may_open(name) == can


def test_a_file_is_known_by_its_beginning() -> None:
    assert is_what_it_says("a.jpg", b"\xff\xd8\xff\xe0rest")
    assert not is_what_it_says("a.jpg", b"GIF89a")
    assert not is_what_it_says("a.exe", b"MZ")
    assert is_what_it_says("a.txt", b"anything")


def test_names_that_repeat_are_numbered() -> None:
    assert list(unique_names(["a.eml", "b.eml", "A.eml"])) == ["a.eml", "b.eml", "A (2).eml"]


def test_an_email_without_a_subject_has_a_name_too(pane: Pane) -> None:
    email_id = pane.room.keep(letter(subject=""))
    with pane.ops.store.read() as read:
        row = read.emails.get(email_id)
    assert eml_name(row) == "2026-03-01 (no subject).eml"


def test_a_file_is_whole_or_not_there(tmp_path: Path) -> None:
    def fail() -> None:
        with whole_file(tmp_path / "a.csv") as temporary:
            temporary.write_text("half", encoding="utf-8")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "full"), "is full"),
        (PermissionError(errno.EACCES, "no"), "may not be written to"),
        (OSError(errno.EIO, "broken"), "could not be written"),
    ],
)
def test_what_the_disk_says_becomes_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, words: str
) -> None:
    def refuse(*_args: Any) -> None:
        raise error

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(AppError) as told:
        write_whole(tmp_path / "a.txt", b"x")
    assert words in told.value.what
    assert list(tmp_path.iterdir()) == []


def test_many_files_scroll_in_two_lines(pane: Pane) -> None:
    files = [(f"a rather long name of a file {at}.txt", "text/plain", b"x") for at in range(12)]
    pane.show(pane.room.keep(parcel(*files)))
    row = pane.preview.page.files
    assert row.height() < 100
    assert row.verticalScrollBar().maximum() > 0
    assert all(one.width() <= row.viewport().width() for one in row.cards)
    assert row.cards[0].mapTo(row, QPoint(0, 0)).x() >= 0
