"""What a command line loads: each module answers to its words, and a sync to no more than it needs."""

import argparse
import subprocess
import sys

import pytest

from desktop.cli.main import COMMANDS, build_parser
from desktop.cli.window import run_window

LOADED = 'import sys; from desktop.cli.main import build_parser; build_parser(["sync"]); print(*sys.modules)'
OTHERS = {"keyring", "apscheduler", "alembic", "urllib3", "PySide6", "lxml", "desktop.cli.filters"}
EVERY = [word for words in COMMANDS.values() for word in words]


def words_of(parser: argparse.ArgumentParser) -> list[str]:
    return [word for action in parser._actions if isinstance(action.choices, dict) for word in action.choices]


def test_the_whole_command_line_has_every_command() -> None:
    assert words_of(build_parser()) == EVERY
    assert words_of(build_parser(["--profile", "sync", "emails"])) == EVERY


@pytest.mark.parametrize("words", [["--help"], ["--profile"], ["--seed", "many"], ["syncc"], ["--verbose", "sync"]])
def test_help_and_complaints_name_every_command(words: list[str]) -> None:
    assert words_of(build_parser(words)) == EVERY


@pytest.mark.parametrize("words", [[], ["--profile", "here", "-v"], ["--demo", "--seed", "7", "--freeze-time"]])
def test_the_window_waits_for_no_command(words: list[str]) -> None:
    assert words_of(build_parser(words)) == []
    assert build_parser(words).parse_args(words).handler is run_window


@pytest.mark.parametrize("word", EVERY)
def test_a_command_that_is_named_is_there(word: str) -> None:
    assert word in words_of(build_parser([word]))


def test_a_sync_loads_nothing_that_only_others_need() -> None:
    told = subprocess.run([sys.executable, "-c", LOADED], check=True, capture_output=True, text=True)
    assert OTHERS.isdisjoint(told.stdout.split())
