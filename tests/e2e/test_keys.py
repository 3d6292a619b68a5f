"""The ways to a profile's key: a key file, a passphrase, the recovery code - and what happens when one is lost."""

import stat

import pytest

from tests.e2e.letters import letter
from tests.e2e.postroom import Postroom, refusal
from tests.e2e.steps import add_customer, connect, figures, is_sound, sync
from tests.helpers.dovecot import Dovecot, User

pytestmark = pytest.mark.server


@pytest.fixture
def user(postroom: Postroom, dovecot: Dovecot) -> User:
    """A connected mailbox, whose password is sealed in the store."""
    made = dovecot.new_user()
    connect(postroom, dovecot, made)
    return made


def test_a_lost_key_file_comes_back_with_its_code(postroom: Postroom, dovecot: Dovecot, user: User) -> None:
    assert postroom.key_file is not None
    code = postroom.quick("key", "recovery").stdout
    key = postroom.key_file.read_text().strip()
    postroom.key_file.unlink()
    postroom.key_file = None
    assert postroom.refused("sync") == "KEYRING_MISSING"
    found = postroom.profile.parent / "found.key"
    postroom.ask("key", "restore", "--to", str(found), stdin=code)
    assert (found.read_text().strip(), stat.S_IMODE(found.stat().st_mode)) == (key, 0o600)
    postroom.key_file = found
    dovecot.deliver(user, letter(1))
    assert figures(sync(postroom)[user.name], "stored") == (1,), "the password in the store is readable again"
    is_sound(postroom)


def test_a_code_is_read_however_it_was_written_down(postroom: Postroom) -> None:
    add_customer(postroom, "Ann")
    code = postroom.quick("key", "recovery").stdout.strip()
    assert code.isascii()
    for number, spelled in enumerate((code.lower(), code.replace("-", ""), f"  {code} ", code.replace("-", " "))):
        postroom.ask("key", "restore", "--to", str(postroom.profile.parent / f"{number}.key"), stdin=f"{spelled}\n")


def test_a_code_with_a_slip_is_refused_and_nothing_is_written(postroom: Postroom, tmp_path: object) -> None:
    add_customer(postroom, "Ann")
    code = postroom.quick("key", "recovery").stdout.strip()
    target = postroom.profile.parent / "found.key"
    slips = [
        code[:-1],
        code[::-1],
        code[:10] + ("2" if code[10] != "2" else "3") + code[11:],
        "nonsense",
        "0" * len(code),
    ]
    for slip in slips:
        assert refusal(postroom.quick("key", "restore", "--to", str(target), "--json", stdin=f"{slip}\n"))
        assert not target.exists()


def test_the_code_of_another_profile_does_not_open_this_one(postroom: Postroom, dovecot: Dovecot) -> None:
    add_customer(postroom, "Ann")
    other = Postroom(postroom.profile.parent / "other", postroom.profile.parent / "other.key")
    assert other.key_file is not None
    postroom.begin_exactly("key", "new", str(other.key_file)).result()
    add_customer(other, "Bob")
    code = other.quick("key", "recovery").stdout
    target = postroom.profile.parent / "found.key"
    assert postroom.refused("key", "restore", "--to", str(target), stdin=code) == "KEY_WRONG"
    assert not target.exists()


def test_a_passphrase_opens_what_the_key_file_opened(postroom: Postroom, dovecot: Dovecot, user: User) -> None:
    postroom.ask("key", "passphrase", stdin="fünf Wörter und noch eins\n")
    postroom.key_file = None
    dovecot.deliver(user, letter(1))
    result = postroom.quick("sync", "--passphrase-stdin", "--json", stdin="fünf Wörter und noch eins\n")
    assert result.code == 0, str(result)
    assert result.json["mailboxes"][0]["folders"][0]["stored"] == 1
    for wrong in ("fünf Wörter", "", "FÜNF WÖRTER UND NOCH EINS"):
        error = refusal(postroom.quick("emails", "list", "--passphrase-stdin", "--json", stdin=f"{wrong}\n"))
        assert error["code"] in {"KEY_WRONG", "BAD_INPUT"}
    assert postroom.refused("emails", "list") == "KEYRING_MISSING"


def test_a_new_profile_under_a_passphrase(postroom: Postroom) -> None:
    postroom.key_file = None
    words = ("--passphrase-stdin", "--json")
    made = postroom.quick("customers", "add", "--name", "Ann", *words, stdin="some words\n")
    assert made.code == 0, str(made)
    assert refusal(postroom.quick("customers", "list", *words, stdin="other words\n"))["code"] == "KEY_WRONG"
    assert len(postroom.quick("customers", "list", *words, stdin="some words\n").json["items"]) == 1
