"""From the start to the window: what is shown on the way, the key that is asked for, and the end."""

import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QProcess
from pytestqt.qtbot import QtBot

from desktop.app.launch import Launch
from desktop.app.opening import OpenProfile, open_profile
from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.errors import AppError, KeyUnavailable, StoreError
from desktop.domain.reasons import ReasonCode
from desktop.security.keyfile import new_key_file
from desktop.security.secrets import Secret
from desktop.store.opening import database_path
from desktop.workspace import opening
from desktop.workspace.opening import Given
from tests.gui.app.support import (
    LIMIT_MS,
    OpenedBy,
    StandIn,
    button,
    field,
    launched,
    new_given,
    opened,
    press_enter,
    type_into,
    words,
)
from tools.pytest_house import ExpectedLogs

NO_KEYRING = KeyUnavailable(ReasonCode.KEYRING_MISSING, "There is no keyring here.", action="Use a key file.")


def without_keyring(wanted: Given) -> OpenProfile:
    """Open as on a machine that has no keyring."""
    if wanted.key_file is None and wanted.passphrase is None:
        raise NO_KEYRING
    return open_profile(wanted)


def asked_for_key(qtbot: QtBot, launch: Launch) -> None:
    qtbot.waitUntil(lambda: launch.start_window.isVisible() and launch.start_window.form is not None, timeout=LIMIT_MS)


def in_trouble(qtbot: QtBot, launch: Launch) -> str:
    shown = launch.start_window
    qtbot.waitUntil(lambda: shown.isVisible() and "cannot be opened" in words(shown), timeout=LIMIT_MS)
    return words(shown)


def make_profile(given: Given) -> None:
    with opening.opened(given, writing=True, tell=lambda _words: None):
        pass


def test_a_new_profile_opens_and_everything_ends_with_the_window(qtbot: QtBot, tmp_path: Path) -> None:
    given = new_given(tmp_path)
    with launched(given) as launch:
        parts = opened(qtbot, launch)
        assert (parts.is_demo, parts.workspace.profile) == (False, given.profile)
        began = time.monotonic()
    assert time.monotonic() - began < 3
    make_profile(given)  # the lock is free again


def test_the_window_comes_without_a_flash_of_another(qtbot: QtBot, tmp_path: Path) -> None:
    seen: list[bool] = []
    with launched(new_given(tmp_path)) as launch:
        launch.began.connect(lambda: seen.append(launch.start_window.isVisible()))
        opened(qtbot, launch)
    assert seen == [False]


def test_a_slow_opening_is_shown_and_can_be_given_up(qtbot: QtBot, tmp_path: Path) -> None:
    release = threading.Event()

    def slowly(wanted: Given) -> OpenProfile:
        release.wait(10)
        return open_profile(wanted)

    given = new_given(tmp_path)
    with launched(given, slowly) as launch:
        qtbot.waitUntil(launch.start_window.isVisible, timeout=LIMIT_MS)
        assert "Opening…" in words(launch.start_window)
        with qtbot.waitSignal(launch.ended):
            launch.start_window.close()
        release.set()
    assert launch.window is None
    make_profile(given)  # what was opened all the same is closed again


def test_an_opening_that_hangs_does_not_hold_up_the_end(qtbot: QtBot, tmp_path: Path) -> None:
    release = threading.Event()

    def never(_wanted: Given) -> OpenProfile:
        release.wait(10)
        raise NO_KEYRING

    launch = Launch(new_given(tmp_path), StandIn, OpenedBy(never))
    launch.begin()
    began = time.monotonic()
    assert not launch.close()
    assert time.monotonic() - began < 3
    release.set()


