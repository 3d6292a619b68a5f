"""Files that follow their mail: to the byte, over breaks and restarts, from servers that lie, onto full disks."""

import errno
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from desktop.domain.attachments import ALL, ON_DEMAND, AttachmentPolicy
from desktop.domain.errors import CommandRefused, NeedsSignIn
from desktop.domain.ids import Ref
from desktop.domain.mail import RawMail
from desktop.domain.reasons import ReasonCode
from desktop.domain.refset import RefSet
from desktop.domain.source import Outline, Source
from desktop.parsing import reader
from desktop.parsing.parts import extract_attachment
from desktop.services.attachments import ask, set_policy, take_back
from desktop.store.attachment_files import FOLDER_NAME
from desktop.store.contents import part_pieces, shown_content
from desktop.sync.context import Limits
from desktop.sync.text_first import CUT_FROM, text_first
from tests.helpers.large import encoded, file, head, large_mail, multipart, noise, text
from tests.helpers.pieces import BREAK, Desk, outline_of

RAW = large_mail(400_000)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.store.close()


def files_of(desk: Desk) -> list[Path]:
    return sorted((desk.folder / FOLDER_NAME).iterdir())


# --- in good order ----------------------------------------------------------------------------------------------------


def test_it_comes_in_pieces_and_is_the_same_to_the_byte(desk: Desk) -> None:
    email = desk.deliver(RAW)
    assert desk.states(email) == ["coming"]
    told: list[object] = []
    receipt = desk.fetch(tell=told.append)
    assert (receipt.files, receipt.failed, receipt.error) == (1, 0, None)
    assert len(told) == 1 + receipt.size_bytes // (64 << 10)
    assert desk.states(email) == ["here"]
    assert desk.delivered(email) == RAW
    held = b"".join(part_pieces(desk.store, desk.parser, email, "2"))
    assert held == extract_attachment(RAW, "2")
    assert desk.fetch().files == 0
    assert desk.shelf.sign_ins == 1


def test_nothing_of_it_lies_on_disk_in_clear_and_only_the_owner_reads_it(desk: Desk) -> None:
    canary = b"the canary of the confidential plan " * 10_000
    email = desk.deliver(head(mime=multipart(text("hello"), file(canary))))
    desk.fetch()
    assert desk.states(email) == ["here"]
    (path,) = files_of(desk)
    assert path.stat().st_mode & 0o077 == 0
    for found in desk.folder.rglob("*"):
        content = found.read_bytes() if found.is_file() else b""
        assert canary[:36] not in content
        assert encoded(canary)[:60] not in content


def test_reading_it_again_with_a_newer_parser_keeps_what_is_known(desk: Desk) -> None:
    from desktop.sync.reparse import reparse

    email = desk.deliver(RAW)
    desk.fetch()
    assert reparse(desk.context(), desk.stop, everything=True).reread == 1
    assert desk.states(email) == ["here"]
    with desk.store.read() as read:
        detail = read.emails.open(email)
    assert detail is not None
    assert [one.size_bytes for one in detail.attachments] == [400_000]
    assert desk.delivered(email) == RAW


def test_a_picture_of_the_text_is_shown_when_it_has_come(desk: Desk) -> None:
    picture = file(noise(CUT_FROM * 2), "a.png", "image/png", b"Content-ID: <a@x>\r\n")
    raw = head(mime=multipart(text('<img src="cid:a@x">', "html"), picture, kind="related"))
    email = desk.deliver(raw)
    assert len(shown_content(desk.store, email)) < 2_000
    desk.fetch()
    assert shown_content(desk.store, email) == raw


# --- what is wanted ---------------------------------------------------------------------------------------------------


