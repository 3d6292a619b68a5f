"""What of attachments is not here, as lists and the tasks of the day tell it."""

from datetime import timedelta
from pathlib import Path

import pytest

from desktop.domain.attachments import ON_DEMAND, AttachmentState
from desktop.domain.attachments_left import FilesLeft
from desktop.domain.email_list import EmailFilter
from desktop.domain.ids import EmailId
from desktop.domain.rows import EmailRow
from desktop.services import attachments
from tests.gui.mailroom import SUPPORT, Mailroom, parcel
from tests.gui.stretches import MEGABYTE, bring, give_up, leave_on_server
from tests.helpers.mails import NOON, FixedClock, new_store

PDF, FILM = "plan.pdf", "film.mov"


@pytest.fixture
def room(tmp_path: Path) -> Mailroom:
    return Mailroom(new_store(tmp_path))


def two_files(room: Mailroom, pdf: int = 14, film: int = 214) -> EmailId:
    """An email that arrived so many minutes after noon as its first file has megabytes."""
    files = ((PDF, "application/pdf", b"%PDF-1"), (FILM, "video/quicktime", b"x"))
    email_id = room.keep(parcel(*files, text=f"Of {pdf} MB."), at=NOON + timedelta(minutes=pdf))
    leave_on_server(room.store, email_id, {PDF: pdf * MEGABYTE, FILM: film * MEGABYTE})
    return email_id


def row(room: Mailroom) -> EmailRow:
    with room.store.read() as read:
        return read.email_list.first_page(EmailFilter())[0]


def tasks(room: Mailroom, days: int = 1) -> list[tuple[str, str, EmailId | None]]:
    with room.store.read() as read:
        found = read.activity.tasks(NOON + timedelta(days=days))
    return [(task.what, task.why, task.email_id) for task in found if task.key.startswith("attachments")]


def test_a_list_tells_first_of_what_comes_then_of_what_waits(room: Mailroom) -> None:
    email_id = two_files(room)
    assert row(room).left == FilesLeft(1, 14 * MEGABYTE, AttachmentState.COMING)
    bring(room.store, email_id, PDF)
    assert row(room).left == FilesLeft(1, 214 * MEGABYTE, AttachmentState.ON_DEMAND)
    give_up(room.store, email_id, FILM, "Refused.")
    assert row(room).left == FilesLeft(1, 214 * MEGABYTE, AttachmentState.FAILED)
    bring(room.store, email_id, FILM)
    assert row(room).left is None


def test_files_that_stand_alike_are_counted_together(room: Mailroom) -> None:
    two_files(room, 3, 4)
    assert row(room).left == FilesLeft(2, 7 * MEGABYTE, AttachmentState.COMING)


def test_the_tasks_name_what_is_too_large_while_it_is_fresh_and_open_the_newest_email(room: Mailroom) -> None:
    two_files(room)
    newest = two_files(room, 300, 400)
    over = ("3 attachments over 25 MB", "They stay on the server until you ask: 914 MB.", newest)
    assert tasks(room) == [over]
    assert tasks(room, days=15) == []
    with room.store.write() as uow:
        attachments.ask(uow, newest, None, FixedClock())
    assert [what for what, _, _ in tasks(room)] == ["1 attachment over 25 MB"]


def test_who_fetches_only_on_demand_is_not_reminded_of_it(room: Mailroom) -> None:
    two_files(room)
    with room.store.write() as uow:
        mailbox = uow.read.mailboxes.by_address(SUPPORT)
        assert mailbox is not None
        attachments.set_policy(uow, mailbox, ON_DEMAND, FixedClock())
    assert tasks(room) == []


def test_what_could_not_be_fetched_is_a_task_until_it_is_tried_again(room: Mailroom) -> None:
    email_id = two_files(room, 1, 2)
    give_up(room.store, email_id, PDF, "Refused.")
    assert [what for what, _, _ in tasks(room)] == ["1 attachment could not be fetched"]
    with room.store.write() as uow:
        attachments.ask(uow, email_id, None, FixedClock())
    assert tasks(room) == []
