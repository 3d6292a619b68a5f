"""Folders that are renamed and removed on the server: followed at the next sync, before Dovecot and the fake server."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.mailbox import Security
from desktop.domain.reasons import ReasonCode
from tests.contract.conftest import Site, settings_of
from tests.contract.helpers import visit
from tests.contract.scripted import MAILS, Dialogue, ScriptedServer, Talk
from tests.contract.syncing import Profile, letter, profile
from tests.helpers.mailboxes import MailServer

GONE = " No longer on the server since then, as far as the folders that are synced show."


@pytest.fixture
def site(request: pytest.FixtureRequest, mail_server: MailServer) -> Site:
    authority = request.getfixturevalue("dovecot" if mail_server.kind == "dovecot" else "tls_authority")
    made = Site(mail_server, settings_of(mail_server, Security.NONE), authority.ca_file)
    for folder in ("Projekte", "Archive"):
        made.mailbox.create_folder(folder)
    for number, folder in ((1, "INBOX"), (2, "Projekte"), (3, "Projekte"), (4, "Archive")):
        made.mailbox.deliver(letter(number), folder)
    return made


@pytest.fixture
def made(site: Site, tmp_path: Path) -> Iterator[Profile]:
    with profile(tmp_path / "profile", site.open, "INBOX", "Projekte") as made:
        assert fetched(made) == 3
        yield made


def fetched(made: Profile) -> int:
    return sum(folder.fetched for folder in made.sync().folders)


def told(made: Profile) -> dict[int, str]:
    return {int(fate.subject.split()[-1]): fate.told for fate in made.fates()}


def said(made: Profile) -> list[str]:
    with made.store.read() as read:
        return [one.what for one in reversed(read.records.events(limit=50))]


@pytest.mark.parametrize("name", ["Größe", "Archive/2026/Projekte", "a&b", "projekte"])
def test_a_renamed_folder_goes_on_under_its_name_and_nothing_is_brought_over_again(
    site: Site, made: Profile, name: str
) -> None:
    site.mailbox.rename_folder("Projekte", name)
    site.mailbox.deliver(letter(5), name)
    assert fetched(made) == 1, "only what is new"
    assert told(made) == {1: "In INBOX.", 2: f"In {name}.", 3: f"In {name}.", 5: f"In {name}."}
    assert f'The folder "Projekte" is called "{name}" now. It is synced under that name; nothing is doubled.' in said(
        made
    )
    with made.store.read() as read:
        assert {one.name for one in read.mailboxes.folders(made.mailbox.id)} == {"INBOX", name}
        assert read.mailboxes.health(made.mailbox.id).state.value == "healthy"
    assert fetched(made) == 0


def test_a_renamed_folder_that_a_person_chose_already_is_the_same_one(site: Site, made: Profile) -> None:
    site.mailbox.rename_folder("Projekte", "Kunden")
    made.choose("INBOX", "Kunden")
    assert fetched(made) == 0
    assert told(made) == {1: "In INBOX.", 2: "In Kunden.", 3: "In Kunden."}


def test_a_renamed_folder_that_is_chosen_under_both_names_doubles_nothing(site: Site, made: Profile) -> None:
    site.mailbox.rename_folder("Projekte", "Kunden")
    made.choose("INBOX", "Kunden", "Projekte")
    made.sync(well=False)
    assert told(made) == {1: "In INBOX.", 2: "In Kunden.", 3: "In Kunden."}
    made.sync()


def test_another_folder_of_the_old_name_is_another_folder(site: Site, made: Profile) -> None:
    """Renamed, and one made anew under the old name: what was there is gone from there, what is there now comes."""
    site.mailbox.rename_folder("Projekte", "Kunden")
    site.mailbox.create_folder("Projekte")
    site.mailbox.deliver(letter(6), "Projekte")
    made.sync()
    assert told(made) == {1: "In INBOX.", 2: "In Projekte until then." + GONE, 3: "In Projekte until then." + GONE,
                          6: "In Projekte."}  # fmt: skip


def test_what_lay_in_a_folder_that_was_removed_stays_here_and_says_so_at_once(site: Site, made: Profile) -> None:
    site.mailbox.delete_folder("Projekte")
    receipt = made.sync(well=False)
    assert receipt.error is not None
    assert receipt.error.code is ReasonCode.FOLDER_MISSING
    assert told(made) == {1: "In INBOX.", 2: "In Projekte until then." + GONE, 3: "In Projekte until then." + GONE}
    words = 'The folder "Projekte" is not on the server any more. 2 emails from there stay here, with everything.'
    assert said(made).count(words) == 1
    made.sync(well=False)
    assert said(made).count(words) == 1
    site.mailbox.create_folder("Projekte")
    site.mailbox.deliver(letter(3), "Projekte")
    made.clock.time += timedelta(hours=7)
    made.sync()
    assert told(made)[3] == "In Projekte."


def test_a_folder_that_is_not_chosen_any_more_is_told_so_and_left_when_it_goes(site: Site, made: Profile) -> None:
    made.choose("INBOX")
    made.sync()
    assert told(made)[2] == "In Projekte (a folder that is not synced)."
    site.mailbox.delete_folder("Projekte")
    made.choose("INBOX", "Archive")
    made.sync()
    assert told(made)[2] == "In Projekte until then." + GONE
    assert told(made)[4] == "In Archive."


# --- servers on which names and numbers prove little ------------------------------------------------------------------


class Renaming:
    """A server on which every folder has the same UIDVALIDITY and numbers from the same range."""

    def __init__(self) -> None:
        self.folders = {"INBOX": MAILS, "Old": {uid: b"Subject: old\r\n\r\n" + raw for uid, raw in MAILS.items()}}
        self.listed: list[str] | None = None

    def play(self, talk: Talk) -> None:
        dialogue = Dialogue(AUTHENTICATE=b"TAG OK [CAPABILITY IMAP4rev1 ESEARCH] welcome\r\n")

        def examine(talk: Talk, tag: bytes) -> None:
            name = bytes(talk.received).rsplit(b"EXAMINE ", 1)[1].split(b"\r\n")[0].strip(b'"').decode()
            if name not in self.folders:
                talk.say(tag + b" NO no such folder\r\n")
                return
            there = Dialogue(self.folders[name])
            for step in ("EXAMINE", "UID SEARCH", "DESCRIBE", "BODY", "HEADER", "FLAGS"):
                dialogue.answers[step] = there.answers[step]
            answer: Any = there.answers["EXAMINE"]
            dialogue.answers["EXAMINE"] = examine
            talk.say(answer.replace(b"TAG", tag))

        names = list(self.folders) if self.listed is None else self.listed
        lines = b"".join(b'* LIST () "/" "%s"\r\n' % name.encode() for name in names)
        dialogue.set("LIST", lines + b"TAG OK done\r\n").set("EXAMINE", examine).play(talk)


@pytest.fixture
def renaming() -> Renaming:
    return Renaming()


@pytest.fixture
def odd(renaming: Renaming, tmp_path: Path) -> Iterator[Profile]:
    with (
        ScriptedServer(renaming.play) as server,
        profile(tmp_path / "profile", lambda: visit(server), "INBOX", "Old") as made,
    ):
        assert fetched(made) == 6
        yield made


def test_the_same_numbers_alone_make_no_folder_the_same(renaming: Renaming, odd: Profile) -> None:
    del renaming.folders["Old"]
    renaming.folders["Other"] = {uid: b"Subject: other\r\n\r\n" + raw for uid, raw in MAILS.items()}
    odd.sync(well=False)
    assert not any("is called" in words for words in said(odd))
    renaming.folders["New"] = {uid: b"Subject: old\r\n\r\n" + raw for uid, raw in MAILS.items()}
    odd.sync(well=False)
    assert any('"Old" is not on the server' in words for words in said(odd))


def test_the_same_messages_under_the_same_numbers_do(renaming: Renaming, odd: Profile) -> None:
    renaming.folders["Other"] = {uid: b"Subject: other\r\n\r\n" + raw for uid, raw in MAILS.items()}
    renaming.folders["New"] = renaming.folders.pop("Old")
    assert fetched(odd) == 0
    assert any('"Old" is called "New" now' in words for words in said(odd))


def test_a_list_without_any_folder_shows_nothing(renaming: Renaming, odd: Profile) -> None:
    del renaming.folders["Old"]
    renaming.listed = []
    odd.sync(well=False)
    assert not any("is not on the server" in words for words in said(odd))


def test_a_folder_that_is_listed_and_does_not_open_keeps_its_mail_where_it_is(renaming: Renaming, odd: Profile) -> None:
    del renaming.folders["Old"]
    renaming.listed = ["INBOX", "Old"]
    odd.sync(well=False)
    assert not any("is not on the server" in words for words in said(odd))
