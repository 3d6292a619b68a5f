"""Fixtures of the whole-program tests; each conftest that wants them imports them from here."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.forker import Forker
from tests.e2e.postroom import Postroom, new_postroom
from tests.helpers.dovecot import Dovecot


@pytest.fixture(scope="session", autouse=True)
def forker() -> Iterator[Forker]:
    """The process that has loaded the program; `Postroom.quick` and `begin` fork from it."""
    with Forker() as running:
        Postroom.forker = running
        yield running
    Postroom.forker = None


@pytest.fixture
def postroom(tmp_path: Path, dovecot: Dovecot) -> Postroom:
    """The program with a profile that does not exist yet; it trusts the Dovecot of this run."""
    return new_postroom(tmp_path, dovecot.ca_file)
