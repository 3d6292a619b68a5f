"""Being the person and the browser of a sign-in: from the address to open to the page that one lands on.

Without a browser this takes some hundredths of a second. It follows redirects, fills in the issuer's two forms, sends
a form that submits itself, and at the end asks the program's loopback receiver as a browser would.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qsl, urljoin, urlsplit

import requests

LOOPBACK = ("127.0.0.1", "localhost", "::1")
CALLBACK = "/callback"
TIMEOUT_S = 20
MOST_STEPS = 20
DISABLED = "This account is disabled."


class ConsentError(AssertionError):
    """The issuer showed something that no person could answer; the text of the page is in the words."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who signs in, and what they do: leave scopes out, or cancel at the `login` or the `consent` page."""

    address: str
    leave_out: frozenset[str] = frozenset()
    cancel_at: str = ""


@dataclass(frozen=True, slots=True)
class Redirect:
    """What a browser sends to the program in the end; `method` is POST for `response_mode=form_post`."""

    method: str
    url: str
    fields: Mapping[str, str]

    def deliver(self) -> str:
        """Send it and return the text of the landing page."""
        with requests.Session() as browser:
            browser.trust_env = False
            if self.method == "POST":
                landed = browser.post(self.url, data=dict(self.fields), timeout=TIMEOUT_S)
            else:
                landed = browser.get(self.url, params=dict(self.fields), timeout=TIMEOUT_S)
        return text_of(landed.text)

    def with_fields(self, **changed: str) -> "Redirect":
        """The same with other values, as somebody else might send it."""
        return Redirect(self.method, self.url, {**self.fields, **changed})


def consent(url: str, person: Person, *, ca_file: Path) -> str:
    """Open `url`, do what the person does, and return the text of the page the program shows in the end."""
    return answer_of(url, person, ca_file=ca_file).deliver()


def answer_of(url: str, person: Person, *, ca_file: Path) -> Redirect:
    """Open `url`, do what the person does, and return what a browser would send to the program."""
    with requests.Session() as browser:
        browser.trust_env = False  # the environment's authorities would be believed instead of ours
        browser.verify = str(ca_file)
        shown = browser.get(url, allow_redirects=False, timeout=TIMEOUT_S)
        for _ in range(MOST_STEPS):
            if shown.is_redirect:
                target = urljoin(shown.url, shown.headers["location"])
                if is_callback(target):
                    return Redirect("GET", target.partition("?")[0], dict(parse_qsl(urlsplit(target).query)))
                shown = browser.get(target, allow_redirects=False, timeout=TIMEOUT_S)
                continue
            form = Form.of(shown)
            target = urljoin(shown.url, form.action)
            if is_callback(target):
                return Redirect("POST", target, dict(form.fields))
            data = filled_in(form, person)
            shown = browser.post(target, data=data, allow_redirects=False, timeout=TIMEOUT_S)
    raise ConsentError(f"the issuer goes round in circles: {text_of(shown.text)}")


def is_callback(url: str) -> bool:
    """Tell whether an address is the program's own receiver."""
    parts = urlsplit(url)
    return parts.scheme == "http" and parts.hostname in LOOPBACK and parts.path == CALLBACK


def filled_in(form: "Form", person: Person) -> list[tuple[str, str]]:
    """The form as the person sends it."""
    names = {name for name, _ in form.fields}
    step = "login" if "address" in names else "consent"
    if step == "login" and DISABLED in form.page:
        raise ConsentError(DISABLED)
    if step == "consent" and "Give access" not in form.page:
        raise ConsentError(f"no page that a person could answer: {form.page}")
    decision = "cancel" if person.cancel_at == step else {"login": "next", "consent": "allow"}[step]
    data = [(name, value) for name, value in form.fields if name == "scope" and value not in person.leave_out]
    return [*data, *([("address", person.address)] if step == "login" else []), ("decision", decision)]


@dataclass(slots=True)
class Form:
    """The one form of a page: where it goes, its fields as they stand, and the text around it."""

    action: str = ""
    fields: list[tuple[str, str]] = field(default_factory=list)
    page: str = ""

    @classmethod
    def of(cls, shown: requests.Response) -> "Form":
        """Read the form of a page; raises ConsentError when there is none."""
        reader = _Reader()
        reader.feed(shown.text)
        page = " ".join(" ".join(reader.words).split())
        if reader.form is None:
            where = urlsplit(shown.url).path
            raise ConsentError(f"a page without a form: {shown.status_code} at {where}: {page}")
        reader.form.page = page
        return reader.form


def text_of(html: str) -> str:
    """The readable text of a page, with single spaces."""
    reader = _Reader()
    reader.feed(html)
    return " ".join(" ".join(reader.words).split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.form: Form | None = None
        self.words: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag in {"script", "style", "title"}:
            self._silent += 1
        elif tag == "form":
            self.form = Form(values.get("action", ""))
        elif tag == "input" and self.form is not None:
            self.form.fields.append((values.get("name", ""), values.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style", "title"}:
            self._silent -= 1

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)
