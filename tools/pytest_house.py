"""What every test of this house has to keep, as one pytest plugin.

- A warning in the log fails the test that caused it, from whichever thread it came, unless the test expected it:

      def test_a_dead_server_is_told_once(expected_logs):
          expected_logs("desktop.sync", "could not reach")     # must come; more of the same is fine
          expected_logs.allow("desktop.store")                 # may come

  Records are collected while the test runs and judged after its teardown: a failure raised inside a log handler
  would be lost in a pool thread.
- A test marked `server` is never skipped in CI (the environment's CI is set): there, a skip is a failure.
- At the end of the run no child process may be left, and nothing in the temporary folder; each is told with the test
  that brought it.
"""

import logging
import os
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field

import pytest

from tools.leftovers import Leftovers


@dataclass(frozen=True, slots=True)
class Expectation:
    """A log record that a test expects: its logger or any below it, and a part of its words."""

    logger: str
    words: str
    must_come: bool

    def fits(self, record: logging.LogRecord) -> bool:
        """Tell whether the record is the one expected."""
        is_of_logger = record.name == self.logger or record.name.startswith(f"{self.logger}.") or not self.logger
        return is_of_logger and self.words in record.getMessage()


@dataclass(slots=True)
class ExpectedLogs:
    """The log records that one test expects; see the module's words."""

    expectations: list[Expectation] = field(default_factory=list)

    def __call__(self, logger: str, words: str = "") -> None:
        """Expect at least one warning of this logger, or one below it, that holds these words."""
        self.expectations.append(Expectation(logger, words, must_come=True))

    def allow(self, logger: str, words: str = "") -> None:
        """Allow warnings of this logger, or one below it, that hold these words."""
        self.expectations.append(Expectation(logger, words, must_come=False))

    def complaints(self, records: list[logging.LogRecord]) -> list[str]:
        """What came and was not expected, and what was expected and did not come."""
        found = [
            f"not expected: {record.levelname} {record.name}: {record.getMessage()}  (thread {record.threadName},"
            f" {record.pathname}:{record.lineno})"
            for record in records
            if not any(one.fits(record) for one in self.expectations)
        ]
        found += [
            f"expected, but it did not come: {one.logger}: {one.words}"
            for one in self.expectations
            if one.must_come and not any(one.fits(record) for record in records)
        ]
        return found


class Collector:
    """Takes down every record of level WARNING or above, whatever handlers the program has set up."""

    def __init__(self) -> None:
        self._records: list[logging.LogRecord] = []
        self._handle = logging.Logger.handle

    def start(self) -> None:
        """Begin to listen, to all loggers at once."""
        collector, handle = self, self._handle

        def handle_and_collect(logger: logging.Logger, record: logging.LogRecord) -> None:
            if record.levelno >= logging.WARNING:
                collector._records.append(record)
            handle(logger, record)

        logging.Logger.handle = handle_and_collect  # type: ignore[assignment,method-assign]

    def stop(self) -> None:
        """Stop listening."""
        logging.Logger.handle = self._handle  # type: ignore[method-assign]

    def take(self) -> list[logging.LogRecord]:
        """The records since the last time, which are forgotten here."""
        records, self._records = self._records, []
        return records


COLLECTOR = pytest.StashKey[Collector]()
LEFTOVERS = pytest.StashKey[Leftovers]()
EXPECTED = pytest.StashKey[ExpectedLogs]()
IS_JUDGED = pytest.StashKey[bool]()


def pytest_configure(config: pytest.Config) -> None:
    """Begin to listen before the first test is collected."""
    config.stash[COLLECTOR] = Collector()
    config.stash[COLLECTOR].start()
    config.stash[LEFTOVERS] = Leftovers.begin()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave logging and the temporary folder as they were."""
    config.stash[COLLECTOR].stop()
    config.stash[LEFTOVERS].end()


@pytest.fixture
def expected_logs(request: pytest.FixtureRequest) -> ExpectedLogs:
    """Say which warnings this test expects in the log; any other fails it."""
    return _expected(request.node)


def _expected(item: pytest.Item) -> ExpectedLogs:
    return item.stash.setdefault(EXPECTED, ExpectedLogs())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn the skip of a server test into a failure in CI, and remember what did not pass."""
    report = yield
    if (
        report.skipped
        and not hasattr(report, "wasxfail")
        and os.environ.get("CI")
        and item.get_closest_marker("server")
    ):
        report.outcome = "failed"
        report.longrepr = f"Skipped, and in CI a test marked `server` may not be: {call.excinfo and call.excinfo.value}"
    item.stash[IS_JUDGED] = item.stash.get(IS_JUDGED, False) or not report.passed
    return report


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Judge the test once everything of it is taken down; one that failed or was skipped already has said enough."""
    yield
    records = item.config.stash[COLLECTOR].take()
    leftovers = item.config.stash[LEFTOVERS]
    leftovers.note(item.nodeid)
    about_logs = [] if item.stash.get(IS_JUDGED, False) else _expected(item).complaints(records)
    left = leftovers.left() if nextitem is None else []
    words = [
        *(["The log is not as this test said:", *about_logs] if about_logs else []),
        *(["The tests are over, but this is left:", *left] if left else []),
    ]
    if words:
        pytest.fail("\n".join(words), pytrace=False)
