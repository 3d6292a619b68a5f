"""What a log line may not hold is taken out of it, and what it needs stays."""

import base64
import logging
import secrets
import sys
import time
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from desktop.security.redaction import LONGEST_RECORD, RedactingFormatter, redact
from desktop.security.secrets import HIDDEN, DatabaseKey, KnownSecrets, Secret, new_key


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget what other tests of this process called a secret: ``1234567`` would go from every number."""
    known = KnownSecrets()
    for module in ("secrets", "redaction"):
        monkeypatch.setattr(f"desktop.security.{module}.KNOWN", known)


TOKEN = "ya29.A0ARrdaM9Qw3rTyUiOpAsDfGhJkLzXcVbNm1234567890-_abcDEF"
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJlLW9mLXRoaXMtdG9rZW4"
BLOB = "dXNlcj1hbm5AZXhhbXBsZS5vcmcBYXV0aD1CZWFyZXIgeWEyOS4BAQ=="
HEX = "0123456789abcdef" * 4

# text, what must be gone, what must stay
CASES = [
    ("mail from ann@example.org refused", "ann@example.org", "mail from <address "),
    ("to 'Ann.B+tag@mail.example.co.uk'", "Ann.B+tag", "to '"),
    ("grün@exämple.org", "exämple", "<address"),
    ("user%40example.org", "example", "<address"),
    ('"ann smith"@example.org', "example", "<address"),
    ('"ann.smith"@example.org', "ann.smith", "<address"),
    ("ann@localhost:993", "ann", ":993"),
    ("imaps://ann:hunter2@mail.example.org/INBOX", "hunter2", "@mail.example.org/INBOX"),
    ("postgresql+psycopg://post:p%40ss@db/post", "p%40ss", "postgresql+psycopg://"),
    ("Authorization: Bearer abc", "abc", "Authorization: "),
    ("'Authorization': 'Basic YW5uOmh1bnRlcjI='", "YW5u", "'Authorization': "),
    (f"Bearer {TOKEN}", TOKEN, "Bearer "),
    (f"got {TOKEN} from", TOKEN[10:30], " from"),
    (f"id {JWT} end", "eyJ", " end"),
    ("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm4ifQ.", "eyJ", ""),
    (f"A1 AUTHENTICATE XOAUTH2 {BLOB}", BLOB[:20], "AUTHENTICATE XOAUTH2 "),
    ("A1 AUTHENTICATE PLAIN AGFubgBwdw==", "AGFubgBwdw", "AUTHENTICATE PLAIN "),
    ("AUTH LOGIN YW5u", "YW5u", "AUTH LOGIN "),
    (f"+ {BLOB}", BLOB[:20], "+ "),
    ("b'KLMN1 LOGIN ann hunter2'", "hunter2", "b'KLMN1 LOGIN "),
    ('A1 LOGIN "ann smith" "hun\\"ter 2"', "ter 2", "A1 LOGIN "),
    ("A1 LOGIN ann pass word with spaces", "spaces", "A1 LOGIN "),
    ("password=hunter2", "hunter2", "password="),
    ("PASSWORD = 'hunter 2' next", "hunter 2", " next"),
    ('{"password": "hun\\"ter2", "user": "ann"}', "ter2", '"user": "ann"'),
    ("{'client_secret': 'GOCSPX-abc'}", "GOCSPX", "client_secret"),
    ("refresh_token: 1//04abc", "1//04", "refresh_token: "),
    ("access_token=abc&scope=mail", "abc", "access_token="),
    ("PGPASSWORD=pw psql", "pw ", " psql"),
    ("passphrase='correct horse'", "horse", "passphrase="),
    ("api-key: k1", "k1", "api-key: "),
    ("database_key=b'\\x00\\x01'", "x00", "database_key="),
    (f"PRAGMA key = \"x'{HEX}'\"", HEX[:20], "PRAGMA key"),
    (HEX.upper(), HEX[:20].upper(), ""),
    ("CHJPG-CSV80-D5N6T-PV3DZ-DSQQE-0WBJ0-EDT7T-AXKQP-F1WQV-MYVW6-FNZ7P-Z0415-GA1YT", "CHJPG", ""),
]


@pytest.mark.parametrize(("text", "gone", "stays"), CASES)
def test_secrets_and_addresses_go(text: str, gone: str, stays: str) -> None:
    shown = redact(text)
    assert gone not in shown
    assert stays in shown


@pytest.mark.parametrize(
    "text",
    [
        "INBOX: 250 messages fetched in 3.2 seconds, 12 for review",
        "The server answered NO [UNAVAILABLE] Try again later",
        "CONDSTORE QRESYNC AUTH=PLAIN AUTH=XOAUTH2 SASL-IR LOGINDISABLED",
        'File "/usr/lib/python3.11/site-packages/sqlalchemy/engine/default.py", line 951, in do_execute',
        "/srv/Postroom/Profiles/Support2/profile.json cannot be written: the disk is full.",
        "desktop.security.keysource.test_a_database_without_its_key_never_gets_a_new_one",
        "UIDs 1:4,7,9:12 of epoch 1700000000 are missing; 3000000000 is the next",
        "KeyringLockedUntilSomebodyUnlocksItException in thread keyring",
        "2026-03-01T12:00:00Z sync of mailbox 3 took 12345678901234567890123456789012 ns",
        "login failed",
        "AUTHENTICATE failed",
        "Wrong password",
    ],
)
def test_what_a_log_needs_stays(text: str) -> None:
    assert redact(text) == text


def test_an_address_keeps_its_stand_in_so_that_lines_can_be_connected() -> None:
    one, again, other = redact("ann@example.org"), redact("from Ann@Example.org to"), redact("bob@example.org")
    assert again == f"from {one} to"
    assert one != other


SPELLINGS: dict[str, Callable[[str], str]] = {
    "as it stands": lambda value: value,
    "repr": repr,
    "URL": lambda value: quote(value, safe=""),
    "base64": lambda value: base64.b64encode(value.encode()).decode(),
    "base64 URL": lambda value: base64.urlsafe_b64encode(value.encode()).decode(),
    "SASL PLAIN": lambda value: base64.b64encode(f"\0ann\0{value}".encode()).decode(),
    "SASL PLAIN, two characters of user": lambda value: base64.b64encode(f"\0an\0{value}".encode()).decode(),
    "XOAUTH2": lambda value: base64.b64encode(f"user=a\1auth=Bearer {value}\1\1".encode()).decode(),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("value", ["hunter2!", 'grün ist\'s "gut"', "pässwörd\\n", "ab cd ef gh", "😀 smile 😀"])
def test_a_known_secret_goes_in_every_spelling(spelling: str, value: str) -> None:
    Secret(value)
    spelled = SPELLINGS[spelling](value)
    shown = redact(f"the server said {spelled} to that")
    assert value not in shown
    assert spelled[len(spelled) // 4 : -len(spelled) // 4] not in shown
    assert "the server said " in shown


def test_a_known_key_goes_in_every_spelling() -> None:
    key = new_key()
    for spelled in (
        key.reveal_hex(),
        key.reveal_hex().upper(),
        base64.b64encode(key.reveal()).decode(),
        base64.urlsafe_b64encode(key.reveal()).decode(),
    ):
        assert spelled[:20] not in redact(f"key {spelled}, next")


@given(st.integers(24, 200).map(secrets.token_urlsafe))
def test_random_tokens_go_wherever_they_stand(token: str) -> None:
    assert token[5:-5] not in redact(f"a {token}, b")


@given(st.text())
@example("password=password=x")
@example("Bearer Bearer aaaaaaaaaaaaaaaaaaaaa@b")
@example("LOGIN LOGIN a b")
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    once = redact(text)
    assert redact(once) == once


@pytest.mark.parametrize(
    "unit", ["a", "a@", "@", "aA0", "password", "password=", '"', "://", "://a:", "LOGIN ", "eyJ", "%40"]
)
def test_hostile_text_takes_no_time(unit: str) -> None:
    text = unit * (50_000 // len(unit))
    started = time.perf_counter()
    redact(text)
    assert time.perf_counter() - started < 5


# the formatter


def record(message: object, *args: object, exc_info: object = None) -> logging.LogRecord:
    return logging.LogRecord("desktop.test", logging.ERROR, __file__, 1, message, args, exc_info)  # type: ignore[arg-type]


def test_arguments_are_redacted() -> None:
    shown = RedactingFormatter().format(record("login of %s with %r refused", "ann@example.org", Secret("hunter-two")))
    assert shown.startswith("login of <address ")
    assert shown.endswith(f"with {HIDDEN} refused")


def failure(message: str) -> object:
    try:
        try:
            raise ValueError(message)
        except ValueError as error:
            raise RuntimeError("while logging in") from error
    except RuntimeError:
        return sys.exc_info()


def test_tracebacks_are_redacted_with_their_causes() -> None:
    Secret("tr0ub4dor")
    shown = RedactingFormatter().format(record("failed", exc_info=failure("tr0ub4dor of ann@example.org token=abc")))
    assert "tr0ub4dor" not in shown
    assert "ann@example.org" not in shown
    assert "abc" not in shown
    assert "RuntimeError: while logging in" in shown
    assert f'File "{__file__}"' in shown


def test_the_next_handler_gets_no_unredacted_traceback_from_us() -> None:
    one = record("failed", exc_info=failure("ann@example.org"))
    RedactingFormatter().format(one)
    assert one.exc_text is None


def test_a_traceback_another_formatter_made_is_redacted_too() -> None:
    one = record("failed", exc_info=failure("ann@example.org"))
    logging.Formatter().format(one)
    assert one.exc_text is not None
    assert "ann@example.org" not in RedactingFormatter().format(one)


def test_stack_information_is_redacted() -> None:
    one = record("here")
    one.stack_info = "Stack: password=hunter2"
    assert "hunter2" not in RedactingFormatter().format(one)


def test_a_message_is_one_line_and_no_terminal_code() -> None:
    shown = RedactingFormatter("%(levelname)s %(message)s").format(
        record("a\nERROR forged\r\x1b[31mred\x07\x9b\u2028\u202etxt\tend")
    )
    assert shown == "ERROR a\\nERROR forged\\r\\x1b[31mred\\x07\\x9b\\u2028\\u202etxt end"


def test_an_exception_s_text_sends_no_terminal_code() -> None:
    shown = RedactingFormatter().format(record("failed", exc_info=failure("\x1b]0;title\x07\r")))
    assert not set(shown) & {"\x1b", "\x07", "\r"}


def test_a_wrong_log_call_is_a_line_without_its_arguments() -> None:
    shown = RedactingFormatter().format(record("%d mails of %s", "hunter2", "ann"))
    assert "cannot be written" in shown
    assert "hunter2" not in shown


def test_a_huge_record_is_cut_in_the_middle() -> None:
    shown = RedactingFormatter().format(record("start %s end", "x " * 3_000_000))
    assert len(shown) < LONGEST_RECORD + 100
    assert shown.startswith("start")
    assert shown.endswith("end")
    assert "characters left out" in shown


@given(st.text(), st.binary(min_size=32, max_size=32))
def test_no_text_breaks_the_formatter(text: str, key: bytes) -> None:
    secret = DatabaseKey(key)
    shown = RedactingFormatter().format(record("%s %s", text, secret.reveal_hex()))
    assert secret.reveal_hex() not in shown
    assert "\n" not in shown
