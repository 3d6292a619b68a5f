"""The customers that the search for duplicates is measured with: some of them are here twice, and are found."""

from pathlib import Path

from benchmarks.duplicates import fill, look


def test_a_small_crowd_is_made_and_searched(tmp_path: Path) -> None:
    fill(tmp_path, 400, seed=1)
    found = look(tmp_path)
    assert found["pairs"] > 5
    assert found["seconds"] > 0