def test_the_policy_says_what_comes_and_a_change_of_it_what_waits(desk: Desk) -> None:
    email = desk.deliver(head(mime=multipart(text("hi"), file(noise(1_500_000), "a"), file(noise(200_000), "b"))))

    def choose(policy: AttachmentPolicy) -> list[str]:
        with desk.store.write() as uow:
            set_policy(uow, desk.mailbox, policy, desk.clock)
        return desk.states(email)

    assert choose(ON_DEMAND) == ["on_demand", "on_demand"]
    assert desk.fetch().files == 0
    assert desk.shelf.sign_ins == 0
    assert choose(AttachmentPolicy(1 << 20)) == ["on_demand", "coming"]
    assert desk.fetch().files == 1
    assert choose(ALL) == ["coming", "here"]
    assert choose(ON_DEMAND) == ["on_demand", "here"]
    with desk.store.write() as uow:
        ask(uow, email, ["2"], desk.clock)
    assert desk.states(email) == ["coming", "here"]
    with desk.store.write() as uow:
        take_back(uow, email, None)
    assert desk.states(email) == ["on_demand", "here"]
    with desk.store.write() as uow:
        ask(uow, email, None, desk.clock)
    desk.fetch()
    assert desk.states(email) == ["here", "here"]
    with desk.store.write() as uow, pytest.raises(CommandRefused):
        ask(uow, email, ["7"], desk.clock)


def test_what_is_no_longer_wanted_ends_at_its_next_piece(desk: Desk) -> None:
    email = desk.deliver(RAW)

    def turn(_progress: object) -> None:
        with desk.store.write() as uow:
            set_policy(uow, desk.mailbox, ON_DEMAND, desk.clock)

    assert desk.fetch(tell=turn).files == 0
    assert desk.states(email) == ["on_demand"]
    with desk.store.read() as read:
        assert 0 < read.attachments.stretches(email)[0].arrived < 200_000
    with desk.store.write() as uow:
        set_policy(uow, desk.mailbox, ALL, desk.clock)
    desk.fetch()
    assert desk.delivered(email) == RAW


# --- breaks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("torn", [0, 1, 100, 70_000])
def test_after_a_crash_it_goes_on_behind_the_last_piece_that_was_noted(desk: Desk, torn: int) -> None:
    """The piece after that may be on disk already, whole or in part."""
    email = desk.deliver(RAW)

    class Crash(BaseException):
        pass

    pieces: list[object] = []

    def crash(progress: object) -> None:
        pieces.append(progress)
        if len(pieces) == 3:
            raise Crash

    with pytest.raises(Crash):
        desk.fetch(tell=crash)
    (path,) = files_of(desk)
    with path.open("ab") as torn_file:
        torn_file.write(noise(torn))
    desk.reopen()
    before = len(desk.shelf.reads)
    assert desk.fetch().files == 1
    assert desk.shelf.reads[before][1] - desk.shelf.reads[before - 3][1] == 3 * (64 << 10)
    assert desk.delivered(email) == RAW


def test_a_connection_that_breaks_is_opened_again_and_it_goes_on(desk: Desk) -> None:
    email = desk.deliver(RAW)
    broken: list[int] = []

    def lie(ref: int, start: int, count: int) -> bytes | None:
        if len(desk.shelf.reads) % 3 == 0 and start not in broken:
            broken.append(start)
            raise BREAK
        return desk.shelf.truth(ref, start, count)

    desk.shelf.lie = lie
    receipt = desk.fetch(Limits(piece_bytes=64 << 10))
    assert receipt.error is None
    assert broken
    assert desk.delivered(email) == RAW


def test_a_stretch_that_breaks_the_connection_each_time_lets_the_others_come_and_is_given_up(desk: Desk) -> None:
    bad, good = desk.deliver(RAW), desk.deliver(large_mail(300_000, subject="Another"), 2)
    desk.shelf.lie = lambda ref, start, count: desk.shelf.truth(ref, start, count) if ref == 2 else _break()
    for _ in range(4):
        desk.fetch(Limits(piece_bytes=64 << 10))
        desk.clock.advance(hours=3)
    assert desk.states(good) == ["here"]
    assert desk.states(bad) == ["failed"]
    assert "The connection broke." in desk.words(bad)
    desk.shelf.lie = None
    with desk.store.write() as uow:
        ask(uow, bad, None, desk.clock)
    desk.fetch()
    assert desk.delivered(bad) == RAW


