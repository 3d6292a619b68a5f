"""Which column of a table of customers is what: by its header in any of many languages, or as a person says."""

import csv
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from desktop.parsing import clean
from desktop.services.customer_values import bad_input, shown

FIELDS = ("name", "email", "company", "owner", "tags", "phone")
UNUSED = "unused"
"""Stands for a field where a column is to be left out, whatever its header says."""
_REPEATABLE = frozenset({"name", "email", "tags", "phone", UNUSED})
"""Fields that several columns may feed: the parts of a name are joined, addresses, tags and phones are gathered."""

SYNONYMS: Mapping[str, str] = {
    "name": "name, full name, display name, customer name, customer, client name, client, contact name, contact,"
    " person, vollständiger name, kundenname, kunde, ansprechpartner, kontaktname, kontakt, nom complet, nom,"
    " nom du client, nombre completo, nombre, cliente, contacto, nome completo, nome, contatto, volledige naam, naam,"
    " klantnaam, klant, contactpersoon, namn, kundnamn, kund, navn, kundenavn, nimi, asiakas, imię i nazwisko, nazwa,"
    " klient, jméno, zákazník, név, ügyfél, nume, client nume, ad soyad, isim, müşteri, фио, имя, клиент, контакт,"
    " 氏名, 名前, お名前, 顧客名, 顧客, 姓名, 名称, 客户名称, 客户, 이름, 성명, 고객명, 고객",
    "given": "first name, given name, forename, vorname, prénom, primer nombre, voornaam, förnamn, fornavn, etunimi,"
    " imię, křestní jméno, keresztnév, prenume",
    "family": "last name, family name, surname, nachname, familienname, zuname, nom de famille, apellido, apellidos,"
    " cognome, achternaam, efternamn, efternavn, etternavn, sukunimi, nazwisko, příjmení, vezetéknév, soyad, фамилия",
    "email": "email, emails, mail, mails, email address, email addresses, mail address, email value, emails value,"
    " primary email, secondary email, second mail, second email, alternative email, other email, work email,"
    " business email, home email, private email, personal email, contact email, customer email, company email,"
    " mailadresse, mailadressen, email adresse, email adressen, adresse mail, adresse email, courriel,"
    " adresse électronique, adresse courriel, correo, correo electrónico, dirección de correo,"
    " dirección de correo electrónico, posta elettronica, indirizzo email, indirizzo di posta elettronica,"
    " endereço de email, mailadres, email adres, epost, epostadress, epostadresse, mejl, mejladress, mailadress,"
    " sähköposti, sähköpostiosoite, adres email, poczta, emailová adresa, email cím, adresă de email, eposta,"
    " eposta adresi, email адрес, почта, эл почта, электронная почта, адрес электронной почты, メール, eメール,"
    " メールアドレス, 邮箱, 邮件, 电子邮件, 电子邮箱, 電子郵件, 이메일, 이메일 주소",
    "company": "company, company name, organisation, organization, organisation name, organization name,"
    " account name, account, business, business name, firm, firma, firmenname, unternehmen, gesellschaft,"
    " société, entreprise, raison sociale, empresa, compañía, organización, razón social, azienda, società, ditta,"
    " ragione sociale, organizzazione, organização, bedrijf, bedrijfsnaam, organisatie, företag, företagsnamn, bolag,"
    " virksomhed, virksomhet, bedrift, selskab, selskap, yritys, organisaatio, nazwa firmy, spółka, organizacja,"
    " společnost, organizace, cég, cégnév, companie, şirket, kurum, компания, организация, фирма, 会社, 会社名,"
    " 企業, 公司, 公司名称, 회사, 회사명",
    "owner": "owner, account owner, customer owner, contact owner, record owner, account manager, responsible,"
    " assigned to, assignee, sales rep, inhaber, besitzer, kundenbetreuer, betreuer, zuständig, zuständiger,"
    " verantwortlich, verantwortlicher, bearbeiter, responsable, propriétaire, propietario, responsabile,"
    " proprietario, responsável, eigenaar, accountmanager, verantwoordelijke, ansvarig, ägare, ansvarlig, eier, ejer,"
    " omistaja, vastuuhenkilö, opiekun, właściciel, vlastník, tulajdonos, felelős, sorumlu, ответственный, владелец,"
    " менеджер, 担当者, 担当, 负责人, 담당자",
    "tags": "tags, tag, labels, label, categories, category, keywords, groups, group, group membership,"
    " schlagworte, schlagwörter, schlagwort, stichworte, stichwörter, kategorien, kategorie, gruppen, gruppe,"
    " étiquettes, étiquette, catégories, catégorie, mots clés, etiquetas, categorías, categoría, etichette,"
    " categorie, labels groep, trefwoorden, taggar, etiketter, kategorier, tunnisteet, etykiety, tagi, kategorie,"
    " štítky, címkék, etichete, etiketler, etiket, теги, метки, タグ, ラベル, 标签, 태그",
    "phone": "phone, phones, phone number, phone numbers, telephone, telephone number, tel, mobile, mobile phone,"
    " mobile number, cell, cell phone, work phone, business phone, home phone, phone value, primary phone, main phone,"
    " telefon, telefonnummer, handy, handynummer, mobil, mobiltelefon, rufnummer, festnetz, téléphone, portable,"
    " numéro de téléphone, teléfono, número de teléfono, móvil, celular, telefono, cellulare, numero di telefono,"
    " telefone, telemóvel, telefoon, telefoonnummer, mobiel, mobilnummer, puhelin, puhelinnumero, telefon komórkowy,"
    " numer telefonu, telefonní číslo, telefonszám, număr de telefon, telefon numarasi, телефон, номер телефона,"
    " мобильный, 電話, 電話番号, 携帯電話, 电话, 电话号码, 手机, 전화, 전화번호, 휴대폰",
}
"""Headers by field, the likelier first; compared without case, accents, digits, spaces and signs."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The places of the fields in a row, which headers they are, and what is said about the choice."""

    places: Mapping[str, tuple[int, ...]]
    headers: tuple[str, ...]
    notes: tuple[str, ...] = ()

    def cells(self, field: str, row: Sequence[str]) -> list[str]:
        """Return the cells of *row* that feed *field*; a row may be shorter than the header."""
        return [row[place] for place in self.places.get(field, ()) if place < len(row)]

    def used(self) -> tuple[tuple[str, str], ...]:
        """Return (field, header) for each column that is read, in the order of the file."""
        pairs = sorted((place, field) for field, places in self.places.items() for place in places)
        return tuple((field, self.headers[place]) for place, field in pairs)

    def unused(self) -> tuple[str, ...]:
        """Return the headers that nothing is read from."""
        taken = {place for places in self.places.values() for place in places}
        return tuple(header for place, header in enumerate(self.headers) if header and place not in taken)


