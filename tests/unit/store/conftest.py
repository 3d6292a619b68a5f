"""A fresh store for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.store.store import Store
from tests.helpers.mails import new_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = new_store(tmp_path)
    yield opened
    opened.close()