def _break() -> bytes:
    raise BREAK


def test_a_refused_sign_in_is_not_tried_again_and_again(desk: Desk) -> None:
    desk.deliver(RAW)

    def refuse(_ref: int, _start: int, _count: int) -> bytes:
        raise NeedsSignIn(ReasonCode.ACCOUNT_SIGN_IN, "The server refused the password.")

    desk.shelf.lie = refuse
    receipt = desk.fetch()
    assert isinstance(receipt.error, NeedsSignIn)
    with desk.store.read() as read:
        assert read.mailboxes.condition(desk.mailbox.id).trouble is not None


# --- lies -------------------------------------------------------------------------------------------------------------


def test_a_server_that_gives_little_at_a_time_is_taken_as_it_is(desk: Desk) -> None:
    email = desk.deliver(RAW)
    desk.shelf.lie = lambda ref, start, count: desk.shelf.truth(ref, start, min(count, 10_000))
    desk.fetch()
    assert desk.delivered(email) == RAW


def test_a_server_that_gives_nothing_is_asked_again_and_then_named(desk: Desk) -> None:
    email = desk.deliver(RAW)
    desk.shelf.lie = lambda _ref, _start, _count: b""
    for _ in range(3):
        assert desk.states(email) == ["coming"]
        desk.fetch()
        desk.clock.advance(hours=3)
    assert desk.states(email) == ["failed"]
    assert "and no more" in desk.words(email)


def test_a_message_that_is_gone_is_said_to_be_and_comes_when_it_is_back(desk: Desk) -> None:
    email = desk.deliver(RAW)
    raw = desk.shelf.messages.pop(1)
    assert desk.fetch().error is None
    assert desk.states(email) == ["gone"]
    assert desk.fetch().files == 0
    desk.shelf.messages[1] = raw
    with desk.store.write() as uow:
        uow.intake.reconcile(desk.place, RefSet.of([1]), desk.clock.now())
    desk.fetch()
    assert desk.delivered(email) == RAW


def test_after_the_folder_was_renumbered_it_comes_from_where_the_message_is_now(desk: Desk) -> None:
    email = desk.deliver(RAW)
    desk.shelf.epoch = "2"
    desk.fetch()
    assert desk.states(email) == ["coming"]
    with desk.store.write() as uow:
        uow.mailboxes.begin_epoch(desk.place.folder_id, "2")
    desk.place = replace(desk.place, epoch="2")  # type: ignore[arg-type]
    desk.shelf.messages = {7: RAW}
    assert desk.deliver(RAW, 7) == email
    desk.clock.advance(hours=1)
    desk.fetch()
    assert desk.delivered(email) == RAW


def sized(told: Outline, more: int) -> Outline:
    """The outline with the size of its last part another by so much."""
    last = told.parts[-1]
    return replace(told, parts=(*told.parts[:-1], replace(last, size_bytes=last.size_bytes + more)))


@pytest.mark.parametrize(
    "told",
    [
        sized(outline_of(RAW), 1),
        sized(outline_of(RAW), -100),
        sized(outline_of(RAW), 2**60),
        replace(outline_of(RAW), boundary="another"),
        replace(outline_of(RAW), boundary=""),
        replace(outline_of(RAW), parts=()),
        replace(outline_of(RAW), parts=outline_of(RAW).parts * 2),
        Outline("multipart/mixed", boundary="=_a", parts=(Outline("application/pdf", 10**9),) * 3000),
        Outline("application/pdf", len(RAW)),
        None,
    ],
)
def test_what_is_not_as_the_server_says_is_had_in_another_way(desk: Desk, told: Outline | None) -> None:
    desk.shelf.messages[1] = RAW
    desk.shelf.outlines[1] = told
    (message,) = desk.shelf.describe(RefSet.of([1]))
    assert text_first(cast("Source", desk.shelf), message) is None
    assert sum(count for _, _, count in desk.shelf.reads) < 8 << 20


