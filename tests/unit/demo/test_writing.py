"""Mail and files as the demo writes them, read back by programs that know nothing of it."""

import io
import random
import re
import zipfile
import zlib
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from xml.etree import ElementTree

import pytest

from desktop.demo import files, mime


def parsed(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)


class TestMime:
    @pytest.mark.parametrize(
        ("name", "charset"),
        [
            ("Ann Lee", "UTF-8"),
            ("Orchard & Vine, Cellar", "UTF-8"),
            ("Łukasz Żak", "ISO-8859-1"),
            ("Jürgen Weiß von und zu Hohenstein-Lichtenberg", "ISO-8859-1"),
            ("山口 翔", "Shift_JIS"),
            ("佐藤 健一", "ISO-2022-JP"),
            ("Party 🎉🎪🎉🎪🎉🎪🎉🎪🎉🎪🎉🎪🎉", "UTF-8"),
        ],
    )
    def test_names_and_subjects_come_back(self, name: str, charset: str) -> None:
        charset = mime.fitting(charset, name)
        headers = [("From", mime.mailbox(name, "a@b.example", charset)), ("Subject", mime.header_text(name, charset))]
        raw = mime.message(headers, mime.text_part(f"{name}\n", "plain", charset))
        mail = parsed(raw)
        unfolded = message_from_bytes(raw)["from"].replace("\r\n", "")
        shown, address = parseaddr(str(make_header(decode_header(unfolded))))
        assert (shown, address) == (name, "a@b.example")
        assert mail["subject"] == name
        assert mail.get_content().strip() == name
        assert max(map(len, raw.split(b"\r\n"))) <= 78

    def test_long_subjects_are_folded(self) -> None:
        subject = " ".join(f"word{number}" for number in range(60))
        raw = mime.message([("Subject", mime.header_text(subject, "UTF-8"))], mime.text_part("x\n", "plain", "UTF-8"))
        assert parsed(raw)["subject"] == subject
        assert max(map(len, raw.split(b"\r\n"))) <= 80

    def test_files_keep_name_and_bytes(self) -> None:
        given = [mime.File("plan.pdf", "application/pdf", b"%PDF"), mime.File("Größe.txt", "text/plain", b"\xff\x00")]
        text = mime.text_part("see the files\n", "plain", "UTF-8")
        mail = parsed(mime.message([], mime.multipart("mixed", [text, *map(mime.file_part, given)])))
        found = [(one.get_filename(), one.get_payload(decode=True)) for one in mail.iter_attachments()]
        assert found == [("plan.pdf", b"%PDF"), ("Größe.txt", b"\xff\x00")]

    def test_a_picture_inside_is_found_by_its_id(self) -> None:
        logo = mime.File("logo.png", "image/png", b"\x89PNG", content_id="logo@b.example")
        page = mime.text_part('<img src="cid:logo@b.example">\n', "html", "UTF-8")
        mail = parsed(mime.message([], mime.multipart("related", [page, mime.file_part(logo)])))
        _, picture = mail.iter_parts()
        assert picture["Content-ID"] == "<logo@b.example>"
        assert picture.get_content_disposition() == "inline"


class TestFiles:
    def test_a_pdf_says_where_its_parts_are(self) -> None:
        data = files.pdf("a.pdf", ("Line (1)",), kilobytes=20, rng=random.Random(1)).data
        assert 19_000 < len(data) < 21_000
        table = int(re.findall(rb"startxref\n(\d+)", data)[0])
        assert data[table : table + 4] == b"xref"
        places = [int(place) for place in re.findall(rb"(\d{10}) 00000 n", data[table:])]
        assert [data[place : place + 7] for place in places] == [b"%d 0 obj" % number for number in range(1, 7)]
        assert rb"Line \(1\)" in data

    def test_a_spreadsheet_holds_its_rows(self) -> None:
        data = files.sheet("a.xlsx", (("Article", "A < B"), ("88-104", "4.20"))).data
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert archive.testzip() is None
            page = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
        assert [cell.text for cell in page.iter() if cell.text] == ["Article", "A < B", "88-104", "4.20"]

    def test_a_picture_has_its_size_and_colour(self) -> None:
        data = files.picture("a.png", "#1F5A4C", (12, 4)).data
        rows = zlib.decompress(data[data.index(b"IDAT") + 4 : data.index(b"IEND") - 8])
        assert len(rows) == 4 * (1 + 12 * 3)
        assert rows[1:4] == bytes.fromhex("1F5A4C")

    def test_all_are_the_same_each_time(self) -> None:
        once, again = (
            [
                files.pdf("a.pdf", ("x",), kilobytes=4, rng=random.Random(5)),
                files.sheet("a.xlsx", (("x",),)),
                files.picture("a.png", "#274B7A", (30, 20)),
            ]
            for _ in range(2)
        )
        assert once == again
