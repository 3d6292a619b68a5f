"""Whatever a server can and cannot: the same happens to the same mail, and the same is known of it in the end.

A Dovecot that offers all it has, and others in whose configuration one ability after the other is switched off.
"""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from desktop.domain.mailbox import Security, ServerSettings
from desktop.domain.source import Push
from desktop.providers.channel import Timeouts
from desktop.providers.connect import open_source
from desktop.providers.imap.source import ImapSource
from tests.contract.helpers import Password
from tests.contract.syncing import NOW, Fate, Profile, letter, profile
from tests.helpers.dovecot import Dovecot, User
from tests.helpers.fixtures import require_dovecot
from tests.helpers.tls import TlsAuthority

pytestmark = pytest.mark.server

BASE = "IMAP4rev1 SASL-IR LITERAL+ ENABLE SPECIAL-USE UNSELECT MOVE"
ABILITIES = {
    "all": "",
    "no QRESYNC": f"{BASE} CONDSTORE IDLE NOTIFY ESEARCH",
    "no CONDSTORE": f"{BASE} IDLE NOTIFY ESEARCH",
    "no ENABLE": "IMAP4rev1 CONDSTORE QRESYNC IDLE",
    "no IDLE": f"{BASE} CONDSTORE QRESYNC NOTIFY ESEARCH",
    "no NOTIFY": f"{BASE} CONDSTORE QRESYNC IDLE ESEARCH",
    "nothing": "IMAP4rev1",
}
PUSHES = {"no IDLE": Push.NOTHING, "nothing": Push.NOTHING, "no NOTIFY": Push.ONE_FOLDER, "no ENABLE": Push.ONE_FOLDER}
GONE = " No longer on the server since then, as far as the folders that are synced show."
END = [
    Fate("Order 1", "In INBOX.", ("\\Seen",)),
    Fate("Order 2", "In INBOX until then, then in Archive.", ("\\Answered \\Seen",)),
    Fate("Order 3", "In INBOX until then." + GONE, ()),
    Fate("Order 4", "In INBOX and Archive.", ("", "")),
    Fate("Order 5", "In INBOX.", ("$Later",)),
    Fate("Order 6", "In Größe.", ("",)),  # it was chosen anew under the name it was given, and is the same one
    Fate("Order 7", "In INBOX.", ("",)),
]


@pytest.fixture(params=list(ABILITIES))
def server(request: pytest.FixtureRequest, tls_authority: TlsAuthority) -> Iterator[tuple[str, Dovecot]]:
    require_dovecot()
    offered = ABILITIES[request.param]
    start = partial(Dovecot.start, authority=tls_authority)
    with start(imap_capability=offered) if offered else start() as dovecot:
        yield request.param, dovecot


def enter(dovecot: Dovecot, user: User) -> ImapSource:
    settings = ServerSettings("localhost", dovecot.port, Security.NONE, user.name)
    return open_source(settings, Password(user.password), timeouts=Timeouts(connect_s=10, silence_s=10))


def test_the_end_is_the_same(server: tuple[str, Dovecot], tmp_path: Path) -> None:
    name, dovecot = server
    user = dovecot.new_user()
    for folder in ("Archive", "Projekte"):
        dovecot.create_folder(user, folder)
    dovecot.deliver_many(user, [(letter(number), NOW) for number in range(1, 6)])
    dovecot.deliver(user, letter(6), "Projekte", NOW)
    with enter(dovecot, user) as source:
        source.open_folder("INBOX")
        assert source.push is PUSHES.get(name, Push.SEVERAL_FOLDERS)
    with profile(tmp_path / "profile", lambda: enter(dovecot, user), "INBOX", "Archive", "Projekte") as made:
        assert sum(folder.stored for folder in made.sync().folders) == 6
        change(dovecot, user)
        made.sync()
        dovecot.rename_folder(user, "Projekte", "Größe")
        made.choose("INBOX", "Archive", "Größe")
        made.sync()
        renumber(dovecot, user, made)
        made.clock.time += timedelta(hours=25)
        made.sync()
        assert made.fates() == END


def change(dovecot: Dovecot, user: User) -> None:
    """What other programs do between two syncs: flags, a move, a removal, a copy, and new mail."""
    dovecot.set_flags(user, "INBOX", 1, "\\Seen")
    dovecot.set_flags(user, "INBOX", 2, "\\Answered", "\\Seen")
    dovecot.set_flags(user, "INBOX", 5, "$Later")
    dovecot.move(user, "INBOX", 2, "Archive")
    dovecot.expunge(user, "INBOX", 3)
    dovecot.copy(user, "INBOX", 4, "Archive")
    dovecot.deliver(user, letter(7), "INBOX", NOW)


def renumber(dovecot: Dovecot, user: User, made: Profile) -> None:
    """The folder gets another UIDVALIDITY; nothing is doubled by that."""
    dovecot.reset_uidvalidity(user, "INBOX")
    receipt = made.sync()
    assert sum(folder.stored for folder in receipt.folders) == 0