def test_what_is_nested_or_cut_up_beyond_reason_is_had_in_another_way_without_much_asking(desk: Desk) -> None:
    deep = Outline("text/plain", 10)
    for _ in range(200):
        deep = Outline("multipart/mixed", boundary="=_a", parts=(deep,))
    many = head(mime=multipart(*[file(noise(8_000))] * 2_000))
    desk.shelf.messages = {1: RAW, 2: many}
    desk.shelf.outlines[1] = deep
    for message in desk.shelf.describe(RefSet.parse("1:2")):
        assert text_first(cast("Source", desk.shelf), message) is None
    assert len(desk.shelf.reads) < 10


def test_many_small_parts_come_at_once(desk: Desk) -> None:
    many = head(mime=multipart(*[file(noise(500), f"{number}.bin") for number in range(900)]))
    desk.shelf.messages[1] = many
    (message,) = desk.shelf.describe(RefSet.of([1]))
    mail = text_first(cast("Source", desk.shelf), message)
    assert mail is not None
    assert (mail.content, mail.left) == (many, ())


# --- the disk ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "code", "words"),
    [
        (errno.ENOSPC, ReasonCode.STORE_FULL, "disk is full"),
        (errno.EROFS, ReasonCode.STORE_READ_ONLY, "read-only"),
        (errno.EIO, ReasonCode.STORE_DAMAGED, "damaged"),
    ],
)
def test_a_disk_that_takes_no_more_is_named_nothing_is_lost_and_it_goes_on_when_it_does(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, number: int, code: ReasonCode, words: str
) -> None:
    email = desk.deliver(RAW)
    write, calls = os.write, []

    def full(file: int, data: bytes) -> int:
        calls.append(len(data))
        if len(calls) == 3:
            return write(file, data[:1000])
        if len(calls) > 3:
            raise OSError(number, "It says no.")
        return write(file, data)

    with monkeypatch.context() as patched:
        patched.setattr("desktop.security.sealed_files.os.write", full)
        receipt = desk.fetch()
    assert receipt.error is not None
    assert receipt.error.code is code
    assert words in str(receipt.error)
    assert desk.states(email) == ["coming"]
    with desk.store.read() as read:
        assert read.attachments.stretches(email)[0].chunks == 2
    assert desk.fetch().error is None
    assert desk.delivered(email) == RAW


def test_what_is_left_over_is_swept_and_what_is_lost_comes_anew(desk: Desk) -> None:
    email = desk.deliver(RAW)
    desk.fetch()
    (path,) = files_of(desk)
    path.with_name("0" * 32).write_bytes(b"left over")
    desk.reopen()
    assert files_of(desk) == [path]
    path.unlink()
    desk.reopen()
    assert desk.states(email) == ["coming"]
    desk.fetch()
    assert desk.delivered(email) == RAW


@pytest.mark.parametrize("harm", ["flip", "cut", "swap"])
def test_a_harmed_file_is_never_handed_out(desk: Desk, harm: str) -> None:
    email = desk.deliver(RAW)
    desk.fetch()
    (path,) = files_of(desk)
    content = path.read_bytes()
    half = len(content) // 2
    harmed = {
        "flip": content[:half] + bytes([content[half] ^ 1]) + content[half + 1 :],
        "cut": content[:-20],
        "swap": content[half:] + content[:half],
    }
    path.write_bytes(harmed[harm])
    with desk.store.read() as read:
        known = read.attachments.with_files()
    assert [one.email_id for one in desk.store.files.damaged(known)] == [email]
    with pytest.raises(Exception, match="damaged or gone"):
        desk.delivered(email)


# --- the same message -------------------------------------------------------------------------------------------------


