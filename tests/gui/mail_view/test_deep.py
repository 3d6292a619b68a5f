"""No mail makes the program look up a name: shown in a network of its own, whose name server writes everything down."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.gui.mail_view.canary import DOMAIN

ROOT = Path(__file__).parents[3]
ALONE = ["--user", "--map-root-user", "--mount", "--net"]


@pytest.mark.deep
def test_no_name_is_looked_up(tmp_path: Path) -> None:
    unshare = shutil.which("unshare")
    if unshare is None or subprocess.run([unshare, *ALONE, "true"], check=False, capture_output=True).returncode:
        pytest.skip("this system lets no program have a network of its own")
    run = subprocess.run(
        [unshare, *ALONE, sys.executable, "-m", "tests.gui.mail_view.dns_watch", str(tmp_path)],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    by_mails, _, by_pages = run.stdout.partition("---\n")
    assert by_mails.split() == []
    assert f"dns-link.{DOMAIN}" in by_pages.split()  # it would have been heard
    assert f"img.{DOMAIN}" in by_pages.split()
