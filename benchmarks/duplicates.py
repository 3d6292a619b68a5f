"""``python -m benchmarks --duplicates``: who is here twice, looked for among a million customers (CU4).

Two in five customers are private people with free mail; the others work for companies, three in ten of them where
somebody is a customer already. One in twenty is somebody who was here before, written otherwise: another spelling of
the name, a tag or dots in the address, another address of the company, the same telephone. The same seed makes the same
customers.

The search runs in a process of its own, so that its memory is that of nothing else.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from benchmarks.figures import Figure, figure
from benchmarks.matching import KEY, Town, customer_row, put_customers
from desktop.store.opening import open_store

_TWICE, _PHONED, _PRIVATE, _BRANCHES = 0.05, 0.4, 0.4, 0.3
_MEMORY = Path("/proc/self/status")
_ENDS = "er mann ski ova sen son ez ini eau off berg stein wood field ton ley man dez otti ard in as is os ak ek uk"
_BEGINS = (
    "al bar cor dal fen gar hol jan kel lin mor nor ost pan rad sal tor ven wal zim bre cra dre fri gro kla pri sta"
)
_FIRST = (
    "maria anna john michael james david wei jose ana juan peter thomas laura julia daniel martin paul elena olga ivan "
    "sofia lucas emma louis lena jonas klara nikolai marta giulia marco luca sven ingrid lars astrid piotr tomasz ayse"
)
_KINDS = "tec soft works media trade med bau holz stahl print food wine tours legal tax care data net"
_SUFFIXES = ("com", "com", "de", "co.uk", "fr", "it", "nl", "pl", "com.br", "co.jp")
_FREE = ("gmail.com",) * 6 + ("googlemail.com", "yahoo.com", "outlook.com", "web.de", "gmx.de")
_FORMS = ("", " Ltd", " GmbH", " Inc.", " S.A.", " & Co. KG")
_ACCENTS = str.maketrans({"a": "á", "e": "é", "o": "ö", "u": "ü"})


class Crowd:
    """Makes customers, some of them twice."""

    def __init__(self, seed: int) -> None:
        self._chance, self._town = Random(seed), Town(seed)
        self._first, self._kinds = _FIRST.split(), _KINDS.split()
        begins, ends = _BEGINS.split(), _ENDS.split()
        self._families = [f"{one}{two}{end}" for one in begins for two in ("", *begins) for end in ends]
        self._known: list[tuple[str, str, tuple[str, ...], str]] = []
        self._offices: list[tuple[str, str]] = []

    def customers(self, how_many: int) -> Iterator[tuple[str, str, tuple[str, ...], str]]:
        """Yield name, company, addresses and telephone of each."""
        for number in range(how_many):
            one = self._twin() if number > 100 and self._chance.random() < _TWICE else self._new(number)
            if number % 10 == 0:
                self._known.append(one)
            yield one

    def _new(self, number: int) -> tuple[str, str, tuple[str, ...], str]:
        chance = self._chance
        first = chance.choice(self._first)
        family = self._families[int(len(self._families) * chance.random() ** 1.5)]
        name, phone = f"{first} {family}".title(), ""
        if chance.random() < _PHONED:
            phone = f"+49 {chance.randrange(100, 999)} {chance.randrange(10**6, 10**7)}"
        if chance.random() < _PRIVATE:
            free = f"{first}{chance.choice(('.', '', '_'))}{family}{chance.choice(('', chance.randrange(100)))}"
            return name, "", (f"{free}@{chance.choice(_FREE)}",), phone
        is_branch = chance.random() < _BRANCHES and self._offices
        office, domain = chance.choice(self._offices) if is_branch else self._office(number)
        addresses = [f"{first[0]}.{family}@{domain}", *([f"info@{domain}"] if number % 3 == 0 else [])]
        if not is_branch and chance.random() < 0.5:
            name = office
        return name, office, tuple(addresses), phone

    def _office(self, number: int) -> tuple[str, str]:
        """Return a company's name and its domain, which is nobody else's."""
        chance = self._chance
        core = f"{chance.choice(self._families)}{chance.choice(self._kinds)}"
        made = f"{core}{chance.choice(_FORMS)}".title(), f"{core}{number}.{chance.choice(_SUFFIXES)}"
        if number % 10 == 0:
            self._offices.append(made)
        return made

    def _twin(self) -> tuple[str, str, tuple[str, ...], str]:
        chance = self._chance
        name, company, addresses, phone = chance.choice(self._known)
        local, _, domain = addresses[0].partition("@")
        names = (name, name.upper(), name.translate(_ACCENTS), f"{name}.", " ".join(reversed(name.split())))
        others = (
            addresses[0],
            f"{local}+shop@{domain}",
            f"{local.replace('.', '')}@{domain}",
            f"office{len(local)}@{domain}",
            self._town.stranger(),
        )
        return chance.choice(names), company, (chance.choice(others),), phone


def fill(folder: Path, how_many: int, seed: int) -> None:
    """Make a profile with so many customers."""
    made = list(Crowd(seed).customers(how_many))
    rows = [
        customer_row(number, name, company=company, phones=json.dumps([phone] if phone else []))
        for number, (name, company, _, phone) in enumerate(made, 1)
    ]
    put_customers(folder, rows, [(number, each) for number, (_, _, each, _) in enumerate(made, 1)])


def measure(how_many: int, seed: int, directory: Path | None, say: Callable[[str], None]) -> list[Figure]:
    """Fill, look, and return the figures; there is no goal but that nobody waits for it."""
    with tempfile.TemporaryDirectory(prefix="duplicates-", dir=directory) as folder:
        fill(Path(folder), how_many, seed)
        command = [sys.executable, "-m", "benchmarks.duplicates", folder]
        told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    say(f"{how_many:,} customers: {told['pairs']:,} pairs")
    none = float("inf")
    return [
        figure("CU4 search for duplicates, processor time", [told["seconds"]], none, "s"),
        figure("... its most memory, beside that of the program", [told["megabytes"]], none, "MB"),
    ]


def look(folder: Path) -> dict[str, float]:
    """Look for duplicates once; returns seconds of the processor, megabytes at most, and how many pairs there are."""
    store = open_store(folder, KEY, writing=False)
    try:
        with store.read() as read:
            read.customers.count()
            before, begun = _most_memory(), time.process_time()
            found = read.duplicates.every()
            seconds = time.process_time() - begun
    finally:
        store.close()
    return {"seconds": seconds, "megabytes": _most_memory() - before, "pairs": len(found.pairs) + found.more}


def _most_memory() -> float:
    """Return the most memory this process has held, in megabytes."""
    line = next(one for one in _MEMORY.read_text().splitlines() if one.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    print(json.dumps(look(Path(sys.argv[1]))))
