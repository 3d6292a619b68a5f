"""The house's plugin, tried on small runs of pytest of its own."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools.bootstrap import ROOT

INI = "[pytest]\nfilterwarnings = error\nmarkers =\n  server\n"
LOGS = """
import logging
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

LOG = logging.getLogger("house.sync")

@pytest.fixture
def warns_at_its_end():
    yield
    LOG.warning("said in teardown")

def test_quiet(): LOG.info("nothing to see")
def test_warns(): LOG.warning("on the main thread %s", 1)
def test_warns_in_a_pool():
    with ThreadPoolExecutor(1) as pool:
        pool.submit(LOG.error, "in a pool thread").result()
def test_warns_without_handlers():
    logger = logging.getLogger("house.alone")
    logger.propagate = False
    logger.addHandler(logging.NullHandler())
    logger.warning("heard all the same")
def test_warns_in_teardown(warns_at_its_end): pass
def test_expected(expected_logs):
    expected_logs("house.sync", "could not")
    LOG.warning("could not reach the server")
def test_expected_of_a_parent(expected_logs):
    expected_logs("house")
    LOG.error("could not reach the server")
def test_expected_but_silent(expected_logs): expected_logs("house.sync", "could not")
def test_other_words(expected_logs):
    expected_logs("house.sync", "could not")
    LOG.warning("could not, at first")
    LOG.warning("something else")
def test_other_logger(expected_logs):
    expected_logs.allow("house.sy")
    LOG.warning("from house.sync")
def test_allowed(expected_logs): expected_logs.allow("house.sync")
def test_skipped_after_expecting(expected_logs):
    expected_logs("house.sync", "could not")
    pytest.skip("no reason")
def test_thread_dies():
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
@pytest.mark.server
def test_server(): pytest.skip("no Dovecot")
"""

LEAVES = """
import subprocess
import sys
import tempfile

import pytest

CHILDREN = []

@pytest.fixture(scope="session")
def folder_of_the_run():
    with tempfile.TemporaryDirectory() as folder:
        yield folder

def test_uses_a_fixture(folder_of_the_run): pass
def test_starts_a_child(tmp_path):
    CHILDREN.append(subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE))
def test_leaves_a_folder(): tempfile.mkdtemp(prefix="profile-")
def test_last(): pass
"""


def outcomes(folder: Path, source: str, *words: str, ci: str = "") -> tuple[dict[str, str], str]:
    """Run pytest on the source; what became of each test (the worst of its phases), and all that was printed."""
    (folder / "test_inner.py").write_text(source, encoding="utf-8")
    (folder / "pytest.ini").write_text(INI, encoding="utf-8")
    plugins = ["-p", "tools.pytest_house", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", *plugins, "-rA", *words]
    alone = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # the others, Qt's above all, take longer to load than these tests
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "CI": ci, **alone}
    done = subprocess.run(command, check=False, cwd=folder, env=environment, capture_output=True, text=True, timeout=60)
    rows = re.findall(r"^(PASSED|FAILED|ERROR) test_inner\.py::(\w+)", done.stdout, re.MULTILINE)
    worst: dict[str, str] = {}
    for outcome, name in rows:
        worst[name] = outcome if worst.get(name, "PASSED") == "PASSED" else worst[name]
    return worst, done.stdout


def test_a_warning_in_the_log_fails_the_test_that_did_not_expect_it(tmp_path: Path) -> None:
    found, text = outcomes(tmp_path, LOGS)
    passed = {name for name, outcome in found.items() if outcome == "PASSED"}
    assert passed == {"test_quiet", "test_expected", "test_expected_of_a_parent", "test_allowed"}
    assert found["test_warns_in_a_pool"] == "ERROR"
    assert "not expected: ERROR house.sync: in a pool thread  (thread ThreadPoolExecutor-0_0" in text
    assert "not expected: WARNING house.sync: said in teardown" in text
    assert "not expected: WARNING house.alone: heard all the same" in text
    assert "not expected: WARNING house.sync: something else" in text
    assert "not expected: WARNING house.sync: could not, at first" not in text
    assert "expected, but it did not come: house.sync: could not" in text


def test_a_thread_that_dies_fails_its_test(tmp_path: Path) -> None:
    found, text = outcomes(tmp_path, LOGS, "-k", "thread_dies")
    assert found == {"test_thread_dies": "FAILED"}
    assert "ZeroDivisionError" in text


@pytest.mark.parametrize(("ci", "outcome"), [("true", "FAILED"), ("", None)])
def test_a_server_test_is_skipped_only_outside_ci(tmp_path: Path, ci: str, outcome: str | None) -> None:
    found, text = outcomes(tmp_path, LOGS, "-k", "test_server", ci=ci)
    assert found.get("test_server") == outcome
    assert ("in CI a test marked `server` may not be" in text) is bool(ci)


def test_what_is_left_at_the_end_is_told_with_the_test_that_brought_it(tmp_path: Path) -> None:
    found, text = outcomes(tmp_path, LEAVES)
    assert found["test_last"] == "ERROR"
    assert re.search(r"the process \d+ \(.*\), first seen at the end of test_inner.py::test_starts_a_child", text)
    assert re.search(r"profile-\w+, first seen at the end of test_inner.py::test_leaves_a_folder", text)
    assert "test_uses_a_fixture" not in text.partition("this is left")[2].partition("short test summary")[0]
