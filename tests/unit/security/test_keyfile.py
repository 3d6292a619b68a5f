"""The key file: made once, read only when nobody else can."""

import os
import stat
from pathlib import Path

import pytest

from desktop.domain.errors import CommandRefused, KeyUnavailable, StoreError
from desktop.domain.reasons import ReasonCode
from desktop.security import files
from desktop.security.keyfile import chosen_key_file, new_key_file, read_key_file
from desktop.security.secrets import new_key

DIGITS = "0123456789abcdef" * 4
needs_modes = pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")


def written(path: Path, content: bytes, mode: int = 0o600) -> Path:
    path.write_bytes(content)
    path.chmod(mode)
    return path


def test_a_new_file_reads_back_and_is_private(tmp_path: Path) -> None:
    key = new_key_file(tmp_path / "key")
    assert read_key_file(tmp_path / "key") == key
    assert (tmp_path / "key").read_text() == key.reveal_hex() + "\n"
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


def test_a_recovered_key_gets_a_file(tmp_path: Path) -> None:
    key = new_key()
    assert new_key_file(tmp_path / "key", key) == key
    assert read_key_file(tmp_path / "key") == key


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    old = new_key_file(tmp_path / "key")
    with pytest.raises(CommandRefused, match="left as it was") as refused:
        new_key_file(tmp_path / "key")
    assert refused.value.code is ReasonCode.BAD_INPUT
    assert read_key_file(tmp_path / "key") == old


def test_a_dangling_link_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "key").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(CommandRefused):
        new_key_file(tmp_path / "key")
    assert not (tmp_path / "elsewhere").exists()


def test_a_missing_folder_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandRefused, match="There is no folder"):
        new_key_file(tmp_path / "nowhere" / "key")


def test_a_full_disk_leaves_no_half_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="disk is full") as failure:
        new_key_file(tmp_path / "key")
    assert failure.value.code is ReasonCode.STORE_FULL
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [DIGITS, DIGITS + "\n", DIGITS.upper() + "\r\n", f"  {DIGITS}\n\n"])
def test_64_hex_digits_are_read(tmp_path: Path, content: str) -> None:
    assert read_key_file(written(tmp_path / "key", content.encode())).reveal_hex() == DIGITS


@pytest.mark.parametrize(
    "content", [b"", b"\n", DIGITS[:-1].encode(), (DIGITS + "0").encode(), b"g" * 64, b"\xff" * 64, b"0" * 100_000]
)
def test_anything_else_is_no_key(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(KeyUnavailable, match="64 hex digits and nothing else") as refused:
        read_key_file(written(tmp_path / "key", content))
    assert refused.value.code is ReasonCode.KEY_FILE_INVALID


def test_a_missing_file_names_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(KeyUnavailable, match="postroom key new ") as refused:
        read_key_file(tmp_path / "a key")
    assert refused.value.code is ReasonCode.KEY_FILE_INVALID
    assert f"'{tmp_path}/a key'" in str(refused.value)


@needs_modes
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601, 0o660, 0o644, 0o777])
def test_a_file_that_others_can_touch_is_refused(tmp_path: Path, mode: int) -> None:
    path = written(tmp_path / "key", DIGITS.encode(), mode)
    with pytest.raises(KeyUnavailable, match=f"chmod 600 {path}") as refused:
        read_key_file(path)
    assert refused.value.code is ReasonCode.KEY_FILE_UNSAFE
    assert DIGITS not in str(refused.value)


@needs_modes
@pytest.mark.parametrize("mode", [0o600, 0o400, 0o700])
def test_a_file_of_the_owner_alone_is_read(tmp_path: Path, mode: int) -> None:
    assert read_key_file(written(tmp_path / "key", DIGITS.encode(), mode)).reveal_hex() == DIGITS


@needs_modes
def test_a_file_of_somebody_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "key", DIGITS.encode())
    if os.geteuid() == 0:
        os.chown(path, 12345, 12345)
    else:
        monkeypatch.setattr(files, "own_uid", lambda: 12345)
    with pytest.raises(KeyUnavailable, match="belongs to another user") as refused:
        read_key_file(path)
    assert refused.value.code is ReasonCode.KEY_FILE_UNSAFE


@needs_modes
def test_a_link_is_followed_and_its_target_judged(tmp_path: Path) -> None:
    good, open_to_all = written(tmp_path / "good", DIGITS.encode()), written(tmp_path / "open", DIGITS.encode(), 0o644)
    link = tmp_path / "link"
    link.symlink_to(good)
    assert read_key_file(link).reveal_hex() == DIGITS
    link.unlink()
    link.symlink_to(open_to_all)
    with pytest.raises(KeyUnavailable, match="can be read by other users"):
        read_key_file(link)


@needs_modes
def test_a_named_pipe_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "key", 0o600)
    with pytest.raises(KeyUnavailable, match="is not a file"):
        read_key_file(tmp_path / "key")


@pytest.mark.parametrize("path", [".", "/dev/null"])
def test_a_folder_or_a_device_is_no_key_file(tmp_path: Path, path: str) -> None:
    with pytest.raises(KeyUnavailable) as refused:
        read_key_file(tmp_path / path)
    assert refused.value.code is ReasonCode.KEY_FILE_INVALID


def test_the_command_line_wins_over_the_environment() -> None:
    environ = {"POSTROOM_KEY_FILE": "from-environment"}
    assert chosen_key_file(Path("given"), environ) == Path("given")
    assert chosen_key_file(None, environ) == Path("from-environment")
    assert chosen_key_file(None, {"POSTROOM_KEY_FILE": ""}) is None
    assert chosen_key_file(None, {}) is None
