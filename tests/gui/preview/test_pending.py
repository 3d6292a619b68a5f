"""Files that are not here: each says how it stands and why, is asked for with a button, and comes while one reads."""

from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.domain.attachments import ON_DEMAND, AttachmentProgress
from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.errors import Transient
from desktop.domain.health import Trouble
from desktop.domain.health_events import PassFailed, PassWentWell
from desktop.domain.ids import EmailId
from desktop.domain.reasons import ReasonCode
from desktop.services import attachments, health
from desktop.ui.kit.theme import theme
from desktop.ui.preview.pending import AwaitedRow
from tests.gui.mailroom import SUPPORT, parcel
from tests.gui.preview.conftest import Pane
from tests.gui.stretches import MEGABYTE, bring, give_up, leave_on_server
from tests.helpers.mails import NOON, FixedClock

FILES = (
    ("plan.pdf", "application/pdf", b"%PDF-1"),
    ("film.mov", "video/quicktime", b"x"),
    ("notes.txt", "text/plain", b"hi"),
)


def arrived(pane: Pane) -> EmailId:
    """An email of three files: one here, one of 14 MB on its way, one of 214 MB that waits to be asked for."""
    email_id = pane.room.keep(parcel(*FILES))
    leave_on_server(pane.room.store, email_id, {"plan.pdf": 14 * MEGABYTE, "film.mov": 214 * MEGABYTE})
    pane.show(email_id)
    return email_id


def row(pane: Pane, name: str) -> AwaitedRow:
    return next(one for one in pane.preview.page.awaited.rows if one.one.name == name)


def part(pane: Pane, name: str) -> str:
    return row(pane, name).one.part


def press(pane: Pane, name: str) -> None:
    button = row(pane, name).button
    assert button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    pane.settle()


def changed(pane: Pane, what: Changed = Changed.ATTACHMENTS) -> None:
    pane.ops.announce(ChangeSet(what))
    pane.settle()


def is_asked(pane: Pane, email_id: EmailId, name: str) -> bool:
    with pane.room.store.read() as read:
        detail = read.emails.open(email_id)
        assert detail is not None
        return next(file.status.asked for file in detail.attachments if file.name == name)


def test_what_is_here_is_a_card_and_what_is_not_says_why(pane: Pane) -> None:
    arrived(pane)
    page = pane.preview.page
    assert [card.file.name for card in page.files.cards] == ["notes.txt"]
    assert page.awaited.head.text() == "2 files are not here yet. The email can be read and filed meanwhile."
    assert row(pane, "plan.pdf").words.text() == "14.7 MB. It is on its way."
    assert not row(pane, "plan.pdf").button.isVisible()
    assert row(pane, "film.mov").words.text() == (
        f"224.4 MB. It is larger than the 25 MB that {SUPPORT} brings in by itself."
    )
    assert row(pane, "film.mov").button.accessibleName() == "Download film.mov"
    assert pane.body.strip() == "See the files."


def test_a_file_that_waits_is_downloaded_by_its_button_and_that_can_be_taken_back(pane: Pane) -> None:
    email_id = arrived(pane)
    press(pane, "film.mov")
    assert is_asked(pane, email_id, "film.mov")
    assert row(pane, "film.mov").words.text() == "224.4 MB. It is on its way."
    assert row(pane, "film.mov").button.text() == "Cancel"
    press(pane, "film.mov")
    assert not is_asked(pane, email_id, "film.mov")
    assert row(pane, "film.mov").button.text() == "Download"


