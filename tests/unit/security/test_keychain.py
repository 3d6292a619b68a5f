"""The desktop's keyring: absent, locked, slow, forgetful or fine, it is an answer or a sentence."""

import sys
import threading
import time
from collections.abc import Callable

import keyring.backends.fail
import keyring.backends.null
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordSetError

from desktop.domain.errors import KeyUnavailable
from desktop.domain.reasons import ReasonCode
from desktop.security.keychain import BACKENDS, Keychain, choose_backend
from desktop.security.secrets import Secret
from tests.unit.security.support import MemoryKeyring, never_answers


@pytest.fixture
def backend() -> MemoryKeyring:
    return MemoryKeyring()


@pytest.fixture
def keychain(backend: MemoryKeyring) -> Keychain:
    return Keychain(backend, wait_s=5, limit_bytes=None)


def test_what_is_kept_is_there_until_deleted(keychain: Keychain, backend: MemoryKeyring) -> None:
    assert keychain.get("id:mailbox-1") is None
    keychain.set("id:mailbox-1", Secret("päss"))
    keychain.set("id:mailbox-2", Secret("other"))
    assert keychain.get("id:mailbox-1") == Secret("päss")
    assert {username for _, username in backend.items} == {"id:mailbox-1", "id:mailbox-2"}
    keychain.delete("id:mailbox-1")
    keychain.delete("id:mailbox-1")
    assert keychain.get("id:mailbox-1") is None
    assert keychain.get("id:mailbox-2") == Secret("other")


def test_what_is_written_is_read_back(keychain: Keychain, backend: MemoryKeyring) -> None:
    keychain.set("id:a", Secret("value"))
    assert backend.calls == ["set", "get"]


@pytest.mark.parametrize("value", ["", "something else"])
def test_a_keyring_that_does_not_keep_is_found_out(keychain: Keychain, backend: MemoryKeyring, value: str) -> None:
    def spoil(call: str) -> None:
        if call == "get":
            backend.items = dict.fromkeys(backend.items, value)

    backend.before = spoil
    with pytest.raises(KeyUnavailable, match="did not keep") as failure:
        keychain.set("id:a", Secret("value"))
    assert failure.value.code is ReasonCode.KEYRING_MISSING


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (KeyringLocked("Failed to unlock the collection!"), "is locked and was not unlocked"),
        (PasswordSetError("Cancelled by user"), "could not be used"),
        (RuntimeError("The bus went away"), "could not be used"),
        (OSError(5, "Input/output error"), "could not be used"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"), "could not be used"),
    ],
)
def test_every_failure_is_a_sentence_with_a_way_out(
    keychain: Keychain, backend: MemoryKeyring, error: Exception, words: str
) -> None:
    def fails(_call: str) -> None:
        raise error

    backend.before = fails
    calls: list[Callable[[], object]] = [
        lambda: keychain.get("id:a"),
        lambda: keychain.set("id:a", Secret("value")),
        lambda: keychain.delete("id:a"),
    ]
    for call in calls:
        with pytest.raises(KeyUnavailable, match=words) as failure:
            call()
        assert failure.value.code is ReasonCode.KEYRING_MISSING
        assert "postroom key new FILE" in failure.value.action
        assert type(error).__name__ in failure.value.detail


@pytest.mark.parametrize("useless", [keyring.backends.fail.Keyring, keyring.backends.null.Keyring])
def test_the_library_s_stand_ins_count_as_no_keyring(useless: Callable[[], KeyringBackend]) -> None:
    with pytest.raises(KeyUnavailable) as failure:
        Keychain(useless(), wait_s=5).set("id:a", Secret("value"))
    assert failure.value.code is ReasonCode.KEYRING_MISSING


def test_a_prompt_that_nobody_answers_is_given_up_on(backend: MemoryKeyring) -> None:
    release = threading.Event()
    backend.before = never_answers(release)
    keychain = Keychain(backend, wait_s=0.2)
    started = time.monotonic()
    with pytest.raises(KeyUnavailable, match=r"did not answer within 0\.2 seconds.*window of its own"):
        keychain.get("id:a")
    assert time.monotonic() - started < 5
    release.set()


def test_a_late_answer_does_not_land_on_something_newer(backend: MemoryKeyring) -> None:
    release = threading.Event()
    backend.before = never_answers(release)
    keychain = Keychain(backend, wait_s=0.2)
    with pytest.raises(KeyUnavailable, match="did not answer"):
        keychain.set("id:a", Secret("older"))
    with pytest.raises(KeyUnavailable, match="did not answer"):
        keychain.set("id:a", Secret("newer"))  # waits for its turn and does not get it
    assert backend.calls == ["set"]
    release.set()
    patient = Keychain(backend, wait_s=5)
    patient._turn = keychain._turn
    patient.set("id:a", Secret("newest"))
    assert list(backend.items.values()) == ["newest"]


def test_what_windows_would_cut_off_is_refused(backend: MemoryKeyring) -> None:
    keychain = Keychain(backend, wait_s=5, limit_bytes=2560)
    keychain.set("id:a", Secret("x" * 1280))
    with pytest.raises(KeyUnavailable, match="1,280 characters"):
        keychain.set("id:a", Secret("x" * 1281))
    with pytest.raises(KeyUnavailable, match="too long"):
        keychain.set("id:a", Secret("😀" * 641))
    assert keychain.get("id:a") == Secret("x" * 1280)


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32", "plan9"])
def test_without_a_keyring_it_says_so(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)
    if platform == sys.platform != "linux":
        pytest.skip("this platform always has one")
    with pytest.raises(KeyUnavailable, match="no desktop keyring here") as failure:
        choose_backend(platform, {})
    assert failure.value.code is ReasonCode.KEYRING_MISSING


@pytest.mark.parametrize("name", ["keyring.backends.null.Keyring", "keyrings.alt.file.PlaintextKeyring", "nonsense"])
def test_the_environment_cannot_add_a_keyring(name: str) -> None:
    with pytest.raises(KeyUnavailable, match="no desktop keyring here"):
        choose_backend("linux", {"PYTHON_KEYRING_BACKEND": name})


def test_of_those_that_work_the_first_is_taken_unless_the_environment_names_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loaded: list[str] = []
    missing: list[str] = []

    def load(name: str) -> KeyringBackend:
        loaded.append(name)
        if name in missing:
            raise RuntimeError("not here")
        return MemoryKeyring()

    monkeypatch.setattr("keyring.core.load_keyring", load)
    service, wallet = BACKENDS["linux"]
    for absent, environ, tried in (
        ("", {}, [service]),
        (service, {}, [service, wallet]),
        ("", {"PYTHON_KEYRING_BACKEND": wallet}, [wallet]),
        ("", {"PYTHON_KEYRING_BACKEND": ""}, [service]),
    ):
        loaded.clear()
        missing[:] = [absent]
        assert isinstance(choose_backend("linux", environ), MemoryKeyring)
        assert loaded == tried
    with pytest.raises(KeyUnavailable, match="no desktop keyring here"):
        choose_backend("linux", {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"})


def test_no_file_backend_is_trusted() -> None:
    named = [name for names in BACKENDS.values() for name in names]
    assert all(name.startswith("keyring.backends.") for name in named)
    assert not any(word in name for name in named for word in ("null", "fail", "chainer", "lain"))
