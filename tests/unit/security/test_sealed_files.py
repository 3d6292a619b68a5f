"""Long files sealed piece by piece: whole and in order, or not at all."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from desktop.security.sealed_files import DamagedFileError, SealedWriter, Written, new_key, new_name, pieces_of

KEY = new_key()
NOTHING = Written()
PIECES = (b"first " * 100, b"", b"third" * 10_000)


def written(path: Path, pieces: Sequence[bytes] = PIECES, so_far: Written = NOTHING) -> Written:
    with SealedWriter(path, KEY, so_far) as writer:
        for number, piece in enumerate(pieces):
            writer.append(piece, is_last=number == len(pieces) - 1)
        return writer.written


def test_what_was_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / new_name()
    whole = written(path)
    assert tuple(pieces_of(path, KEY, whole)) == PIECES
    assert whole == Written(path.stat().st_size, 3)
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_same_words_twice_look_different(tmp_path: Path) -> None:
    written(tmp_path / "a", (PIECES[2], PIECES[2]))
    content = (tmp_path / "a").read_bytes()
    half = len(content) // 2
    assert content[:half] != content[half:]
    assert b"third" not in content


@pytest.mark.parametrize("behind", [b"", b"x", b"half a piece" * 50])
def test_it_goes_on_behind_what_was_noted(tmp_path: Path, behind: bytes) -> None:
    path = tmp_path / "a"
    with SealedWriter(path, KEY, Written()) as writer:
        noted = writer.append(PIECES[0], is_last=False)
        writer.append(b"never noted", is_last=False)
    with path.open("ab") as file:
        file.write(behind)
    whole = written(path, PIECES[1:], noted)
    assert tuple(pieces_of(path, KEY, whole)) == PIECES


def test_a_file_shorter_than_noted_is_not_gone_on_with(tmp_path: Path) -> None:
    whole = written(tmp_path / "a")
    with pytest.raises(DamagedFileError), SealedWriter(tmp_path / "a", KEY, Written(whole.length + 1, 3)):
        pass


def test_every_byte_counts(tmp_path: Path) -> None:
    path = tmp_path / "a"
    whole = written(path, (b"one", b"two"))
    content = path.read_bytes()
    for at in range(len(content)):
        path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        with pytest.raises(DamagedFileError):
            list(pieces_of(path, KEY, whole))


@pytest.mark.parametrize("claimed", [Written(0, 1), Written(10**6, 3)], ids=["shorter", "longer"])
def test_a_wrong_length_or_no_file_is_damage(tmp_path: Path, claimed: Written) -> None:
    written(tmp_path / "a")
    with pytest.raises(DamagedFileError):
        list(pieces_of(tmp_path / "a", KEY, claimed))
    with pytest.raises(DamagedFileError):
        list(pieces_of(tmp_path / "b", KEY, claimed))


def test_pieces_cannot_be_left_out_exchanged_or_taken_from_another_file(tmp_path: Path) -> None:
    path = tmp_path / "a"
    whole = written(path, (b"one", b"two", b"six"))
    content = path.read_bytes()
    size = len(content) // 3
    one, two, six = (content[at : at + size] for at in range(0, len(content), size))
    for harmed, pieces in ((two + one + six, 3), (one + two, 2), (one + six, 2), (one + one + six, 3)):
        path.write_bytes(harmed)
        with pytest.raises(DamagedFileError):
            list(pieces_of(path, KEY, Written(len(harmed), pieces)))
    path.write_bytes(content)
    with pytest.raises(DamagedFileError):
        list(pieces_of(path, new_key(), whole))
