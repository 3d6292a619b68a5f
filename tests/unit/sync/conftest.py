"""A desk for each test: a mail server in memory, a real profile, and letters to deliver."""

from collections.abc import Iterator

import pytest

from tests.unit.sync.support import Desk


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.close()
