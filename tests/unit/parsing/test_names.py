"""Attachment names are safe to save under on every system (reliability I4)."""

import re
import unicodedata
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.parsing import limits, names

KEPT = [
    *(
        "a.pdf",
        "Rechnung März.pdf",
        "отчёт.docx",
        "請求書.xlsx",
        "فاتورة.pdf",
        "a b.txt",
        "a.tar.gz",
        "README",
        "a_b-c.txt",
    ),
    *("conference.txt", "com.txt", "com10.txt", "nullable", "aux-file.txt", "a (1).pdf", "50% off".replace("%", "x")),
    *(
        "emoji 🙂.png",
        "family 👨\u200d👩\u200d👧.png".replace("\u200d", ""),
        "a'b.txt",
        "a,b;c.txt",
        "a&b=c+d.txt",
        "[x] {y}.txt",
    ),
]
CHANGED = [
    ("../../etc/passwd", "passwd"),
    ("..", ""),
    (".", ""),
    ("...", ""),
    ("", ""),
    ("   ", ""),
    ("/", ""),
    ("\\", ""),
    ("//", ""),
    ("/etc/passwd", "passwd"),
    ("dir/", "dir"),
    ("..\\..\\boot.ini", "boot.ini"),
    ("C:\\Users\\ann\\a.doc", "a.doc"),
    ("C:a.doc", "a.doc"),
    ("c:\\", ""),
    ("\\\\server\\share\\a.doc", "a.doc"),
    ("a/b\\c/d.txt", "d.txt"),
    ("..%2f..%2fa.txt", "_2f.._2fa.txt"),
    ("~root", "_root"),
    ("$HOME.txt", "_HOME.txt"),
    ("`id`.txt", "_id_.txt"),
    ("-rf", "_-rf"),
    ("--help.txt", "_--help.txt"),
    (".bashrc", "bashrc"),
    ("a.txt.", "a.txt"),
    ("a.txt. . .", "a.txt"),
    ("a.txt   ", "a.txt"),
    ("  a.txt", "a.txt"),
    ("a:stream", "stream"),
    ("file.txt:stream", "file.txt_stream"),
    ("file.txt::$DATA", "file.txt___DATA"),
    ('a<b>c"d|e?f*.txt', "a_b_c_d_e_f_.txt"),
    ("a\0b.txt", "ab.txt"),
    ("a.txt\0.exe", "a.txt.exe"),
    ("a\r\nb.txt", "a b.txt"),
    ("a\tb.txt", "a b.txt"),
    ("a\x7fb\x85c\x9b.txt", "ab c.txt"),
    ("a\u2028b.txt", "a b.txt"),
    ("a\u202egpj.exe", "agpj.exe"),
    ("a\u2066b\u2069.txt", "ab.txt"),
    ("a\u200eb.txt", "a_b.txt"),
    ("a\u200bb.txt", "ab.txt"),
    ("a\ufeffb.txt", "ab.txt"),
    ("a\u2215b.txt", "a_b.txt"),
    ("a\uff0fb.txt", "a_b.txt"),
    ("a\ud800b.txt", "ab.txt"),
    ("CON", "_CON"),
    ("con.txt", "_con.txt"),
    ("PRN", "_PRN"),
    ("aux.h", "_aux.h"),
    ("NUL.tar.gz", "_NUL.tar.gz"),
    ("nul .txt", "_nul .txt"),
    ("COM1", "_COM1"),
    ("com0.txt", "_com0.txt"),
    ("COM¹.txt", "_COM¹.txt"),
    ("LPT9.pdf", "_LPT9.pdf"),
    ("CONIN$", "CONIN_"),
    ("CLOCK$", "CLOCK_"),
    ("a" * 300 + ".pdf", "a" * 146 + ".pdf"),
    ("ü" * 300 + ".pdf", "ü" * 73 + ".pdf"),
    ("a" * 300, "a" * 150),
    ("a." + "b" * 300, "a." + "b" * 148),
    ("u\u0308.txt", "ü.txt"),
    ("invoice.pdf.exe", "invoice.pdf.exe"),
    ("a.lnk", "a.lnk"),
    ("file:///etc/passwd", "passwd"),
    ("http://x.example/a.pdf?b=c", "a.pdf_b=c"),
    ("____", ""),
]


