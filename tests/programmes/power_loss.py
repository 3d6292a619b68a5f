"""One power loss. In a namespace of its own (`unshare -m`): a lazy disk, a sync that writes to it, and no power any
more. Two programs: `disk`, which is the machine, and `write`, which is Postroom on it.

    unshare -m python -m tests.programmes.power_loss disk '{"profile": ..., "mounted": ..., "kept": ..., ...}'
"""

import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, cast

from desktop.parsing.pool import ParserPool
from desktop.store import engines
from desktop.store.opening import DATABASE_NAME, open_store
from desktop.sync.context import StopSignal, SyncContext
from desktop.sync.engine import sync_all
from tests.model.letters import Kind, write_letter
from tests.model.server import ModelServer
from tests.model.world import ACCOUNTS, KEY, LIMITS, NOW, ModelClock, ModelParser
from tests.programmes.lazy_disk import LazyDisk, lost_at, mount
from tests.programmes.lazy_files import LazyFiles

LETTERS = 120


def server_with_mail() -> ModelServer:
    """The same letters each time."""
    server = ModelServer(ACCOUNTS, condstore=True, says_next=True)
    folders = list(server.folders())
    for number in range(1, LETTERS + 1):
        letter = write_letter(number, f"s{number % 7}@customer.test", f"m{number}", NOW, Kind.PLAIN)
        folders[number % len(folders)].add(letter)
    return server


def be_the_machine(order: dict[str, Any]) -> None:
    """Mount, let a sync write, cut the power; tell what it had acknowledged and how often it had synced."""
    mounted = Path(order["mounted"])
    descriptor = mount(mounted)
    files = LazyFiles(Path(order["profile"]))
    words = [sys.executable, "-m", "tests.programmes.power_loss", "write"]
    given = json.dumps({"profile": str(mounted), "synchronous": order["synchronous"]})
    power = lost_at(Path(order["after"]), random.Random(order["seed"]), order["kept"], order["sync"], order["write"])
    disk = LazyDisk(files, descriptor, power)
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complained:
        writer = subprocess.Popen([*words, given], stdout=said, stderr=complained)
        disk.serve(lambda: writer.poll() is not None or not disk.has_power)
        was_cut = not disk.has_power
        if was_cut:
            writer.kill()
            disk.serve(lambda: writer.poll() is not None)
        else:
            files.lose_power(Path(order["after"]), random.Random(order["seed"]), order["kept"])
        for file in (said, complained):
            file.seek(0)
        counts, stderr = said.read().split(), complained.read().decode()[-2000:]
    acknowledged = int(counts[-1]) if counts else 0
    told = {
        "acknowledged": acknowledged,
        "syncs": disk.syncs,
        "writes": disk.writes,
        "was_cut": was_cut,
        "stderr": stderr,
    }
    json.dump(told, sys.stdout)


def be_postroom(order: dict[str, Any]) -> None:
    """Sync; after each commit say how many emails are stored."""
    profile = Path(order["profile"])
    if order["synchronous"] != "FULL":
        weaken(order["synchronous"])
    store = open_store(profile, KEY, writing=True)
    server = server_with_mail()
    counting = engines.connect(profile / DATABASE_NAME, KEY, read_only=True)

    def committed(_: object) -> None:
        ((count,),) = counting.execute("SELECT count(*) FROM email").fetchall()
        sys.stdout.write(f"{count}\n")
        sys.stdout.flush()

    context = SyncContext(
        store=store,
        parser=cast("ParserPool", ModelParser()),
        clock=ModelClock(),
        open_source=server.connect,
        chance=lambda: 0.5,
        limits=LIMITS,
        committed=committed,
    )
    with store.read() as read:
        mailboxes = list(read.mailboxes.every())
    sync_all(mailboxes, context, StopSignal(), at_once=1)
    counting.close()
    store.close()


def weaken(synchronous: str) -> None:
    """The control: the same program, but what is committed need not be on the disk."""
    prepare = engines._prepare

    def prepared(connection: Any, key_hex: str, *, read_only: bool) -> None:
        prepare(connection, key_hex, read_only=read_only)
        connection.execute(f"PRAGMA synchronous = {synchronous}")

    engines._prepare = prepared


if __name__ == "__main__":
    {"disk": be_the_machine, "write": be_postroom}[sys.argv[1]](json.loads(sys.argv[2]))
