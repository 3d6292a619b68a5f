"""Small files as they hang on mails: each opens in the program it is for, and is the same bytes every time."""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Sequence
from xml.sax.saxutils import escape

from desktop.demo.mime import File

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ZIP_DATE = (2025, 1, 1, 0, 0, 0)
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_KINDS = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def pdf(name: str, lines: Sequence[str], *, kilobytes: int = 0, rng: random.Random) -> File:
    """Return a PDF of one page with *lines*; scanned pages are large, so it can be filled up to a size."""
    shown = "".join(f"({_pdf_text(line)}) Tj 0 -18 Td " for line in lines)
    page = f"BT /F1 12 Tf 60 780 Td {shown}ET".encode("latin-1", "replace")
    filler = rng.randbytes(max(0, kilobytes * 1024 - 900 - len(page)))
    resources = b"<< /Font << /F1 5 0 R >> >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources " + resources + b" >>",
        _stream(page),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        _stream(filler),
    ]
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(out))
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size + table + trailer
    return File(name, "application/pdf", bytes(out))


def sheet(name: str, rows: Sequence[Sequence[str]]) -> File:
    """Return a spreadsheet with one page of texts."""
    body = "".join(f"<row>{''.join(_cell(cell) for cell in row)}</row>" for row in rows)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KINDS}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KINDS}.worksheet+xml"/></Types>',
        "_rels/.rels": _relations("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relations("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_SHEET}"><sheetData>{body}</sheetData></worksheet>',
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, xml in parts.items():
            archive.writestr(zipfile.ZipInfo(path, ZIP_DATE), _XML + xml)
    return File(name, XLSX, target.getvalue())


def text(name: str, content: str) -> File:
    """Return a text file."""
    return File(name, "text/plain", content.replace("\n", "\r\n").encode())


def picture(name: str, colour: str, size: tuple[int, int], *, content_id: str = "") -> File:
    """Return a PNG: a band in *colour* (`#rrggbb`) on a paler ground, so that no two logos are alike."""
    width, height = size
    strong = bytes.fromhex(colour[1:])
    pale = bytes(255 - (255 - value) // 4 for value in strong)
    rows = bytearray()
    for y in range(height):
        edge = width // 3 + (y * width) // (3 * height)
        rows += b"\0" + strong * edge + pale * (width - edge)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(bytes(rows), 6)) + _chunk(b"IEND", b"")
    return File(name, "image/png", b"\x89PNG\r\n\x1a\n" + body, content_id)


def _pdf_text(line: str) -> str:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _stream(data: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n%b\nendstream" % (len(data), data)


def _cell(value: str) -> str:
    return f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def _relations(kind: str, target: str) -> str:
    relation = f'<Relationship Id="rId1" Type="{_OFFICE}/{kind}" Target="{target}"/>'
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{relation}</Relationships>'


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