@pytest.mark.parametrize("declared", KEPT)
def test_ordinary_names_stay(declared: str) -> None:
    assert names.safe(declared, "text/plain", 1) == declared


@pytest.mark.parametrize(("declared", "expected"), CHANGED)
def test_unsafe_names_are_made_safe(declared: str, expected: str) -> None:
    assert names.safe(declared, "application/pdf", 7) == (expected or "attachment-7.pdf")


@pytest.mark.parametrize(
    "device", ["con", "prn", "aux", "nul", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10))]
)
@pytest.mark.parametrize("form", ["{}", "{}.txt", "{}.tar.gz", "{} ", "{}."])
def test_no_name_is_a_device_of_windows(device: str, form: str) -> None:
    for spelled in (device, device.upper(), device.title()):
        name = names.safe(form.format(spelled), "text/plain", 1)
        assert name.partition(".")[0].strip().lower() != device


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        *(("application/pdf", ".pdf"), ("image/jpeg", ".jpg"), ("text/plain", ".txt"), ("message/rfc822", ".eml")),
        *(("text/calendar", ".ics"), ("application/unknown", ".bin"), ("", ".bin")),
    ],
)
def test_a_part_without_a_name_is_called_by_its_type(kind: str, expected: str) -> None:
    assert names.safe("", kind, 3) == f"attachment-3{expected}"


def test_equal_names_are_numbered_whatever_their_case() -> None:
    taken: dict[str, int] = {}
    wishes = ["a.pdf", "A.PDF", "a.pdf", "a (2).pdf", "b", "b", "a.tar.gz", "a.tar.gz", "ß.txt", "SS.txt"]
    assert [names.unique(wish, taken) for wish in wishes] == [
        *(
            "a.pdf",
            "A (2).PDF",
            "a (3).pdf",
            "a (2) (2).pdf",
            "b",
            "b (2)",
            "a.tar.gz",
            "a.tar (2).gz",
            "ß.txt",
            "SS (2).txt",
        )
    ]


@given(declared=st.text(max_size=400), kind=st.text(max_size=20))
@settings(max_examples=500, deadline=None)
def test_any_name_at_all_ends_inside_its_folder(declared: str, kind: str) -> None:
    name = names.safe(declared, kind, 1)
    assert is_safe(name), name
    folder = Path("/chosen/folder")
    assert (folder / name).parent == folder
    assert PureWindowsPath("C:\\chosen").joinpath(name).parent == PureWindowsPath("C:\\chosen")
    assert names.safe(name, kind, 1) == name


@given(wishes=st.lists(st.sampled_from(["a", "A", "a (2)", "a (3)", "a.b", "a (2).b"]), max_size=30))
def test_numbered_names_never_meet(wishes: list[str]) -> None:
    taken: dict[str, int] = {}
    given_out = [names.unique(wish, taken).casefold() for wish in wishes]
    assert len(set(given_out)) == len(given_out)


def is_safe(name: str) -> bool:
    """Tell whether every file system we know takes *name* for what it is: one plain file."""
    return (
        bool(name)
        and len(name.encode()) <= limits.ATTACHMENT_NAME_BYTES
        and PurePosixPath(name).name == name
        and PureWindowsPath(name).name == name
        and not re.search(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f]', name)
        and not any(unicodedata.bidirectional(ch) in {"RLO", "LRO", "RLE", "LRE", "RLI", "LRI", "FSI"} for ch in name)
        and not name.startswith((".", "-", " ", "~"))
        and not name.endswith((".", " "))
        and not re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?", name)
    )
