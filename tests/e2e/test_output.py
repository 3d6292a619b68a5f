"""What a command prints: any script whole in JSON, nothing that steers a terminal for people, and a pipe may break."""

import fcntl
import json
import os
import subprocess
import unicodedata
from base64 import b64encode
from pathlib import Path

import pytest

from tests.e2e.letters import letter, letters, message_id
from tests.e2e.postroom import Postroom, Result, console_script
from tests.e2e.steps import add_customer, connect, email, emails, sync
from tests.helpers.dovecot import Dovecot, User

pytestmark = pytest.mark.server


@pytest.fixture
def user(postroom: Postroom, dovecot: Dovecot) -> User:
    """A connected mailbox."""
    made = dovecot.new_user()
    connect(postroom, dovecot, made)
    return made


def encoded(text: str) -> str:
    """An RFC 2047 encoded word."""
    return f"=?utf-8?b?{b64encode(text.encode()).decode()}?="


SCRIPTS = {
    "German": ("Größe: 3 µm für Ärzte", "Jürgen Weiß"),
    "Chinese": ("你好，我的订单在哪里？", "王小明"),
    "Arabic": ("أين طلبي رقم 123؟", "ليلى حسن"),
    "Hebrew": ("איפה ההזמנה שלי?", "דוד לוי"),
    "Hindi": ("मेरा ऑर्डर कहाँ है", "अनिता"),
    "Emoji": ("Danke 👍🏽 👩‍👩‍👧 🇩🇪", "Zoë 🌻"),
    "Combining": ("Cafe\u0301 \u1e9b\u0323", "Ame\u0301lie"),
    "Astral": ("𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𐍈 𠜎", "𝒜𝓃𝓃"),
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_script_arrives_whole(postroom: Postroom, dovecot: Dovecot, user: User, script: str) -> None:
    subject, name = SCRIPTS[script]
    customer = add_customer(postroom, name, "ann@acme.example")
    mail = letter(1, f"{encoded(name)} <ann@acme.example>", subject=encoded(subject), body=f"{subject}\r\n{name}")
    dovecot.deliver(user, mail)
    sync(postroom)
    found = email(postroom, message_id(1))
    assert [unicodedata.normalize("NFC", one) for one in (found["subject"], found["from_name"])] == [
        unicodedata.normalize("NFC", one) for one in (subject, name)
    ]
    assert found["match"]["customer"] == postroom.ask("customers", "show", customer["id"])["name"]
    assert postroom.quick("emails", "list").code == 0
    assert subject in postroom.ask("emails", "show", found["id"])["text"]


def test_without_a_utf8_locale_nothing_breaks(postroom: Postroom, dovecot: Dovecot, user: User) -> None:
    dovecot.deliver(user, letter(1, subject=encoded("你好 Größe 👍")))
    sync(postroom)
    posix = {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    for locale, words in (({"LANG": "C"}, ["emails", "list"]), (posix, ["emails", "show", "1"])):
        postroom.more_environment = locale
        result = postroom.run(*words)
        assert result.code == 0
        assert "Größe 👍" in result.stdout


HOSTILE = {
    "escape": "\x1b[2J\x1b[31mred\x1b]0;owned\x07",
    "single byte CSI": "\x9b31mred",
    "carriage return": "harmless\rrm -rf /",
    "line feed": "harmless\nfrom: boss",
    "backspace": "evil\x08\x08\x08\x08good",
    "NUL": "a\x00b",
    "delete": "a\x7fb",
    "right to left override": "invoice\u202efdp.exe",
    "isolates": "\u2066a\u2069\u200fb",
    "zero width": "pay\u200bpal\ufeff",
    "line separator": "a\u2028b\u2029c",
    "lone surrogate": "a\ud800b",
    "tag characters": "a\U000e0041b",
    "vertical tab": "a\x0b\x0c\x85b",
}


@pytest.mark.parametrize("case", HOSTILE)
def test_mail_does_not_steer_a_terminal(postroom: Postroom, dovecot: Dovecot, user: User, case: str) -> None:
    text = HOSTILE[case]
    word = f"=?utf-8?b?{b64encode(text.encode('utf-8', 'surrogatepass')).decode()}?="
    attachment = [f"Content-Disposition: attachment; filename*=utf-8''{'%1B%5B2J.txt'}"]
    dovecot.deliver(user, letter(1, f"{word} <ann@acme.example>", subject=word, headers=attachment))
    raw = letter(2, subject="SUBJECT", body="BODY").replace(b"SUBJECT", b"\x1b[2J raw \x07")
    dovecot.deliver(user, raw.replace(b"BODY", b"\x1b[2J\x9b31m body\x08"))
    sync(postroom)
    numbers = [one["id"] for one in emails(postroom)]
    shown = [["emails", "list"], ["review", "list"], ["log"], ["customers", "list"], ["audit"], ["health"]]
    shown += [["emails", "show", number, "--trace"] for number in numbers]
    for words in shown:
        is_harmless(postroom.quick(*words))


def is_harmless(result: Result) -> None:
    """Nothing on either stream but printable text, spaces and line ends."""
    assert result.code in {0, 3}
    steering = {
        ch for ch in result.stdout + result.stderr if unicodedata.category(ch) in {"Cc", "Cf", "Cs", "Co", "Zl"}
    }
    assert steering <= {"\n", "\t"}, f"{steering!r} in\n{result}"


def test_errors_do_not_repeat_what_steers_a_terminal(postroom: Postroom, dovecot: Dovecot, user: User) -> None:
    for words in (
        ["emails", "show", "\x1b[2J"],
        ["mailboxes", "test", "\x1b[2J@x.example"],
        ["customers", "show", "\x9b@"],
    ):
        result = postroom.quick(*words)
        assert result.code == 1
        assert not {"\x1b", "\x9b"} & set(result.stdout + result.stderr)


# --- where it may stand, and where it goes ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "order",
    ["--profile P emails list", "emails --profile P list", "emails list --profile P"],
    ids=["first", "in", "last"],
)
def test_the_profile_may_be_named_before_and_after_the_command(
    postroom: Postroom, dovecot: Dovecot, user: User, order: str
) -> None:
    dovecot.deliver(user, letter(1))
    sync(postroom)
    words = [str(postroom.profile) if word == "P" else word for word in order.split()]
    result = postroom.begin_exactly("--key-file", str(postroom.key_file), *words, "--json").result()
    assert result.code == 0
    assert len(result.json["items"]) == 1


def test_a_relative_profile_and_one_with_odd_letters(postroom: Postroom, tmp_path: Path) -> None:
    postroom.profile = tmp_path / "Ünïcode 文件夹 'quote' $HOME %41 ?#"
    add_customer(postroom, "Ann", "ann@acme.example")
    assert len(postroom.ask("customers", "list")["items"]) == 1
    assert postroom.ask("verify")["ok"]
    assert (postroom.profile / "postroom.db").exists()


@pytest.mark.parametrize(
    ("words", "awaited", "said"),
    [
        (["emails", "list", "--limit", "1000", "--json"], True, ""),
        (["emails", "list", "--limit", "1000"], True, ""),
        (["mailboxes", "list"], False, ""),
        (["emails", "show", "999999", "--json"], False, "There is no email 999999."),
    ],
    ids=["much JSON", "many lines", "little", "an error"],
)
def test_a_broken_pipe_is_no_error_of_ours(
    postroom: Postroom, dovecot: Dovecot, user: User, words: list[str], *, awaited: bool, said: str
) -> None:
    if awaited:
        dovecot.deliver_many(user, [(raw, None) for raw in letters(400)])
        sync(postroom)
    reading, writing = os.pipe()
    fcntl.fcntl(reading, fcntl.F_SETPIPE_SZ, 4096)  # less than the output, so that it must still be writing
    if not awaited:
        os.close(reading)
    with subprocess.Popen(
        [*console_script(), *postroom.words(words)], stdout=writing, stderr=subprocess.PIPE, env=postroom.environment
    ) as process:
        os.close(writing)
        if awaited:
            assert os.read(reading, 100)
            os.close(reading)
        assert process.stderr is not None
        heard = process.stderr.read().decode()
        assert process.wait(30) == 1
    assert heard.startswith(said)
    assert len(heard.splitlines()) == bool(said)


def test_json_goes_to_stdout_alone_however_much_is_said(postroom: Postroom, dovecot: Dovecot, user: User) -> None:
    dovecot.deliver(user, letter(1))
    result = postroom.run("-vv", "sync", "--json")
    assert result.code == 0
    assert json.loads(result.stdout)["mailboxes"][0]["address"] == user.name
    assert "DEBUG" in result.stderr


def test_a_full_disk_under_the_output_is_said(postroom: Postroom) -> None:
    add_customer(postroom, "Ann", "ann@acme.example")
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*console_script(), *postroom.words(["customers", "list"])],
            check=False,
            stdout=full,
            stderr=subprocess.PIPE,
            env=postroom.environment,
            timeout=60,
        )
    said = "The command was carried out, but its output could not be written: No space left on device.\n"
    assert (done.returncode, done.stderr.decode()) == (1, said)