@pytest.mark.parametrize("code", [ReasonCode.STORE_DAMAGED, ReasonCode.SCHEMA_NEWER, ReasonCode.PROFILE_BUSY])
def test_what_is_in_the_way_is_told_in_three_parts_and_tried_again(
    qtbot: QtBot, tmp_path: Path, code: ReasonCode
) -> None:
    troubles = [StoreError(code, "Something is in the way.", meaning="Nothing was changed.", action="Take it away.")]

    def blocked(wanted: Given) -> OpenProfile:
        if troubles:
            raise troubles.pop()
        return open_profile(wanted)

    with launched(new_given(tmp_path), blocked) as launch:
        shown = in_trouble(qtbot, launch)
        for part in ("Something is in the way.", "Nothing was changed.", "Take it away."):
            assert part in shown
        button(launch.start_window, "Try again").click()
        opened(qtbot, launch)


def test_a_mistake_of_ours_is_a_sentence_too(qtbot: QtBot, tmp_path: Path, expected_logs: ExpectedLogs) -> None:
    expected_logs("desktop.app.opening", "unexpected error")

    def mistaken(_wanted: Given) -> OpenProfile:
        raise ZeroDivisionError("secret words of a mail")

    with launched(new_given(tmp_path), mistaken) as launch:
        shown = in_trouble(qtbot, launch)
    assert "made a mistake of its own (ZeroDivisionError)" in shown
    assert "secret words" not in shown


def test_a_lost_database_is_told_and_never_replaced(qtbot: QtBot, tmp_path: Path) -> None:
    given = new_given(tmp_path)
    make_profile(given)
    database_path(given.profile).unlink()
    with launched(given) as launch:
        assert "Postroom makes no new one in its place" in in_trouble(qtbot, launch)
        button(launch.start_window, "Quit").click()
    assert not database_path(given.profile).exists()


def test_another_window_or_sync_on_the_profile_is_told(qtbot: QtBot, tmp_path: Path) -> None:
    given = new_given(tmp_path)
    with opening.opened(given, writing=True, tell=lambda _words: None), launched(given) as launch:
        assert "Another Postroom is working on this profile" in in_trouble(qtbot, launch)


def test_without_a_keyring_a_passphrase_opens_a_new_profile_and_opens_it_again(qtbot: QtBot, tmp_path: Path) -> None:
    given = new_given(tmp_path, key=False)
    with launched(given, without_keyring) as launch:
        asked_for_key(qtbot, launch)
        shown = launch.start_window
        assert "There is no keyring here." in words(shown)
        type_into(field(shown, "Passphrase"), "short")
        button(shown, "Make the profile").click()
        assert "too short" in words(shown)
        type_into(field(shown, "Passphrase"), " and some more")
        type_into(field(shown, "The same once more"), "something else")
        button(shown, "Make the profile").click()
        assert "not the same" in words(shown)
        field(shown, "The same once more").setText("short and some more")
        press_enter(field(shown, "The same once more"))
        opened(qtbot, launch)
    with launched(given, without_keyring) as launch:
        asked_for_key(qtbot, launch)
        shown = launch.start_window
        type_into(field(shown, "Passphrase"), "wrong")
        press_enter(field(shown, "Passphrase"))
        qtbot.waitUntil(lambda: "passphrase" in words(shown).lower() and bool(shown.form and shown.form.isEnabled()))
        qtbot.waitUntil(lambda: bool(shown.form and shown.form.passphrase_field.error), timeout=LIMIT_MS)
        field(shown, "Passphrase").setText("short and some more")
        button(shown, "Open").click()
        opened(qtbot, launch)


def test_without_a_keyring_a_key_file_is_made_and_asked_for_by_its_name_next_time(qtbot: QtBot, tmp_path: Path) -> None:
    given = new_given(tmp_path, key=False)
    with launched(given, without_keyring) as launch:
        asked_for_key(qtbot, launch)
        form = launch.start_window.form
        assert form is not None
        form.kind.choose(1)
        type_into(field(launch.start_window, "Key file"), "relative.key")
        button(launch.start_window, "Make the profile").click()
        assert "whole path" in words(launch.start_window)
        field(launch.start_window, "Key file").setText(str(tmp_path / "my.key"))
        button(launch.start_window, "Make the profile").click()
        opened(qtbot, launch)
    assert (tmp_path / "my.key").stat().st_mode & 0o777 == 0o600
    with launched(given, without_keyring) as launch:
        asked_for_key(qtbot, launch)
        assert field(launch.start_window, "Key file").text() == str(tmp_path / "my.key")
        button(launch.start_window, "Open").click()
        opened(qtbot, launch)


