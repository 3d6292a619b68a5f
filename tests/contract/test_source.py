"""What every provider promises the engine, asked of the fake server and of Dovecot, in the clear and encrypted."""

from datetime import UTC, datetime

import pytest

from desktop.domain.errors import Misconfigured, NeedsSignIn, Transient
from desktop.domain.mail import RawMail
from desktop.domain.reasons import ReasonCode
from desktop.domain.refset import RefSet
from desktop.domain.source import NewestMessage, RemoteFolder, Source
from desktop.providers.connect import open_source
from tests.contract.conftest import Fill, Site, mail
from tests.contract.helpers import Password

ODD_NAMES = [
    "Größe & Maß",
    "日本語/受信",
    "a&b",
    'quo"te',
    "back\\slash",
    "per%cent*star",
    "😀",
    "  spaced  ",
    "{5}",
]


def contents(source: Source, refs: RefSet, *, headers_only: bool = False) -> dict[int, bytes]:
    """Fetch *refs*."""
    return {int(raw.ref): raw.content for raw in source.fetch(source.describe(refs), headers_only=headers_only)}


def test_folders_are_listed(site: Site, source: Source) -> None:
    for name in ("Sent", "Archive/2026", "Größe & Maß"):
        site.mailbox.create_folder(name)
    found = {folder.name: folder for folder in source.folders()}
    assert {"INBOX", "Sent", "Archive/2026", "Größe & Maß"} <= set(found)
    assert found["Sent"] == RemoteFolder("Sent", "sent", selectable=True)
    assert found["INBOX"].special_use == ""


@pytest.mark.parametrize("name", ODD_NAMES)
def test_folders_with_odd_names_open(site: Site, source: Source, name: str) -> None:
    site.mailbox.create_folder(name)
    site.mailbox.deliver(mail(1), name)
    assert name in {folder.name for folder in source.folders()}
    assert source.open_folder(name).exists == 1
    assert contents(source, source.list_refs()) == {1: mail(1)}


def test_an_empty_folder(source: Source) -> None:
    status = source.open_folder("INBOX")
    assert (status.exists, status.uid_next) == (0, 1)
    assert status.epoch.isdigit()
    assert not source.list_refs()
    assert source.describe(RefSet()) == []
    assert list(source.fetch([])) == []


def test_opening_tells_and_opening_again_tells_afresh(site: Site, source: Source, fill: Fill) -> None:
    fill(3)
    first = source.open_folder("INBOX")
    assert (first.exists, first.uid_next, first.epoch) == (3, 4, str(site.mailbox.uidvalidity()))
    assert source.open_folder("INBOX") == first
    site.mailbox.deliver(mail(4))
    second = source.open_folder("INBOX")
    assert (second.exists, second.uid_next, second.epoch) == (4, 5, first.epoch)
    assert first.highest_modseq is None or (second.highest_modseq or 0) > first.highest_modseq


def test_a_folder_that_is_missing(source: Source) -> None:
    with pytest.raises(Misconfigured) as caught:
        source.open_folder("No such folder")
    assert (caught.value.code, caught.value.field) == (ReasonCode.FOLDER_MISSING, "folder")
    assert source.open_folder("INBOX").exists == 0


