"""Opening a profile: what is made, what is held, what is given back, and what is refused."""

import threading
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.domain.errors import AppError, KeyUnavailable, StoreError
from desktop.domain.reasons import ReasonCode
from desktop.security.keyfile import new_key_file
from desktop.security.secrets import Secret
from desktop.store.opening import database_path
from desktop.workspace.opening import Given, given, opened
from tests.unit.workspace.support import new_given, open_workspace


def quietly(_words: str) -> None:
    pass


def code_of(wanted: Given, *, writing: bool = True) -> ReasonCode:
    with pytest.raises(AppError) as refused, opened(wanted, writing=writing, tell=quietly):
        pytest.fail("it was opened")
    return refused.value.code


def test_a_new_profile_is_made_and_told(tmp_path: Path) -> None:
    said: list[str] = []
    wanted = new_given(tmp_path)
    with opened(wanted, writing=True, tell=said.append) as workspace, workspace.store.read() as read:
        assert list(read.mailboxes.every()) == []
    with opened(wanted, writing=True, tell=said.append):
        assert len(said) == 1
    assert str(wanted.profile) in said[0]


def test_one_writes_and_others_read(tmp_path: Path) -> None:
    wanted = new_given(tmp_path)
    with opened(wanted, writing=True, tell=quietly):
        assert code_of(wanted) is ReasonCode.PROFILE_BUSY
        with opened(wanted, writing=False, tell=quietly) as reader, reader.store.read() as read:
            assert list(read.mailboxes.every()) == []


def test_what_one_thread_opened_another_can_close(tmp_path: Path) -> None:
    wanted, stack = new_given(tmp_path), ExitStack()
    opener = threading.Thread(target=lambda: stack.enter_context(opened(wanted, writing=True, tell=quietly)))
    opener.start()
    opener.join()
    stack.close()
    with opened(wanted, writing=True, tell=quietly):
        pass


def test_a_lost_database_is_not_replaced_by_a_new_one(tmp_path: Path) -> None:
    wanted = new_given(tmp_path)
    with opened(wanted, writing=True, tell=quietly):
        pass
    database_path(wanted.profile).unlink()
    assert code_of(wanted) is ReasonCode.STORE_MISSING
    assert not database_path(wanted.profile).exists()


def test_another_key_changes_nothing(tmp_path: Path) -> None:
    wanted = new_given(tmp_path)
    with opened(wanted, writing=True, tell=quietly):
        pass
    before = database_path(wanted.profile).read_bytes()
    new_key_file(tmp_path / "other")
    with (
        pytest.raises(KeyUnavailable),
        opened(replace(wanted, key_file=tmp_path / "other"), writing=True, tell=quietly),
    ):
        pytest.fail("it was opened")
    assert database_path(wanted.profile).read_bytes() == before


def test_a_refused_opening_holds_nothing(tmp_path: Path) -> None:
    wanted = new_given(tmp_path)
    with opened(wanted, writing=True, tell=quietly):
        pass
    new_key_file(tmp_path / "other")
    assert code_of(replace(wanted, key_file=tmp_path / "other")) is ReasonCode.KEY_WRONG
    with opened(wanted, writing=True, tell=quietly):
        pass


def test_a_passphrase_opens_what_it_made(tmp_path: Path) -> None:
    wanted = Given(tmp_path / "profile", passphrase=Secret("three small words"))
    with opened(wanted, writing=True, tell=quietly):
        pass
    with opened(wanted, writing=False, tell=quietly):
        pass
    assert code_of(replace(wanted, passphrase=Secret("other"))) is ReasonCode.KEY_WRONG


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "profile").write_text("not a folder")
    with pytest.raises(StoreError), opened(new_given(tmp_path), writing=True, tell=quietly):
        pytest.fail("it was opened")


def test_the_words_of_a_command_line_come_before_the_environment(tmp_path: Path) -> None:
    environ = {"POSTROOM_KEY_FILE": "from-environment"}
    assert given(str(tmp_path), None, None, environ) == Given(tmp_path, Path("from-environment"))
    assert given(str(tmp_path), "given", "ca.pem", environ) == Given(tmp_path, Path("given"), ca_file=Path("ca.pem"))


def test_a_sync_keeps_to_the_limits_of_the_settings(tmp_path: Path) -> None:
    with open_workspace(tmp_path) as workspace:
        workspace.settings.change_text("sync.batch_messages", "7")
        with workspace.sync_context() as context:
            assert context.limits.batch_messages == 7
