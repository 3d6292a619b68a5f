"""The demo's office, made and read once for all tests of it: nothing in it changes."""

import pytest

from desktop.demo.office import DemoOffice
from tests.unit.demo.office import FRIDAY, SEED, Read, read


@pytest.fixture(scope="package")
def office() -> DemoOffice:
    """The office that pictures are made of."""
    return DemoOffice(SEED, FRIDAY)


@pytest.fixture(scope="package")
def found(office: DemoOffice) -> Read:
    """Its mail as the parser reads it."""
    return read(office, office.mails)