def parse_mapping(text: str) -> dict[str, str]:
    """Return the field of each column named in *text*: ``name=Customer Name,email=E-Mail,email=Second mail``.

    A column whose name has a comma is put in quotation marks with its field: ``"email=Mail, private"``.
    """
    fields: dict[str, str] = {}
    pairs = next(csv.reader([text], skipinitialspace=True), [])
    for pair in pairs:
        field, equals, column = pair.partition("=")
        field = re.sub(r"\d+$", "", field.strip().casefold())
        if not equals or not column.strip():
            raise bad_input(f"{shown(pair)} does not say which column is which.", _MAP_ACTION)
        if field not in FIELDS:
            raise bad_input(f"There is no field {shown(field)}.", f"The fields are {', '.join(FIELDS)}.")
        if fields.setdefault(column.strip(), field) != field:
            raise bad_input(f"The column {shown(column)} is given to two fields.", _MAP_ACTION)
    return fields


_MAP_ACTION = "Write it like this: --map 'name=Customer Name,email=E-Mail'."


def find_columns(headers: Sequence[str], mapping: Mapping[str, str] | None = None) -> Columns:
    """Return which columns are which: those of *mapping* (column to field) as it says, the rest by their headers.

    Raises CommandRefused, naming the columns there are, when *mapping* names another or no column has addresses.
    """
    names = tuple(clean.one_line(header, 200) for header in headers)
    chosen = _mapped(names, mapping or {})
    taken = {place for places in chosen.values() for place in places}
    notes: list[str] = []
    for field in SYNONYMS:
        if field in chosen or (field in {"given", "family"} and "name" in (mapping or {}).values()):
            continue
        places = [place for place, name in enumerate(names) if place not in taken and _is(name, field)]
        if len(places) > 1 and field not in {"email", "tags", "phone"}:
            best = min(places, key=partial(_rank, names, field))
            left = ", ".join(shown(names[place]) for place in places if place != best)
            notes.append(f"The {field} is read from {shown(names[best])}, not from {left}.")
            places = [best]
        if places:
            chosen[field] = tuple(places)
    if not chosen.get("email"):
        raise _no_addresses(names)
    chosen.pop(UNUSED, None)
    return Columns(chosen, names, tuple(notes))


def recognised(headers: Sequence[str], mapping: Mapping[str, str]) -> int:
    """Return how many of *headers* mean something, to tell by which character a line is divided."""
    wanted = {_folded(column) for column in mapping}
    return sum(1 for header in headers if _folded(header) in wanted or any(_is(header, field) for field in SYNONYMS))


def _mapped(names: Sequence[str], mapping: Mapping[str, str]) -> dict[str, tuple[int, ...]]:
    chosen: dict[str, tuple[int, ...]] = {}
    for column, field in mapping.items():
        places = tuple(place for place, name in enumerate(names) if _folded(name) == _folded(column))
        if not places:
            raise bad_input(
                f"The file has no column {shown(column)}. {_listed(names)}", "Name one of these with --map."
            )
        kept = places if field in _REPEATABLE else places[:1]
        if field in chosen and field not in _REPEATABLE:
            raise bad_input(f"The {field} is one column; several are named for it.", "Name one with --map.")
        chosen[field] = tuple(dict.fromkeys((*chosen.get(field, ()), *kept)))
    return chosen


def _no_addresses(names: Sequence[str]) -> Exception:
    if any("@" in name for name in names):
        return bad_input(
            "The first line of the file holds an address, so it is no line of column names.",
            "Put a line like 'name,email,company,owner,tags' above it.",
        )
    return bad_input(
        f"No column of the file is known to hold mail addresses. {_listed(names)}",
        "Say which one does, for example: --map 'email=NAME OF THE COLUMN'.",
    )


def _listed(names: Sequence[str]) -> str:
    named = [shown(name, 40) for name in names if name]
    more = f" and {len(named) - 20} more" if len(named) > 20 else ""
    return f"Its columns are {', '.join(named[:20])}{more}." if named else "None of its columns has a name."


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def _key(header: str) -> str:
    """Return the letters of *header* alone, without case and accents: 'E-Mail 2' is 'email'."""
    apart = unicodedata.normalize("NFKD", header[:200]).casefold()
    return "".join(ch for ch in apart if ch.isalpha())


def _rank(names: Sequence[str], field: str, place: int) -> int:
    return _RANKS[field][_key(names[place])]


def _is(header: str, field: str) -> bool:
    return _key(header) in _RANKS[field]


_RANKS = {
    field: {_key(word): rank for rank, word in reversed(list(enumerate(words.split(","))))}
    for field, words in SYNONYMS.items()
}
