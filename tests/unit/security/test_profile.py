"""The profile's identity survives, or is missed in a sentence."""

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.errors import StoreError
from desktop.domain.reasons import ReasonCode
from desktop.security.profile import (
    PROFILE_FILE,
    KeyKind,
    default_profile_dir,
    load_profile,
    mark_created,
    new_profile,
    save_profile,
)

GOOD = {"format": 1, "id": "00" * 16, "key": "keyring", "created": False}


@pytest.mark.parametrize("kind", KeyKind)
def test_it_reads_back(tmp_path: Path, kind: KeyKind) -> None:
    profile = new_profile(kind)
    save_profile(tmp_path / "p", profile)
    assert load_profile(tmp_path / "p") == profile
    assert not profile.created
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "p").stat().st_mode) == 0o700
        assert stat.S_IMODE((tmp_path / "p" / PROFILE_FILE).stat().st_mode) == 0o600


def test_none_yet(tmp_path: Path) -> None:
    assert load_profile(tmp_path / "p") is None
    mark_created(tmp_path / "p")
    assert not (tmp_path / "p").exists()


def test_two_profiles_have_two_ids() -> None:
    assert new_profile(KeyKind.KEYRING).id != new_profile(KeyKind.KEYRING).id


def test_that_a_database_was_made_is_remembered(tmp_path: Path) -> None:
    profile = new_profile(KeyKind.FILE)
    save_profile(tmp_path, profile)
    for _ in range(2):
        mark_created(tmp_path)
        loaded = load_profile(tmp_path)
        assert loaded is not None
        assert (loaded.id, loaded.key, loaded.created) == (profile.id, profile.key, True)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        json.dumps(GOOD).encode()[:20],
        b"[]",
        b"null",
        b"\xff\xfe",
        b"\x00" * 100,
        *(json.dumps({**GOOD, **wrong}).encode() for wrong in ({"id": ""}, {"id": "xyz"}, {"id": 7}, {"key": "paper"})),
        *(json.dumps({**GOOD, **wrong}).encode() for wrong in ({"format": 0}, {"format": "1"}, {"created": "no"})),
        *(json.dumps({key: GOOD[key] for key in GOOD if key != left_out}).encode() for left_out in GOOD),
    ],
)
def test_half_a_file_is_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / PROFILE_FILE).write_bytes(content)
    with pytest.raises(StoreError, match=r"profile\.json cannot be understood\..*Restore") as failure:
        load_profile(tmp_path)
    assert failure.value.code is ReasonCode.STORE_DAMAGED


def test_a_newer_format_is_refused(tmp_path: Path) -> None:
    (tmp_path / PROFILE_FILE).write_text(json.dumps({**GOOD, "format": 2}))
    with pytest.raises(StoreError, match="newer Postroom") as failure:
        load_profile(tmp_path)
    assert failure.value.code is ReasonCode.SCHEMA_NEWER


def test_a_file_for_a_folder_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "p").touch()
    with pytest.raises(StoreError, match="is not a folder"):
        load_profile(tmp_path / "p")


def test_a_disk_that_fails_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", fails)
    with pytest.raises(StoreError, match="cannot be read: this user may not") as failure:
        load_profile(tmp_path)
    assert failure.value.code is ReasonCode.STORE_READ_ONLY


def test_the_default_place_is_the_platform_s() -> None:
    assert default_profile_dir().name == "Postroom"
    assert default_profile_dir().is_absolute()
