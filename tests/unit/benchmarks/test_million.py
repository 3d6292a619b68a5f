"""The generator of many emails makes a sound profile, the same one from the same seed, and all questions of it work."""

from datetime import UTC, datetime
from pathlib import Path

from benchmarks.million import fill
from benchmarks.queries import measure, questions
from desktop.domain.email_list import EmailFilter
from desktop.domain.rows import EmailRow
from desktop.store.opening import open_store
from tests.helpers.mails import KEY

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def made(folder: Path, seed: int) -> list[EmailRow]:
    folder.mkdir()
    fill(folder, KEY, emails=300, customers=40, seed=seed, now=NOW)
    store = open_store(folder, KEY, writing=False)
    with store.read() as read:
        rows = list(read.email_list.rows(read.email_list.ids(EmailFilter())))
        broken = [check.name for check in read.soundness.checks() if not check.passed]
    for name, question in questions(NOW):
        assert measure(store, question, 1)[0] > 0, name
    store.close()
    assert broken == []
    return rows


def test_the_same_seed_makes_the_same_mail(tmp_path: Path) -> None:
    first, again, other = (made(tmp_path / name, seed) for name, seed in (("a", 1), ("b", 1), ("c", 2)))
    assert len(first) == 300
    assert first == again
    assert first != other
