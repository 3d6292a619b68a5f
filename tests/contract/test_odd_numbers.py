"""Servers whose numbers and sizes are not what they should be: all mail comes, whole, once, with one verdict each."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from desktop.store.packing import unpack
from tests.contract.helpers import visit
from tests.contract.scripted import MAILS, Dialogue, ScriptedServer, Talk, serving
from tests.contract.syncing import Profile, profile

LOGGED_IN = b"TAG OK [CAPABILITY IMAP4rev1 ESEARCH] welcome\r\n"
MORE = {number: b"Subject: more %d\r\n\r\nbody\r\n" % number for number in range(1, 20)}


class Shifting:
    """A server whose folder a test changes between two syncs; *order* is how it names its messages."""

    def __init__(self, mails: dict[int, bytes], epoch: int = 7) -> None:
        self.mails, self.epoch = mails, epoch
        self.uid_next: int | None = max(mails, default=0) + 1
        self.is_backwards = False
        self.sizes: dict[int, int] = {}

    def play(self, talk: Talk) -> None:
        shown = dict(sorted(self.mails.items(), reverse=self.is_backwards))
        dialogue = Dialogue(shown, AUTHENTICATE=LOGGED_IN)
        lines = [b"* %d EXISTS" % len(shown), b"* OK [UIDVALIDITY %d] ok" % self.epoch]
        lines += [b"* OK [UIDNEXT %d] ok" % self.uid_next] if self.uid_next is not None else []
        dialogue.set("EXAMINE", b"\r\n".join([*lines, b"TAG OK [READ-ONLY] done", b""]))
        told = (
            b'* %d FETCH (UID %d INTERNALDATE "01-Mar-2026 10:00:00 +0100" RFC822.SIZE %d)\r\n'
            % (number, uid, self.sizes.get(uid, len(raw)))
            for number, (uid, raw) in enumerate(shown.items(), 1)
        )
        dialogue.set("DESCRIBE", b"".join(told) + b"TAG OK done\r\n")
        dialogue.play(talk)


@contextmanager
def synced(server: Shifting, folder: Path) -> Iterator[Profile]:
    with ScriptedServer(server.play) as there, profile(folder / "profile", lambda: visit(there), "INBOX") as made:
        made.sync()
        yield made


def kept(made: Profile) -> list[bytes]:
    with made.store.read() as read:
        return sorted(map(unpack, read._run.exec_driver_sql("SELECT raw FROM email_body").scalars()))


def places(made: Profile, *, live: bool = True) -> list[int]:
    query = "SELECT ref FROM ledger WHERE email_id IS NOT NULL AND gone_at IS " + ("NULL" if live else "NOT NULL")
    with made.store.read() as read:
        return sorted(int(ref) for ref in read._run.exec_driver_sql(query).scalars())


def fetched(made: Profile) -> int:
    return sum(folder.fetched for folder in made.sync().folders)


@pytest.mark.parametrize("size", [0, 1, 20, 99_999, 5_000_000], ids=str)
def test_a_size_that_is_wrong_is_only_a_hint(tmp_path: Path, size: int) -> None:
    """Too small, too large, nothing at all: what counts is what comes."""
    server = Shifting(dict(MAILS))
    server.sizes = dict.fromkeys(MAILS, size)
    with synced(server, tmp_path) as made:
        assert kept(made) == sorted(MAILS.values())
        assert fetched(made) == 0
        assert made.said() == []


def test_without_uidnext_new_mail_comes_and_what_is_gone_is_seen(tmp_path: Path) -> None:
    server = Shifting({1: MORE[1], 2: MORE[2], 3: MORE[3]})
    server.uid_next = None
    with synced(server, tmp_path) as made:
        assert fetched(made) == 0
        server.mails = {1: MORE[1], 3: MORE[3], 4: MORE[4]}  # one gone, one new: as many as before
        assert fetched(made) == 1
        assert (places(made), places(made, live=False)) == ([1, 3, 4], [2])


def test_a_uidnext_that_falls_hides_no_mail(tmp_path: Path) -> None:
    server = Shifting({1: MORE[1], 5: MORE[5]})
    with synced(server, tmp_path) as made:
        server.mails, server.uid_next = {1: MORE[1], 5: MORE[5], 6: MORE[6]}, 2
        assert fetched(made) == 1
        server.mails, server.uid_next = {1: MORE[1], 5: MORE[5], 6: MORE[6], 7: MORE[7]}, 1
        assert fetched(made) == 1
        assert places(made) == [1, 5, 6, 7]
        assert kept(made) == sorted([MORE[1], MORE[5], MORE[6], MORE[7]])


def test_numbers_in_any_order_up_to_the_highest(tmp_path: Path) -> None:
    server = Shifting({1: MORE[1], 2**31: MORE[2], 2**32 - 1: MORE[3]})
    server.is_backwards = True
    server.uid_next = 2**32 - 1
    with synced(server, tmp_path) as made:
        assert places(made) == [1, 2**31, 2**32 - 1]
        assert fetched(made) == 0


def test_a_lower_number_that_is_visible_later_comes_too(tmp_path: Path) -> None:
    """A message that was appended and not committed yet when the one after it was seen (54, 56, then 55)."""
    server = Shifting({54: MORE[4], 56: MORE[6]})
    with synced(server, tmp_path) as made:
        server.mails = {54: MORE[4], 55: MORE[5], 56: MORE[6]}
        assert fetched(made) == 1
        assert places(made) == [54, 55, 56]
        server.mails = {53: MORE[3], 55: MORE[5], 56: MORE[6]}  # once more, while another one goes: as many as before
        made.clock.time += timedelta(hours=25)
        assert fetched(made) == 1
        assert (places(made), places(made, live=False)) == ([53, 55, 56], [54])


def test_renumbered_with_other_mail_and_back_again(tmp_path: Path) -> None:
    """What is the same is recognised, what is new comes, what is gone is marked; also under the old numbers."""
    server = Shifting({1: MORE[1], 2: MORE[2], 3: MORE[3]})
    with synced(server, tmp_path) as made:
        server.mails, server.epoch = {1: MORE[3], 2: MORE[4]}, 8
        receipt = made.sync()
        assert sum(folder.stored for folder in receipt.folders) == 1
        assert len(kept(made)) == 4
        assert places(made) == [1, 2]
        server.mails, server.epoch = {1: MORE[1], 2: MORE[5], 3: MORE[4]}, 7  # the old number, with other mail under it
        receipt = made.sync()
        assert sum(folder.stored for folder in receipt.folders) == 1
        assert kept(made) == sorted(MORE[number] for number in (1, 2, 3, 4, 5))
        assert places(made) == [1, 2, 3]
        words = [what for _, what in made.said()]
        assert sum("The server renumbered the folder INBOX." in what for what in words) >= 1
        assert all("doubled" in what for what in words)


# --- line breaks where none belong ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "odd",
    [
        b'* LIST () "/" "Two\r\nlines"\r\n',
        b'* LIST () "/" {10}\r\nTwo\r\nlines\r\n',
        b'* LIST () "/" "Two \\"\r\nlines"\r\n',
        b'* LIST () "/" "never closed\r\n',
        b"* LIST (\r\n",
        b'* LIST () "/" (a b)\r\n',
    ],
)
def test_a_folder_with_a_line_break_in_its_name_keeps_no_other_from_being_listed(odd: bytes) -> None:
    around = b'* LIST () "/" INBOX\r\n' + odd + b'* LIST () "/" "Sent Items"\r\nTAG OK done\r\n'
    with serving(Dialogue(LIST=around)) as server, visit(server) as source:
        folders = {folder.name: folder for folder in source.folders()}
        assert {"INBOX", "Sent Items"} <= set(folders)
        assert source.open_folder("INBOX").exists == len(MAILS)
    assert not any(folder.selectable for name, folder in folders.items() if name not in {"INBOX", "Sent Items"})
    assert not any(byte in name for name in folders for byte in "\r\n\0")


def test_a_block_is_taken_to_its_byte_whatever_line_breaks_are_in_it(tmp_path: Path) -> None:
    odd = {
        1: b"Subject: a\r\n\r\n\r\n\r\n)\r\n",
        2: b"Subject: b\n\nbare\nlines\n",
        3: b"Subject: c\r\r\rcarriage",
        4: b'Subject: "d\r\n * 1 FETCH (UID 1 BODY[] "\r\n\r\n{3}\r\n',
    }
    with synced(Shifting(odd), tmp_path) as made:
        assert kept(made) == sorted(odd.values())