def test_a_key_file_is_never_made_for_a_profile_that_has_a_database(qtbot: QtBot, tmp_path: Path) -> None:
    given = new_given(tmp_path)
    make_profile(given)
    with launched(replace(given, key_file=None), without_keyring) as launch:
        asked_for_key(qtbot, launch)
        form = launch.start_window.form
        assert form is not None
        form.kind.choose(1)
        field(launch.start_window, "Key file").setText(str(tmp_path / "new.key"))
        button(launch.start_window, "Open").click()
        qtbot.waitUntil(lambda: "There is no key file" in words(launch.start_window), timeout=LIMIT_MS)
        assert not (tmp_path / "new.key").exists()


def test_a_wrong_key_can_be_changed_for_another(qtbot: QtBot, tmp_path: Path) -> None:
    given = new_given(tmp_path)
    make_profile(given)
    new_key_file(tmp_path / "wrong")
    with launched(replace(given, key_file=tmp_path / "wrong")) as launch:
        assert "cannot be read with this key" in in_trouble(qtbot, launch)
        button(launch.start_window, "Another key").click()
        form = launch.start_window.form
        assert form is not None
        form.kind.choose(1)
        field(launch.start_window, "Key file").setText(str(given.key_file))
        button(launch.start_window, "Open").click()
        opened(qtbot, launch)


def test_the_keyring_can_be_tried_again(qtbot: QtBot, tmp_path: Path) -> None:
    given, locked = new_given(tmp_path), [NO_KEYRING]

    def unlocked_meanwhile(wanted: Given) -> OpenProfile:
        if locked:
            raise locked.pop()
        return open_profile(wanted)

    with launched(given, unlocked_meanwhile) as launch:
        asked_for_key(qtbot, launch)
        button(launch.start_window, "Try the keyring again").click()
        opened(qtbot, launch)


def test_the_end_can_be_asked_for_from_outside_at_any_moment(qtbot: QtBot, tmp_path: Path) -> None:
    launch = Launch(new_given(tmp_path), StandIn)
    launch.begin()
    with qtbot.waitSignal(launch.ended):
        launch.ask_to_end()
    assert launch.close()
    (tmp_path / "other").mkdir()
    with launched(new_given(tmp_path / "other")) as second:
        opened(qtbot, second)
        assert second.window is not None
        with qtbot.waitSignal(second.ended):
            second.ask_to_end()
        assert not second.window.isVisible()


def test_what_a_person_changed_is_heard_by_the_syncs_and_what_syncs_changed_by_the_screens(
    qtbot: QtBot, tmp_path: Path
) -> None:
    with launched(new_given(tmp_path)) as launch:
        parts = opened(qtbot, launch)
        with qtbot.waitSignal(parts.ops.changed):
            parts.sync.changed.emit(ChangeSet(Changed.EMAILS, initiator="sync"))


@pytest.mark.parametrize("starts", [True, False])
def test_the_demo_is_started_beside_a_profile(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, starts: bool
) -> None:
    asked: list[list[str]] = []

    def start(program: str, words: list[str]) -> tuple[bool, int]:
        asked.append([program, *words])
        return starts, 0

    monkeypatch.setattr(QProcess, "startDetached", start)
    with launched(new_given(tmp_path)) as launch:
        parts = opened(qtbot, launch)
        assert parts.open_demo is not None
        told: list[AppError] = []
        parts.ops.troubled.connect(told.append)
        parts.open_demo()
    assert asked == [[sys.executable, "-m", "desktop", "demo"]]
    assert [error.action for error in told] == ([] if starts else ["Start it by hand: postroom demo."])


def test_a_passphrase_is_never_in_what_is_printed(tmp_path: Path) -> None:
    assert "three small words" not in repr(Given(tmp_path, passphrase=Secret("three small words")))