def test_a_message_that_an_earlier_version_brought_in_whole_is_known_again(desk: Desk) -> None:
    delivered = b"Received: from a.example by b.example\r\n" + RAW
    email = desk.take_in(RawMail(Ref("5"), desk.clock.now(), len(delivered), delivered))
    assert desk.deliver(RAW, 6) == email
    with desk.store.read() as read:
        assert [place.code for place in read.emails.places(email)][-1] == "DUPLICATE_OF"
    other = RAW.replace(b"Please see", b"Please read")
    assert desk.deliver(other, 8) != email


def test_two_copies_of_a_large_message_are_one_and_two_messages_are_two(desk: Desk) -> None:
    email = desk.deliver(RAW)
    assert desk.deliver(b"Received: by another.example\r\n" + RAW, 2) == email
    assert desk.deliver(large_mail(400_001), 3) != email


def test_the_parts_have_the_same_numbers_and_names_as_if_it_had_come_whole(desk: Desk) -> None:
    inside = head("Inside", mime=multipart(text("inner"), file(noise(CUT_FROM * 2), "in.bin"), mark="=_in"))
    raw = head(
        mime=multipart(
            multipart(text("a"), text("<p>b</p>", "html"), kind="alternative", mark="=_alt"),
            file(noise(CUT_FROM * 2), "../../etc/passwd"),
            file(noise(100), "same.txt", "text/plain"),
            file(noise(CUT_FROM * 3), "same.txt", "text/csv"),
            b"Content-Type: message/rfc822\r\n\r\n" + inside,
        )
    )
    email = desk.deliver(raw)
    whole = reader.read(RawMail(Ref("1"), desk.clock.now(), len(raw), raw))
    with desk.store.read() as read:
        detail = read.emails.open(email)
    assert detail is not None
    assert [(one.part, one.name) for one in detail.attachments] == [(one.part, one.name) for one in whole.attachments]
    assert detail.text == whole.text
    desk.fetch()
    for one in whole.attachments:
        held = b"".join(part_pieces(desk.store, desk.parser, email, one.part))
        assert held == extract_attachment(raw, one.part), one.part


def test_a_file_that_is_another_than_when_the_text_came_is_not_taken(desk: Desk) -> None:
    email = desk.deliver(RAW)
    desk.shelf.messages[1] = RAW[:1000] + bytes(reversed(RAW[1000:-20])) + RAW[-20:]
    for _ in range(3):
        desk.fetch()
        desk.clock.advance(hours=3)
    assert desk.states(email) == ["failed"]
    assert "other bytes" in desk.words(email)


def test_of_one_that_is_made_too_strangely_the_rest_comes_on_demand_to_the_byte(desk: Desk) -> None:
    """Only its headers could be had: all behind them is one stretch, of which only the server knows the length."""
    headers = RAW.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    desk.shelf.messages[1] = RAW
    desk.shelf.outlines[1] = None
    email = desk.take_in(RawMail(Ref("1"), desk.clock.now(), len(RAW) - 77, headers, whole=False))
    small = Limits(piece_bytes=64 << 10, fetch_bytes=1000)
    with desk.store.write() as uow:
        set_policy(uow, desk.mailbox, ON_DEMAND, desk.clock)
    assert desk.rest(email) == "coming"
    assert desk.fetch(small).texts == 0
    assert desk.rest(email) == "on_demand"
    sign_ins = desk.shelf.sign_ins
    desk.fetch(small)
    assert desk.shelf.sign_ins == sign_ins
    with desk.store.write() as uow:
        ask(uow, email, None, desk.clock)
    desk.fetch(small)
    assert desk.rest(email) == "here"
    assert desk.delivered(email) == RAW


def test_the_end_of_a_very_long_text_follows_too(desk: Desk) -> None:
    raw = head(mime=multipart(text("long words " * 200_000)))
    email = desk.deliver(raw)
    with desk.store.read() as read:
        detail = read.emails.open(email)
    assert detail is not None
    assert len(detail.text) > 900_000
    assert desk.rest(email) == "coming"
    with pytest.raises(CommandRefused, match="rest of the email"):
        desk.delivered(email)
    desk.fetch()
    assert desk.rest(email) == "here"
    assert desk.delivered(email) == raw
