"""What is read from the CSV files that programs and people write, and what is said about the rest."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.domain.errors import CommandRefused
from desktop.domain.reasons import ReasonCode
from desktop.parsing.clean import has_controls
from desktop.services import customer_csv
from desktop.services.customer_csv import CsvRow, CsvTable, parse_mapping, read_csv
from desktop.services.customer_values import tags_of, text_of
from desktop.services.spreadsheets import spreadsheet_cell

FILES = Path(__file__).parents[2] / "data" / "csv"
ANN = CsvRow(2, "Ann Lee", ("ann@acme.example",), "Acme", "Kim", ("vip", "north"))
PLAIN = "name,email,company,owner,tags\nAnn Lee,ann@acme.example,Acme,Kim,vip;north\n"


def rows(text: str, mapping: dict[str, str] | None = None) -> list[CsvRow]:
    table = read_csv(text.encode(), mapping)
    assert table.bad == ()
    return list(table.rows)


def bad(text: str) -> list[tuple[int, str]]:
    return [(row.line, row.reason) for row in read_csv(text.encode()).bad]


def refused(data: bytes | str, mapping: dict[str, str] | None = None) -> str:
    with pytest.raises(CommandRefused) as caught:
        read_csv(data.encode() if isinstance(data, str) else data, mapping)
    assert caught.value.code is ReasonCode.BAD_INPUT
    return str(caught.value)


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8-sig", b""),
        ("utf-16", b""),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b"\xfe\xff"),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
        ("utf-32", b""),
        ("cp1252", b""),
    ],
)
def test_every_encoding_gives_the_same_rows(encoding: str, mark: bytes) -> None:
    text = "Name,E-Mail,Firma\nZoë Müller,zoe@acme.example,Café Größe\nBob,bob@acme.example,Œuvre\n"
    table = read_csv(mark + text.encode(encoding))
    assert table.rows == (
        CsvRow(2, "Zoë Müller", ("zoe@acme.example",), "Café Größe"),
        CsvRow(3, "Bob", ("bob@acme.example",), "Œuvre"),
    )
    assert bool(table.notes) is (encoding == "cp1252" or (encoding.startswith("utf-16-") and not mark))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r", "\r\r\n", "\n\n"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_every_delimiter_and_line_end_gives_the_same_rows(delimiter: str, line_end: str, quoting: int) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=line_end, quoting=quoting)  # type: ignore[arg-type]
    writer.writerow(["name", "email", "company", "owner", "tags"])
    writer.writerow(["Ann Lee", "ann@acme.example", "Acme", "Kim", "vip;north"])
    (row,) = rows(out.getvalue())
    assert (row.name, row.emails, row.company, row.owner, row.tags) == ("Ann Lee", ANN.emails, "Acme", "Kim", ANN.tags)


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        PLAIN.rstrip("\n"),
        "sep=,\n" + PLAIN,
        '"sep=,"\r\n' + PLAIN,
        "\n\n  \n,,,\n" + PLAIN,
        PLAIN + "\n \n,,,,\n",
        "name,email,company,owner,tags,,\nAnn Lee,ann@acme.example,Acme,Kim,vip;north,,\n",
        "name,email,company,owner,tags\nAnn Lee,ann@acme.example,Acme,Kim,vip;north,,,\n",
        "name, email, company, owner, tags\nAnn Lee, ann@acme.example, Acme, Kim, 'vip;north'\n".replace("'", '"'),
        "name,email,company,owner,tags\n Ann  Lee ,\xa0ann@acme.example\t,Acme\x00,Kim\x01,vip ; north;;VIP\n",
        'name,email,company,owner,tags\n"Ann\r\nLee",ann@acme.example,"Acme\n",Kim,"vip\nnorth"\n',
        "NAME,E-MAIL,COMPANY,OWNER,TAGS\nAnn Lee,ANN@Acme.Example,Acme,Kim,vip;north\n",
        "tags,unused,owner,email,company,name\nvip;north,x,Kim,ann@acme.example,Acme,Ann Lee\n",
        "name,email,company,owner,tags,labels\nAnn Lee,mailto:ann@acme.example,Acme,Kim,vip,north\n",
        "name,email,company,owner,tags\nAnn Lee,Ann Lee <ann@acme.example>,Acme,Kim,vip;north\n",
        "name,email,company,owner,tags\nAnn Lee,\u200bann@acme.example\ufeff,Acme,Kim,vip;north\n",
        "first name,last name,email,company,owner,tags\nAnn,Lee,ann@acme.example,Acme,Kim,vip;north\n",
        "Vorname;Name;E-Mail;Firma;Betreuer;Schlagworte\nAnn;Lee;ann@acme.example;Acme;Kim;vip,north\n",
        "name,given name,family name,email,company,owner,tags\nAnn Lee,A,L,ann@acme.example,Acme,Kim,vip;north\n",
        "name,first name,email,company,owner,tags\nAnn Lee,Ann,ann@acme.example,Acme,Kim,vip;north\n",
    ],
)
def test_the_same_customer_is_read_however_it_is_written(text: str) -> None:
    (row,) = rows(text)
    assert (row.name, row.emails, row.company, row.owner, row.tags) == ("Ann Lee", ANN.emails, "Acme", "Kim", ANN.tags)


@pytest.mark.parametrize(
    "header",
    [
        "name,e-mail,customer owner,organisation,labels",
        "Customer;E-Mail-Adresse;Account owner;Firma;Kategorien",
        "Kunde;mail;Betreuer;Unternehmen;Schlagwörter",
        "Nom;Courriel;Propriétaire;Société;Étiquettes",
        "NOMBRE;Correo Electrónico;Responsable;COMPAÑIA;Etiquetas",
        "Nome;Indirizzo e-mail;Responsabile;Azienda;Etichette",
        "Klant;E-mailadres;Eigenaar;Bedrijf;Trefwoorden",
        "Imię i nazwisko;Adres e-mail;Opiekun;Nazwa firmy;Etykiety",
        "Имя;Электронная почта;Ответственный;Компания;Теги",
        "名前,メールアドレス,担当者,会社名,タグ",
        "姓名\tE-mail 1 - Value\t负责人\t公司\t标签",
        "이름,이메일,담당자,회사,태그",
        "Namn;E-post;Ansvarig;Företag;Etiketter",
        "Name (full)|Email Address|Owner|Company Name|Tags".replace(" (full)", ""),
    ],
)
def test_headers_are_known_in_many_languages(header: str) -> None:
    delimiter = next(one for one in ",;\t|" if one in header)
    (row,) = rows(f"{header}\n{delimiter.join(['Ann Lee', 'ann@acme.example', 'Kim', 'Acme', 'vip'])}\n")
    assert row == CsvRow(2, "Ann Lee", ("ann@acme.example",), "Acme", "Kim", ("vip",))


@pytest.mark.parametrize(
    ("cell", "emails"),
    [
        ("a@x.example;b@y.example", ("a@x.example", "b@y.example")),
        ('"a@x.example, b@y.example"', ("a@x.example", "b@y.example")),
        ('"a@x.example\nb@y.example  c@z.example"', ("a@x.example", "b@y.example", "c@z.example")),
        (";a@x.example;; A@X.example ;", ("a@x.example",)),
        ('"Lee, Ann <a@x.example>; Bob B. <b@y.example>"', ("a@x.example", "b@y.example")),
        ("a@x.example; Bob <b@y.example>", ("a@x.example", "b@y.example")),
        ("info@bücher.example", ("info@xn--bcher-kva.example",)),
        ("'+sales@x.example", ("+sales@x.example",)),
        ("MAILTO:a@x.example", ("a@x.example",)),
    ],
)
def test_a_cell_may_hold_several_addresses(cell: str, emails: tuple[str, ...]) -> None:
    assert rows(f"name,email\nAnn,{cell}\n")[0].emails == emails


def test_several_columns_of_addresses_are_gathered_in_their_order() -> None:
    text = "email2,name,email,Other e-mail\nb@x.example,Ann,a@x.example;b@x.example,c@x.example\n"
    assert rows(text)[0].emails == ("b@x.example", "a@x.example", "c@x.example")


def test_without_a_name_a_row_is_called_by_its_company_or_its_address() -> None:
    found = rows("name,email,company\n,a@x.example,Acme\n,b@x.example,\n")
    assert [(row.name, row.called) for row in found] == [("", "Acme"), ("", "b@x.example")]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("Ann,", "The row has no mail address."),
        ("Ann", "The row has no mail address."),
        ("Ann,;", "The row has no mail address."),
        ("Ann,ann", "'ann' is not a mail address."),
        ("Ann,ann@acme", "'ann@acme' is not a mail address."),
        ("Ann,ann@@acme.example", "'ann@@acme.example' is not a mail address."),
        ("Ann,ann @acme.example", "'ann' is not a mail address."),
        ("Ann,Ann <ann at acme.example>", "'ann at acme.example' is not a mail address."),
        ("Ann,a\x00nn@acme.example", "'ann@acme.example' is not a mail address."),
        ("Ann,a\u202enn@acme.example", "'ann@acme.example' is not a mail address."),
        ("Ann,ann@acme.example,Acme,Kim,vip,more", "The row has 6 cells, but there are 5 columns."),
        ("Lee, Ann,ann@acme.example", "'Ann' is not a mail address."),
        (f"{'A' * 301},ann@acme.example", "The name has 301 characters, more than 300: 'AAA"),
        (f"Ann,{'a' * 250}@acme.example", "A mail address has at most 254 characters, this one 263"),
        (f"Ann,ann@acme.example,,,{'t' * 81}", "A tag has at most 80 characters, this one 81"),
        (f"Ann,ann@acme.example,,,{';'.join(map(str, range(51)))}", "There are 51 tags, more than 50."),
        (f"Ann,{';'.join(f'a{n}@x.example' for n in range(101))}", "There are 101 addresses, more than 100."),
        ("Ann \ufffd,ann@acme.example", "has a character that could not be read."),
        ("Ann,ann\ufffd@acme.example", "is not a mail address."),
        ('"Ann\nbob@acme.example,Bob",ann@acme.example', "The name runs over several lines with an address in them"),
    ],
)
def test_a_bad_row_is_told_with_its_line_and_its_reason(row: str, reason: str) -> None:
    text = f"name,email,company,owner,tags\nGood,good@acme.example\n\n{row}\nGood,good2@acme.example\n"
    table = read_csv(text.encode())
    ((line, told),) = ((one.line, one.reason) for one in table.bad)
    assert line == 4
    assert reason in told
    assert [one.emails[0] for one in table.rows] == ["good@acme.example", "good2@acme.example"]


def test_a_line_number_is_that_of_the_file_even_after_cells_with_line_breaks() -> None:
    text = 'name,email,note\nAnn,ann@x.example,"one\ntwo\r\nthree"\n\nBob,bob,\nCem,cem@x.example,\n'
    table = read_csv(text.encode())
    assert [row.line for row in table.rows] == [2, 7]
    assert [row.line for row in table.bad] == [6]


def test_a_quotation_mark_that_is_never_closed_loses_no_row_unsaid() -> None:
    assert bad('name,email\nAnn,ann@x.example\n"Bob,bob@x.example\nCem,cem@x.example\n') == [
        (3, "A cell that begins here goes on to the end of the file; a quotation mark is probably missing.")
    ]
    assert [line for line, _ in bad('email,name\nann@x.example,"Ann')] == [2]


def test_a_quotation_mark_that_swallows_a_huge_part_of_the_file_is_a_bad_row() -> None:
    many = "".join(f"Person {n},p{n}@x.example\n" for n in range(10_000))
    table = read_csv(f'name,email\n"Bob,bob@x.example\n{many}'.encode())
    assert table.bad[0].line == 2
    assert "A cell goes on for more than 131,072 characters" in table.bad[0].reason


def test_a_file_with_one_damaged_letter_is_not_taken_for_another_encoding() -> None:
    data = "name,email\nMüller,m@x.example\nBäcker,b@x.example\n".encode().replace("ä".encode(), b"\xc3")
    table = read_csv(data)
    assert table.rows == (CsvRow(2, "Müller", ("m@x.example",)),)
    assert [row.line for row in table.bad] == [3]
    assert "damaged" in table.notes[0]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf\r\n\r\n \r\n", "The file is empty."),
        (b"\x00,\x00\n", "None of its columns has a name."),
        (b"PK\x03\x04rest", "This is an Excel, OpenDocument or ZIP file, not CSV."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "This is an old Excel file, not CSV."),
        (b"Ann,ann@x.example\nBob,bob@x.example\n", "The first line of the file holds an address"),
        (b"Name;Telephone\nAnn;123\n", "Its columns are 'Name', 'Telephone'. Nothing was changed."),
        (b'"name\n' + b"x" * 200_000, "A cell goes on for more than"),
    ],
)
def test_what_is_no_table_of_customers_is_refused_in_a_sentence(data: bytes, words: str) -> None:
    assert words in refused(data)


def test_too_large_a_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(customer_csv, "MAX_ROWS", 3)
    text = "name,email\n" + "Ann,ann@x.example\n" * 3
    assert len(read_csv(text.encode()).rows) == 3
    assert "more than 3 rows" in refused(text + "Ann,\n")
    monkeypatch.setattr(customer_csv, "MAX_BYTES", 10)
    assert "The file has 0 MB, more than 0." in refused(text)


class TestMapping:
    TEXT = "Customer Name,E-Mail,Second mail,Remarks,Company\nAnn,a@x.example,b@x.example,vip,Acme\n"

    def test_columns_are_named_by_the_person(self) -> None:
        mapping = parse_mapping("name=customer name, email=E-MAIL,email=Second  Mail,tags=Remarks")
        assert rows(self.TEXT, mapping) == [CsvRow(2, "Ann", ("a@x.example", "b@x.example"), "Acme", "", ("vip",))]

    def test_what_is_named_wins_over_what_is_recognised(self) -> None:
        (row,) = rows(self.TEXT, parse_mapping("email=Second mail,name=Company"))
        assert (row.name, row.emails, row.company) == ("Acme", ("b@x.example",), "")

    def test_a_name_in_parts_is_joined(self) -> None:
        (row,) = rows("A;B;Mail\nAnn;Lee;a@x.example\n", parse_mapping("name=A,name=B"))
        assert row.name == "Ann Lee"

    def test_a_column_with_a_comma_or_an_equals_sign_can_be_named(self) -> None:
        assert parse_mapping('"email=Mail, private",name=a=b') == {"Mail, private": "email", "a=b": "name"}

    def test_email2_is_an_email(self) -> None:
        assert parse_mapping("email=A,email2=B") == {"A": "email", "B": "email"}

    @pytest.mark.parametrize("text", ["name", "name=", "fax=Telefax", "=x", "name=A,company=A", "name=A,,email=B"])
    def test_what_says_nothing_is_refused(self, text: str) -> None:
        with pytest.raises(CommandRefused) as caught:
            parse_mapping(text)
        assert caught.value.code is ReasonCode.BAD_INPUT

    def test_a_column_that_is_not_there_is_refused_with_those_that_are(self) -> None:
        told = refused(self.TEXT, {"Mail": "email"})
        assert "no column 'Mail'" in told
        assert "'Customer Name', 'E-Mail', 'Second mail', 'Remarks', 'Company'" in told

    def test_two_columns_for_one_company_are_refused(self) -> None:
        assert "The company is one column" in refused(self.TEXT, {"Remarks": "company", "Company": "company"})


def test_the_columns_read_and_not_read_are_told() -> None:
    table = read_csv(b"Contact,Customer,Mail,Fax\nAnn,Acme,a@x.example,1\n")
    assert table.columns == (("name", "Customer"), ("email", "Mail"))
    assert table.unused == ("Contact", "Fax")
    assert table.notes == ("The name is read from 'Customer', not from 'Contact'.",)
    assert table.rows[0].name == "Acme"


def test_telephone_numbers_are_read_and_what_is_none_is_left_out() -> None:
    table = read_csv(b"Name;Mail;Telefon;Mobile\nAnn;a@x.example;030 123456, Empfang;+49 30 123456 ::: 0170 1234567\n")
    assert table.rows[0].phones == ("030 123456", "0170 1234567")


@pytest.mark.parametrize(
    "text", ["=1+1", "+tag", "-x", "@all", "＝1", "＠all", "'=1", "''=1", "'quoted'", "plain", "'"]
)
def test_a_cell_written_for_a_spreadsheet_is_read_as_it_was(text: str) -> None:
    cell = spreadsheet_cell(text)
    assert cell[0] not in "=+-@＝＋－＠"
    assert rows(f"name,email\n{cell},a@x.example\n")[0].name == text


@pytest.mark.parametrize("path", sorted(FILES.glob("*.csv")), ids=lambda path: path.stem)
def test_files_as_programs_write_them(path: Path) -> None:
    table = read_csv(path.read_bytes())
    assert table.bad == ()
    assert [(row.name, row.emails, row.company) for row in table.rows] == [
        ("Zoë Müller", ("zoe@acme.example", "z.mueller@home.example"), "Acme GmbH, Köln"),
        ("Bob O'Neil", ("bob@bolts.example",), "Bolts"),
    ]


HEADS = [b"", b"name,email\n", b"name;email;tags\r\n", b"\xef\xbb\xbfName\tE-Mail\r", b"\xff\xfen\x00,\x00", b"email\n"]


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(HEADS), st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_a_table_or_a_refusal(head: bytes, rest: bytes) -> None:
    try:
        table = read_csv(head + rest)
    except CommandRefused:
        return
    assert isinstance(table, CsvTable)
    assert all(row.emails and row.called and not has_controls(row.called) for row in table.rows)


PUNCTUATED = st.text(st.sampled_from("aÄ,;\"'=+-@\t|\n\r<> \x00é字"), max_size=12)


@settings(max_examples=300, deadline=None)
@given(st.lists(PUNCTUATED, max_size=5), st.sampled_from(",;\t|"))
def test_any_cells_are_a_row_or_a_bad_row_and_the_next_row_is_read(cells: list[str], delimiter: str) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerows([["name", "email", "company", "owner", "tags"], cells, ["Last", "last@x.example"]])
    table = read_csv(out.getvalue().encode())
    assert table.rows[-1].name == "Last"
    assert len(table.rows) + len(table.bad) == (2 if any(cell.strip() for cell in cells) else 1)


WORDS = st.text(st.characters(exclude_categories=["C", "Z", "M"]), min_size=1, max_size=12).filter(
    lambda word: "�" not in word
)
NAMES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)
LOCALS = st.from_regex(r"[a-z+=\-'][a-z0-9+.'\-]{0,10}", fullmatch=True)
EMAILS = st.builds(
    lambda local, domain: f"{local}@{domain}.example", LOCALS, st.from_regex("[a-z]{1,8}", fullmatch=True)
)
TAGS = st.lists(NAMES.filter(lambda tag: not set(tag) & set(",;")), max_size=3)


@settings(max_examples=300, deadline=None)
@given(NAMES, st.lists(EMAILS, min_size=1, max_size=3, unique=True), NAMES, TAGS, st.sampled_from(",;\t|"))
def test_what_is_written_for_spreadsheets_is_read_again(
    name: str, emails: list[str], company: str, tags: list[str], delimiter: str
) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(["name", "email", "company", "owner", "tags"])
    writer.writerow(map(spreadsheet_cell, [name, "; ".join(emails), company, "", ";".join(tags)]))
    (row,) = rows(out.getvalue())
    assert row.name == text_of(name, "name")
    assert row.emails == tuple(emails)
    assert row.company == text_of(company, "company")
    assert row.tags == tags_of(tags)
