"""The HTML forms of letters: simple ones as mail programs write them, and papers made by companies' own systems."""

from html import escape

from desktop.demo.letters import Letter, Table

PAPERS = frozenset({"order", "remittance", "statement", "notice", "newsletter"})
"""Forms that a company's own system makes."""

LOGO = "logo"
"""What a picture inside is called, before the `@` of its Content-ID."""

_FONT = "font-family:Arial,Helvetica,sans-serif;font-size:14px"
_GREY = "color:#777777;font-size:12px"


def page_of(letter: Letter, domain: str) -> str:
    """Return the HTML form of *letter*; remote pictures would come from *domain*, pictures inside from the mail."""
    direction = ' dir="rtl"' if letter.rtl else ""
    body = _paper(letter, domain) if letter.form in PAPERS else _simple(letter, domain)
    return (
        f'<!DOCTYPE html>\n<html{direction}><head><meta http-equiv="Content-Type" content="text/html; '
        f'charset={letter.charset}"></head>\n<body>\n{body}\n</body></html>\n'
    )


def text_of(letter: Letter) -> str:
    """Return the plain form of *letter*, with `\\n` line ends."""
    parts = list(letter.paragraphs)
    if letter.table is not None:
        parts.append("\n".join("  ".join(row) for row in (letter.table.headings, *letter.table.rows)))
        parts.append(f"{letter.table.total_name}: {letter.table.total}")
    if letter.signature or letter.closing:
        parts.append("\n".join(filter(None, (letter.closing, *letter.signature))))
    if letter.quote is not None:
        quoted = "\n".join(f"> {line}" for line in letter.quote.text.split("\n"))
        parts.append(f"{letter.quote.introduction}\n{quoted}")
    return "\n\n".join(parts) + "\n"


def _simple(letter: Letter, domain: str) -> str:
    parts = [_paragraphs(letter), _signature(letter)]
    if letter.form == "logo":
        logo = f'<img src="cid:{LOGO}@{domain}" width="120" height="36" alt="{escape(letter.company)}">'
        parts.append(f'<table cellpadding="0" cellspacing="0"><tr><td>{logo}</td></tr></table>')
    if letter.quote is not None:
        parts.append(
            f'<div style="{_GREY}">{escape(letter.quote.introduction)}</div>\n<blockquote type="cite" style="margin:0 '
            f'0 0 8px;padding-left:8px;border-left:2px solid #cccccc">{_lines(letter.quote.text)}</blockquote>'
        )
    return f'<div style="{_FONT}">{"".join(parts)}</div>'


def _paper(letter: Letter, domain: str) -> str:
    """A paper on a page of 600 pixels: band, text, table, foot; a picture in the band and a tracker in the foot."""
    what = {
        "order": "Purchasing",
        "remittance": "Accounts payable",
        "statement": "Accounts",
        "notice": "Automatic message",
    }
    number = f'<td align="right" style="color:#ffffff"><b>{escape(letter.number)}</b></td>' if letter.number else ""
    band = (
        f'<table width="100%" cellpadding="12" cellspacing="0" bgcolor="{letter.colour}"><tr>'
        f'<td width="32"><img src="http://img.{domain}/logo-32.png" width="32" height="32" alt=""></td>'
        f'<td style="color:#ffffff"><b style="font-size:16px">{escape(letter.company)}</b><br>'
        f'<span style="font-size:12px">{what.get(letter.form, "This week")}</span></td>{number}</tr></table>'
    )
    inner = [_paragraphs(letter)]
    if letter.form == "newsletter":
        inner.insert(0, f'<img src="http://img.{domain}/issue/hero.jpg" width="552" height="180" alt="">')
    if letter.table is not None:
        inner.append(_table(letter.table))
    inner.append(_signature(letter))
    return (
        f'<table width="600" cellpadding="0" cellspacing="0" bgcolor="#ffffff" style="{_FONT};color:#222222;'
        f'border:1px solid #dddddd"><tr><td>{band}'
        f'</td></tr>\n<tr><td style="padding:12px 16px">{"".join(inner)}</td></tr>\n'
        f'<tr><td style="padding:8px 16px;{_GREY}">{_foot(letter, domain)}</td></tr></table>'
    )


def _foot(letter: Letter, domain: str) -> str:
    tracker = f'<img src="http://track.{domain}/open/{letter.number or "seen"}.gif" width="1" height="1" alt="">'
    if letter.form == "newsletter":
        return f'You get this because you asked for it. <a href="http://{domain}/leave">Unsubscribe</a>{tracker}'
    if letter.form == "notice":
        return f"Please do not answer to this message.{tracker}"
    return f"{escape(letter.company)}{tracker}"


def _table(table: Table) -> str:
    """Cells of text to the left, the others to the right."""

    def row(cells: tuple[str, ...], style: str) -> str:
        sides = ("left" if place < 2 else "right" for place in range(len(cells)))
        shown = (
            f'<td align="{side}" style="{style}">{escape(cell)}</td>' for side, cell in zip(sides, cells, strict=True)
        )
        return f"<tr>{''.join(shown)}</tr>"

    head = row(table.headings, f"{_GREY};padding:4px 0")
    body = "".join(row(cells, "border-top:1px solid #e5e5e5;padding:6px 0") for cells in table.rows)
    span = len(table.headings) - 1
    total = (
        f'<tr><td colspan="{span}" style="border-top:1px solid #999999;padding:6px 0"><b>{table.total_name}</b></td>'
        f'<td align="right" style="border-top:1px solid #999999;padding:6px 0"><b>{escape(table.total)}</b></td></tr>'
    )
    return f'<table width="100%" cellpadding="0" cellspacing="0" style="margin:12px 0">{head}{body}{total}</table>'


def _paragraphs(letter: Letter) -> str:
    return "\n".join(f"<p>{_lines(paragraph)}</p>" for paragraph in letter.paragraphs)


def _signature(letter: Letter) -> str:
    lines = [escape(line) for line in (letter.closing, *letter.signature[:1]) if line]
    lines += [f'<span style="{_GREY}">{escape(line)}</span>' for line in letter.signature[1:]]
    return f"<p>{'<br>'.join(lines)}</p>" if lines else ""


def _lines(text: str) -> str:
    return escape(text, quote=False).replace("\n", "<br>")
