"""What it costs to find that nothing is new: the same commands and about the same bytes, however large the folder."""

from pathlib import Path

import pytest

from desktop.demo.server import ImapServer
from desktop.domain.mailbox import Security, ServerSettings
from desktop.domain.source import Source
from desktop.providers.connect import open_source
from desktop.sync.connection import Connection
from desktop.sync.context import StopSignal
from desktop.sync.mailbox_pass import sync_mailbox
from tests.contract.helpers import SHORT, Password
from tests.contract.syncing import NOW, OWN, letter, profile
from tests.helpers.proxy import Direction, FaultProxy

SMALL, LARGE = 1_000, 20_000


def cost_of_nothing_new(folder: Path, messages: int) -> tuple[list[bytes], int, list[bytes]]:
    """Commands and bytes of a pass with nothing new, and the commands of one on a connection that was kept.

    All but three of the messages lie before the day the mailbox is synced from: they are counted, not fetched.
    """
    with ImapServer() as server, FaultProxy(server.port) as proxy:
        account = server.add_account(OWN, "secret-4711")
        old = NOW.replace(year=2020)
        for number in range(messages):
            account.deliver(letter(number), "INBOX", NOW if number >= messages - 3 else old)

        def enter() -> Source:
            settings = ServerSettings(proxy.host, proxy.port, Security.NONE, OWN)
            return open_source(settings, Password("secret-4711"), timeouts=SHORT)

        with profile(folder, enter, "INBOX") as made:
            made.sync()
            server.commands.clear()
            made.sync()
            told = proxy.passed[Direction.SERVER]
            fresh = [line for _, line in server.commands]
            kept = Connection(made.mailbox, made.context, StopSignal())
            sync_mailbox(made.mailbox, made.context, StopSignal(), kept=kept)
            server.commands.clear()
            sync_mailbox(made.mailbox, made.context, StopSignal(), kept=kept)
            again = [line for _, line in server.commands]
            kept.close()
        return fresh, told, again


@pytest.mark.timeout(120)
def test_nothing_new_costs_the_same_in_a_large_folder(tmp_path: Path) -> None:
    few, bytes_few, kept_few = cost_of_nothing_new(tmp_path / "small", SMALL)
    many, bytes_many, kept_many = cost_of_nothing_new(tmp_path / "large", LARGE)
    assert len(few) == len(many) <= 8
    assert abs(bytes_many - bytes_few) < 50
    assert [line.split()[1] for line in kept_few] == [line.split()[1] for line in kept_many] == [b"EXAMINE", b"UID"]
