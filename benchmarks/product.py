"""Postroom as its user runs it: the console script on a profile with imported customers, encrypted, all checks on."""

import csv
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from benchmarks import corpus
from benchmarks.machine import Meter, Run
from benchmarks.memory import Peak, peak_of
from benchmarks.server import Account
from desktop.store.engines import connect
from desktop.store.opening import database_path


class Postroom:
    """The program with one profile in *folder*, made anew from a template for each first sync."""

    name = "postroom sync"

    def __init__(self, folder: Path, account: Account, meter: Meter, *, customers: int, seed: int) -> None:
        self._folder = folder
        self._meter = meter
        self._template = folder / "template"
        self.profile = folder / "profile"
        self.key_file = folder / "key"
        folder.mkdir(mode=0o700, parents=True)
        self._make_template(account, customers, seed)

    def _make_template(self, account: Account, customers: int, seed: int) -> None:
        table = self._folder / "customers.csv"
        with table.open("w", newline="") as file:
            lines = csv.writer(file)
            lines.writerow(("name", "email", "company"))
            lines.writerows(corpus.customers(customers, seed))
        self.command("key", "new", str(self.key_file))
        server = ("--imap", f"{account.host}:{account.port}", "--security", "none", "--user", account.user)
        self.command(
            *("mailboxes", "add", "--address", account.user, *server, "--since-days", "20000"),
            *("--attachments", "all"),
            *("--no-test", "--password-stdin"),
            profile=self._template,
            stdin=account.password,
        )
        self.command("customers", "import", str(table), profile=self._template)

    def prepare(self) -> None:
        """Start over: a profile with the customers and no mail."""
        shutil.rmtree(self.profile, ignore_errors=True)
        shutil.copytree(self._template, self.profile)

    def run(self) -> Run:
        """Sync once."""
        return self.command("sync", "--json")

    def watched(self) -> Peak:
        """Sync once with an eye on memory; the watching costs time, so this run's is of no use."""
        return peak_of(self._words("sync", "--json"), environment=self._environment)

    def command(self, *args: str, profile: Path | None = None, stdin: str = "") -> Run:
        """Run the console script."""
        words = self._words(*args, profile=profile)
        return self._meter.command(words, environment=self._environment, stdin=stdin + "\n")

    def _words(self, *args: str, profile: Path | None = None) -> list[str]:
        script = Path(sys.executable).with_name("postroom")
        return [
            *([str(script)] if script.exists() else [sys.executable, "-m", "desktop"]),
            *args,
            *(() if args[0] == "key" else ("--profile", str(profile or self.profile))),
            *(() if args[0] == "key" else ("--key-file", str(self.key_file))),
        ]

    @property
    def _environment(self) -> dict[str, str]:
        """A clean environment: no keyring, no desktop."""
        return {"PATH": os.defpath, "HOME": str(self._folder), "LANG": "C.UTF-8"}

    def disk(self) -> tuple[int, int]:
        """Return the size of the database: as a sync left it with its side files, and after a checkpoint."""
        path = database_path(self.profile)
        left = sum(file.stat().st_size for file in path.parent.glob(f"{path.name}*"))
        connection = connect(path, self.key_file.read_text().strip())
        try:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()
        return left, path.stat().st_size

    def disk_before(self) -> int:
        """Return the size of the database with the customers alone."""
        return database_path(self._template).stat().st_size


def receipt(run: Run) -> dict[str, Any]:
    """Return the folder's figures that a sync printed, and how long the pass itself took."""
    document = json.loads(run.output)
    mailbox = document["mailboxes"][0]
    return {"seconds": mailbox["seconds"], **mailbox["folders"][0]}
