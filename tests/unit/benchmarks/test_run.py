"""The benchmark still runs from end to end, with few mails, and says everything it is to say."""

import json
from pathlib import Path

import pytest

from benchmarks.__main__ import main
from tests.helpers.fixtures import require_dovecot


@pytest.mark.server
def test_a_quick_look_measures_everything(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    require_dovecot()
    output = tmp_path / "results.json"
    few = ["--messages", "50", "--customers", "100", "--rounds", "1", "--large-mail", "100000"]
    assert main([*few, "--output", str(output)]) == 0
    results = json.loads(output.read_text())
    names = {figure["name"].split()[0] for figure in results["figures"]}
    assert names == {"P1", "P2", "P7", "P9"}
    first = next(timing for timing in results["timings"] if timing["title"].startswith("P1"))
    assert "stored 50" in first["notes"][0]
    assert all(run["seconds"] > 0 for runs in first["runs"].values() for run in runs)
    assert "P7 disk / raw bytes" in capsys.readouterr().out
