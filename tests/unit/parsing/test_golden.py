"""Each hand-shaped oddity is read as its golden JSON says."""

from dataclasses import replace

import pytest

from desktop.parsing import structure
from desktop.parsing.parts import extract_attachment, extract_html
from tests.unit.parsing import golden


@pytest.mark.parametrize("name", golden.names())
def test_is_read_as_its_json_says(name: str) -> None:
    content = (golden.FOLDER / f"{name}.eml").read_bytes()
    expected = (golden.FOLDER / f"{name}.json").read_text(encoding="utf-8")
    assert golden.as_json(golden.read_bytes(content)) == expected


def test_there_are_enough_and_each_json_has_its_message() -> None:
    names = golden.names()
    assert len(names) >= 100
    assert sorted(path.stem for path in golden.FOLDER.glob("*.json")) == names


@pytest.mark.parametrize("name", golden.names())
def test_line_ends_make_no_difference(name: str) -> None:
    """The same message with bare LF line ends says the same; only sizes are counted in other bytes."""
    content = (golden.FOLDER / f"{name}.eml").read_bytes()
    if content.count(b"\n") != content.count(b"\r\n") or b"\n" not in content:
        return
    crlf = golden.read_bytes(content)
    lf = golden.read_bytes(content.replace(b"\r\n", b"\n"))
    sizes = tuple(replace(found, size_bytes=0) for found in crlf.attachments)
    assert replace(crlf, attachments=sizes) == replace(
        lf, attachments=tuple(replace(found, size_bytes=0) for found in lf.attachments)
    )


@pytest.mark.parametrize("name", golden.names())
def test_lists_and_parts_agree(name: str) -> None:
    """What the list of attachments names can be had, in the size it says; HTML is there exactly if the mail says so."""
    content = (golden.FOLDER / f"{name}.eml").read_bytes()
    mail = golden.read_bytes(content)
    for attachment in mail.attachments:
        assert len(extract_attachment(content, attachment.part)) == attachment.size_bytes
    assert (extract_html(content) is not None) == mail.has_html
    paths = [part.path for part in structure.parse(content).parts if part.leaf]
    assert len(paths) == len(set(paths))
