"""Files for their owner only, whole or not at all."""

import errno
import multiprocessing
import os
import stat
from pathlib import Path

import pytest

from desktop.domain.errors import StoreError
from desktop.domain.reasons import ReasonCode
from desktop.security import files
from tools.pytest_house import ExpectedLogs

needs_modes = pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@needs_modes
@pytest.mark.parametrize("umask", [0, 0o022, 0o777])
def test_a_written_file_is_private_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        files.write_private(tmp_path / "a", b"one")
    finally:
        os.umask(before)
    assert mode(tmp_path / "a") == 0o600
    assert (tmp_path / "a").read_bytes() == b"one"


def test_writing_replaces_and_leaves_nothing_else(tmp_path: Path) -> None:
    files.write_private(tmp_path / "a", b"one")
    files.write_private(tmp_path / "a", b"two")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_bytes() == b"two"


@pytest.mark.parametrize(
    ("number", "code", "words"),
    [
        (errno.ENOSPC, ReasonCode.STORE_FULL, "disk is full"),
        (errno.EROFS, ReasonCode.STORE_READ_ONLY, "may not do that"),
        (errno.EIO, ReasonCode.STORE_DAMAGED, "Check the path and the disk"),
    ],
)
@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_failed_write_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: ReasonCode, words: str, call: str
) -> None:
    files.write_private(tmp_path / "a", b"old")

    def fails(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        if call == "fsync":
            patch.setattr(os, "fsync", fails)
        else:
            patch.setattr(Path, "replace", fails)
        with pytest.raises(StoreError, match=words) as failure:
            files.write_private(tmp_path / "a", b"new")
    assert failure.value.code is code
    assert (tmp_path / "a").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_the_content_is_on_disk_before_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def spy_fsync(descriptor: int) -> None:
        steps.append("fsync folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "fsync file")
        fsync(descriptor)

    def spy_replace(self: Path, target: Path) -> Path:
        steps.append("rename")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", spy_fsync)
    monkeypatch.setattr(Path, "replace", spy_replace)
    files.write_private(tmp_path / "a", b"one")
    assert steps == ["fsync file", "rename", "fsync folder"] if os.name == "posix" else ["fsync file", "rename"]


@needs_modes
def test_a_new_folder_is_private(tmp_path: Path) -> None:
    files.make_private_dir(tmp_path / "a" / "b")
    assert mode(tmp_path / "a" / "b") == 0o700


@needs_modes
def test_an_empty_folder_is_tightened_and_a_used_one_left_alone(
    tmp_path: Path, expected_logs: ExpectedLogs, caplog: pytest.LogCaptureFixture
) -> None:
    expected_logs("desktop.security.files", "chmod 700")
    empty, used = tmp_path / "empty", tmp_path / "used"
    for folder in (empty, used):
        folder.mkdir()
        folder.chmod(0o755)
    (used / "letter.txt").touch()
    files.make_private_dir(empty)
    files.make_private_dir(used)
    assert mode(empty) == 0o700
    assert mode(used) == 0o755
    assert len(caplog.records) == 1
    assert "used" in caplog.records[0].getMessage()


def test_a_file_in_the_folder_s_place_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    with pytest.raises(StoreError, match="cannot be made"):
        files.make_private_dir(tmp_path / "a" / "b")


def _hold(path: Path, held: "multiprocessing.synchronize.Event", release: "multiprocessing.synchronize.Event") -> None:
    with files.exclusive(path, wait_s=5):
        held.set()
        release.wait(20)


def test_the_lock_keeps_other_processes_out_until_its_holder_is_gone(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    held, release = context.Event(), context.Event()
    holder = context.Process(target=_hold, args=(tmp_path / "lock", held, release))
    holder.start()
    try:
        assert held.wait(20)
        with (
            pytest.raises(StoreError, match="Another Postroom") as busy,
            files.exclusive(tmp_path / "lock", wait_s=0.2),
        ):
            pass
        assert busy.value.code is ReasonCode.PROFILE_BUSY
        holder.kill()
        with files.exclusive(tmp_path / "lock", wait_s=10):
            pass
    finally:
        holder.kill()
        holder.join(10)
        holder.close()