def test_progress_is_shown_while_it_comes_and_the_file_is_a_card_when_it_is_here(pane: Pane) -> None:
    email_id = arrived(pane)
    held = pane.preview.letter
    assert held is not None
    box = held.row.mailbox_id
    total = 14 * MEGABYTE
    pane.sync.attachment_progressed.emit(AttachmentProgress(box, email_id, part(pane, "plan.pdf"), total // 2, total))
    assert row(pane, "plan.pdf").words.text() == "7.3 MB of 14.7 MB, 50 %"
    pane.sync.attachment_progressed.emit(AttachmentProgress(box, EmailId(99), part(pane, "plan.pdf"), 1, total))
    assert row(pane, "plan.pdf").words.text().endswith("50 %")
    bring(pane.room.store, email_id, "plan.pdf")
    changed(pane)
    assert [card.file.name for card in pane.preview.page.files.cards] == ["plan.pdf", "notes.txt"]
    assert [one.one.name for one in pane.preview.page.awaited.rows] == ["film.mov"]


def test_what_failed_says_why_and_is_tried_again(pane: Pane) -> None:
    email_id = arrived(pane)
    give_up(pane.room.store, email_id, "plan.pdf", "The server broke off five times.")
    changed(pane)
    assert row(pane, "plan.pdf").words.text() == "The server broke off five times."
    assert row(pane, "plan.pdf").button.accessibleName() == "Try again plan.pdf"
    press(pane, "plan.pdf")
    assert row(pane, "plan.pdf").words.text() == "14.7 MB. It is on its way."


def test_all_are_asked_for_at_once_by_the_button_and_by_the_key(pane: Pane) -> None:
    email_id = arrived(pane)
    with pane.room.store.write() as uow:
        mailbox = uow.read.mailboxes.by_address(SUPPORT)
        assert mailbox is not None
        attachments.set_policy(uow, mailbox, ON_DEMAND, FixedClock())
    changed(pane, Changed.MAILBOXES)
    assert row(pane, "plan.pdf").words.text() == f"14.7 MB. {SUPPORT} brings in attachments only when somebody asks."
    act = pane.frame.actions.action("mail.download")
    assert act.isEnabled()
    assert pane.preview.page.awaited.all.isVisible()
    act.trigger()
    pane.settle()
    assert is_asked(pane, email_id, "plan.pdf")
    assert is_asked(pane, email_id, "film.mov")
    assert not act.isEnabled()
    assert not pane.preview.page.awaited.all.isVisible()


def test_offline_it_is_remembered_and_said(pane: Pane) -> None:
    email_id = arrived(pane)
    offline = Transient(ReasonCode.OFFLINE, "This computer is offline.", action="Wait.")
    with pane.room.store.write() as uow:
        box = uow.read.mailboxes.every()[0].id
        health.note(uow, box, PassFailed(Trouble.of(offline), None), now=NOON)
    changed(pane, Changed.HEALTH)
    press(pane, "film.mov")
    assert is_asked(pane, email_id, "film.mov")
    assert row(pane, "film.mov").words.text() == f"224.4 MB. It is fetched when {SUPPORT} is reachable again."
    with pane.room.store.write() as uow:
        health.note(uow, box, PassWentWell(), now=NOON)
    changed(pane, Changed.HEALTH)
    assert row(pane, "film.mov").words.text() == "224.4 MB. It is on its way."


def test_what_is_gone_from_the_server_can_not_be_asked_for(pane: Pane) -> None:
    email_id = arrived(pane)
    with pane.room.store.write() as uow:
        uow.read.emails._run.exec_driver_sql("UPDATE ledger SET gone_at = 1 WHERE email_id = ?", (email_id,))
    changed(pane)
    assert "removed from the server" in row(pane, "plan.pdf").words.text()
    assert not row(pane, "plan.pdf").button.isVisible()
    assert pane.preview.page.awaited.head.text() == "Gone from the server before it could be fetched:"
    assert not pane.frame.actions.action("mail.download").isEnabled()


def test_only_what_is_here_is_saved(pane: Pane, tmp_path: Path) -> None:
    arrived(pane)
    pane.preview.save_files()
    folder = tmp_path / "saved"
    folder.mkdir()
    pane.choose_file(folder)
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]


def test_a_mail_of_many_files_shows_three_and_scrolls(pane: Pane) -> None:
    names = [f"file-{number}.bin" for number in range(60)]
    email_id = pane.room.keep(parcel(*((name, "application/octet-stream", b"x") for name in names)))
    leave_on_server(pane.room.store, email_id, dict.fromkeys(names, MEGABYTE))
    pane.show(email_id)
    awaited = pane.preview.page.awaited
    assert len(awaited.rows) == 50
    assert awaited.more.text() == "and 10 more"
    assert awaited.height() < pane.preview.height() / 2
    assert awaited.head.text().startswith("60 files are still on their way.")


def test_a_file_that_has_come_leaves_nothing_behind_that_a_change_of_theme_reaches(pane: Pane) -> None:
    email_id = arrived(pane)
    bring(pane.room.store, email_id, "plan.pdf")
    changed(pane)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    theme().changed.emit()
    assert [one.one.name for one in pane.preview.page.awaited.rows] == ["film.mov"]


def test_the_headers_alone_say_that_the_text_follows(pane: Pane) -> None:
    pane.show(pane.room.keep(parcel(*FILES), whole=False, size=300 * MEGABYTE))
    assert [one.one.name for one in pane.preview.page.awaited.rows] == ["The text of this email"]