@pytest.mark.parametrize("name", ["a\r\nX DELETE INBOX", "a\nb", "a\0b", "", "x" * 3000, "\ud800"])
def test_a_folder_name_that_cannot_be_sent(site: Site, source: Source, name: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        source.open_folder(name)
    assert caught.value.field == "folder"
    assert source.open_folder("INBOX").exists == 0


def test_references(site: Site, source: Source, fill: Fill) -> None:
    fill(6)
    site.mailbox.expunge("INBOX", 2, 5)
    source.open_folder("INBOX")
    assert str(source.list_refs()) == "1,3:4,6"
    assert str(source.list_refs(first=4)) == "4,6"
    assert str(source.list_refs(first=7)) == ""
    assert not source.list_refs(first=2**40)


def test_the_newest_message(site: Site, source: Source) -> None:
    moment = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
    source.open_folder("INBOX")
    assert source.newest() is None
    site.mailbox.deliver(mail(1), internal_date=datetime(2026, 3, 2, tzinfo=UTC))
    site.mailbox.deliver(mail(2), internal_date=moment)
    source.open_folder("INBOX")
    assert source.newest() == NewestMessage(2, moment), "the last that came in"
    assert source.list_refs() == RefSet([(1, 2)])


def test_descriptions(site: Site, source: Source) -> None:
    moment = datetime(2026, 3, 10, 23, 59, 58, tzinfo=UTC)
    site.mailbox.deliver(mail(1), internal_date=moment)
    source.open_folder("INBOX")
    (told,) = source.describe(RefSet.of([1, 2, 77, 2**32 - 1]))
    assert (told.ref, told.received_at, told.size_bytes) == (1, moment, len(mail(1)))
    assert told.received_at.tzinfo is UTC


def test_mails_come_byte_for_byte_and_stay_unread(site: Site, source: Source) -> None:
    oddities = [
        mail(1),
        b"Subject: no body\r\n\r\n",
        b"\r\nno header",
        b"no line end",
        b"Subject: \xff\xfe 8 bit\r\n\r\n" + bytes(range(1, 256)).replace(b"\r", b"").replace(b"\n", b"") + b"\r\n",
        b"Subject: long\r\n\r\n" + b"x" * 100_000 + b"\r\n",
        b"Subject: literal {99}\r\n\r\n{4096}\r\n* 3 FETCH (UID 3 BODY[] {5}\r\n",
    ]
    for raw in oddities:
        site.mailbox.deliver(raw)
    source.open_folder("INBOX")
    assert contents(source, source.list_refs()) == dict(enumerate(oddities, 1))
    heads = contents(source, RefSet.of([1, 6]), headers_only=True)
    assert heads == {1: mail(1).partition(b"\r\n\r\n")[0] + b"\r\n\r\n", 6: b"Subject: long\r\n\r\n"}
    assert not any("\\Seen" in flags for flags in site.mailbox.flags("INBOX").values())


def test_what_a_mail_carries(site: Site, source: Source) -> None:
    moment = datetime(2026, 3, 10, 12, tzinfo=UTC)
    site.mailbox.deliver(mail(1), internal_date=moment)
    source.open_folder("INBOX")
    described = source.describe(source.list_refs())
    (whole,) = source.fetch(described)
    assert (whole.ref, whole.received_at, whole.size_bytes, whole.whole) == ("1", moment, len(mail(1)), True)
    (head,) = source.fetch(described, headers_only=True)
    assert not head.whole


def test_a_big_mail(site: Site, source: Source) -> None:
    big = b"Subject: big\r\n\r\n" + (b"0123456789abcdef" * 4 + b"\r\n") * 160_000
    site.mailbox.deliver(big)
    source.open_folder("INBOX")
    assert len(big) > 10_000_000
    assert contents(source, source.list_refs()) == {1: big}


def test_more_than_a_thousand_mails(site: Site, source: Source, fill: Fill) -> None:
    mails = fill(1200)
    site.mailbox.expunge("INBOX", *range(2, 1200, 2))  # a set with gaps does not fit on one line as ranges
    source.open_folder("INBOX")
    refs = source.list_refs()
    assert len(refs) == 601
    assert contents(source, refs) == {uid: mails[uid - 1] for uid in refs}


def test_mails_gone_between_listing_and_fetching_are_missing(site: Site, source: Source, fill: Fill) -> None:
    mails = fill(5)
    source.open_folder("INBOX")
    described = source.describe(source.list_refs())
    site.mailbox.expunge("INBOX", 2, 4)
    source.open_folder("INBOX")
    assert {int(raw.ref): raw.content for raw in source.fetch(described)} == {1: mails[0], 3: mails[2], 5: mails[4]}
    assert [message.ref for message in source.describe(RefSet.of(range(1, 6)))] == [1, 3, 5]


def test_mail_that_comes_meanwhile_does_no_harm(site: Site, source: Source, fill: Fill) -> None:
    mails = fill(2)
    source.open_folder("INBOX")
    described = source.describe(source.list_refs())
    site.mailbox.deliver(mail(3))
    site.mailbox.set_flags("INBOX", 1, "\\Flagged")
    assert {int(raw.ref): raw.content for raw in source.fetch(described)} == {1: mails[0], 2: mails[1]}
    assert source.open_folder("INBOX").exists == 3


def test_new_numbers_between_opening_and_fetching(site: Site, source: Source, fill: Fill) -> None:
    fill(2)
    status = source.open_folder("INBOX")
    described = source.describe(source.list_refs())
    site.mailbox.reset_uidvalidity("INBOX")
    taken: list[RawMail] = []

    def go_on() -> None:
        taken.extend(source.fetch(described))
        source.open_folder("INBOX")

    with pytest.raises(Transient):
        go_on()
    assert all(raw.content == mail(int(raw.ref)) for raw in taken)
    with site.open() as again:
        assert again.open_folder("INBOX").epoch not in {status.epoch, ""}


def test_two_folders_in_turn(site: Site, source: Source, fill: Fill) -> None:
    fill(1)
    site.mailbox.create_folder("Other")
    site.mailbox.deliver(mail(9), "Other")
    for name, expected in (("INBOX", mail(1)), ("Other", mail(9)), ("INBOX", mail(1))):
        source.open_folder(name)
        assert contents(source, source.list_refs()) == {1: expected}


def test_a_wrong_password(site: Site) -> None:
    with pytest.raises(NeedsSignIn) as caught:
        open_source(site.settings, Password("wrong"), ca_file=site.ca_file)
    assert (caught.value.code, caught.value.field) == (ReasonCode.ACCOUNT_SIGN_IN, "password")


def test_closing_twice(site: Site) -> None:
    source = site.open()
    source.close()
    source.close()
    with pytest.raises(Transient):
        source.folders()
