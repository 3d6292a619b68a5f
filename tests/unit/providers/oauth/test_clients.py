"""Which registered app is used, what its file may say, and what a person reads before consenting."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.errors import Misconfigured
from desktop.domain.mailbox import OAuthProvider, Security
from desktop.domain.signing_in import ClientOrigin, ClientState, Permission
from desktop.providers.oauth.authority import Endpoints, MailServer
from desktop.providers.oauth.clients import ClientSources, client_of, client_state
from desktop.providers.oauth.defaults import DEFAULTS, permission_lines
from desktop.security.secrets import Secret
from desktop.settings.settings import Settings

GOOGLE, MICROSOFT, CUSTOM = OAuthProvider.GOOGLE, OAuthProvider.MICROSOFT, OAuthProvider.CUSTOM
ISSUER = "https://login.example.test/realm"

GOOGLES_OWN = {
    "installed": {
        "client_id": "1-a.apps.googleusercontent.com",
        "project_id": "postroom-1",
        "auth_uri": "https://accounts.google.com/o/oauth2/auth",
        "token_uri": "https://oauth2.googleapis.com/token",
        "auth_provider_x509_cert_url": "https://www.googleapis.com/oauth2/v1/certs",
        "client_secret": "GOCSPX-canary",
        "redirect_uris": ["http://localhost"],
    }
}
OURS = {
    "client_id": "desk",
    "client_secret": "hush-canary",
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/auth",
    "token_endpoint": f"{ISSUER}/token",
    "revocation_endpoint": f"{ISSUER}/revoke",
    "userinfo_endpoint": f"{ISSUER}/me",
    "scopes": {"read": ["mail"], "send": ["mail.send"], "identity": ["openid"]},
    "redirect_host": "localhost",
    "imap": {"host": "imap.example.test", "port": 993},
    "smtp": {"host": "smtp.example.test", "port": 587, "security": "starttls"},
}


def written(path: Path, content: object) -> Path:
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def sources(
    stored: Mapping[str, object] | None = None, secret: str = "", shipped: Path | None = None, **environ: str
) -> ClientSources:
    return ClientSources(Settings(stored or {}), environ, Secret(secret) if secret else None, shipped)


# --- which counts -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("provider", tuple(OAuthProvider))
def test_without_any_there_is_none(provider: OAuthProvider) -> None:
    assert client_of(provider, sources()) is None
    assert client_state(provider, sources()) == ClientState(provider, ClientOrigin.MISSING)


def test_the_environment_counts_before_the_settings_and_those_before_what_was_shipped(tmp_path: Path) -> None:
    written(tmp_path / "google.json", GOOGLES_OWN)
    shipped = sources(shipped=tmp_path)
    assert client_state(GOOGLE, shipped).origin is ClientOrigin.SHIPPED
    assert client_state(GOOGLE, shipped).client_id == "1-a.apps.googleusercontent.com"
    own = {"oauth.google_client_id": "own"}
    state = client_state(GOOGLE, sources(own, shipped=tmp_path))
    assert state == ClientState(GOOGLE, ClientOrigin.SETTINGS, "own", "the setting oauth.google_client_id")
    state = client_state(GOOGLE, sources(own, shipped=tmp_path, POSTROOM_GOOGLE_CLIENT_ID="outer"))
    assert (state.origin, state.client_id) == (ClientOrigin.ENVIRONMENT, "outer")
    assert "POSTROOM_GOOGLE_CLIENT_ID" in state.where


def test_a_file_counts_before_an_id(tmp_path: Path) -> None:
    file = written(tmp_path / "client.json", OURS)
    found = client_of(CUSTOM, sources({"oauth.custom_client_file": str(file), "oauth.custom_client_id": "other"}))
    assert found is not None
    assert found.client_id == "desk"


def test_each_source_has_its_secret(tmp_path: Path) -> None:
    environ = client_of(GOOGLE, sources(POSTROOM_GOOGLE_CLIENT_ID="a", POSTROOM_GOOGLE_CLIENT_SECRET="outer-1"))
    assert environ is not None
    assert environ.secret == Secret("outer-1")
    stored = client_of(GOOGLE, sources({"oauth.google_client_id": "a"}, secret="stored-2"))
    assert stored is not None
    assert stored.secret == Secret("stored-2")
    file = written(tmp_path / "client.json", GOOGLES_OWN)
    from_file = client_of(GOOGLE, sources({"oauth.google_client_file": str(file)}, secret="stored-2"))
    assert from_file is not None
    assert from_file.secret == Secret("GOCSPX-canary")


def test_microsofts_tenant() -> None:
    found = client_of(MICROSOFT, sources({"oauth.microsoft_client_id": "a", "oauth.microsoft_tenant": "example.test"}))
    assert found is not None
    assert found.endpoints == Endpoints("https://login.microsoftonline.com/example.test")
    usual = client_of(MICROSOFT, sources(POSTROOM_MICROSOFT_CLIENT_ID="a"))
    assert usual is not None
    assert usual.endpoints == Endpoints("https://login.microsoftonline.com/common")
    assert usual.redirect_host == "localhost"


def test_another_provider_by_its_settings() -> None:
    given: dict[str, object] = {
        "oauth.custom_client_id": "a",
        "oauth.custom_issuer": ISSUER,
        "oauth.custom_scopes": "mail openid",
    }
    found = client_of(CUSTOM, sources(given))
    assert found is not None
    assert found.endpoints == Endpoints(ISSUER)
    assert found.scopes == {
        Permission.IDENTITY: ("openid",),
        Permission.READ: ("mail",),
        Permission.SEND: ("mail",),
    }
    outer = client_of(CUSTOM, sources(POSTROOM_CUSTOM_CLIENT_ID="a", POSTROOM_CUSTOM_ISSUER=ISSUER))
    assert outer is not None
    assert "offline_access" in outer.scopes[Permission.IDENTITY]


def test_another_provider_needs_an_issuer() -> None:
    with pytest.raises(Misconfigured) as caught:
        client_of(CUSTOM, sources({"oauth.custom_client_id": "a"}))
    assert caught.value.field == "issuer"


# --- files ------------------------------------------------------------------------------------------------------------


def test_googles_own_file(tmp_path: Path) -> None:
    file = written(tmp_path / "client_secret.json", GOOGLES_OWN)
    found = client_of(GOOGLE, sources(POSTROOM_GOOGLE_CLIENT_FILE=str(file)))
    assert found is not None
    assert found.client_id == "1-a.apps.googleusercontent.com"
    assert found.endpoints == DEFAULTS[GOOGLE].endpoints
    assert found.scopes[Permission.READ] == ("https://mail.google.com/",)
    assert "canary" not in repr(found)


def test_a_file_in_googles_form_that_points_elsewhere(tmp_path: Path) -> None:
    elsewhere = {"client_id": "a", "auth_uri": f"{ISSUER}/auth", "token_uri": f"{ISSUER}/token"}
    file = written(tmp_path / "client.json", {"installed": elsewhere})
    found = client_of(GOOGLE, sources(POSTROOM_GOOGLE_CLIENT_FILE=str(file)))
    assert found is not None
    assert found.endpoints == Endpoints("https://login.example.test", f"{ISSUER}/auth", f"{ISSUER}/token")
    assert found.secret is None


@pytest.mark.parametrize("provider", tuple(OAuthProvider))
def test_our_form_points_each_provider_at_another_issuer(tmp_path: Path, provider: OAuthProvider) -> None:
    file = written(tmp_path / "client.json", OURS)
    environ = {f"POSTROOM_{provider.value.upper()}_CLIENT_FILE": str(file)}
    found = client_of(provider, ClientSources(Settings(), environ))
    assert found is not None
    assert found.provider is provider
    assert found.endpoints == Endpoints(ISSUER, f"{ISSUER}/auth", f"{ISSUER}/token", f"{ISSUER}/revoke", f"{ISSUER}/me")
    assert found.scopes[Permission.READ] == ("mail",)
    assert found.imap == MailServer("imap.example.test", 993, Security.TLS)
    assert found.smtp == MailServer("smtp.example.test", 587, Security.STARTTLS)
    assert found.redirect_host == "localhost"


def test_a_short_file_takes_the_rest_from_the_provider(tmp_path: Path) -> None:
    file = written(tmp_path / "client.json", {"client_id": "a"})
    found = client_of(MICROSOFT, sources(POSTROOM_MICROSOFT_CLIENT_FILE=str(file)))
    assert found == replace(DEFAULTS[MICROSOFT], client_id="a")


WRONG: list[tuple[Any, str]] = [
    ("", "not valid JSON"),
    ('{"client_id": "a"', "not valid JSON"),
    ("[1]", "no JSON object"),
    ({"web": {"client_id": "a"}}, "web sites"),
    ({}, "client_id"),
    ({"installed": {}}, "client_id"),
    ({"installed": [1]}, "object"),
    ({**OURS, "client_id": 17}, "client_id"),
    ({**OURS, "client_id": ""}, "client_id"),
    ({**OURS, "client_id": "a b"}, "client id"),
    ({**OURS, "clientid": "a"}, "clientid"),
    ({**OURS, "issuer": ""}, "issuer"),
    ({**OURS, "issuer": "http://login.example.test"}, "issuer"),
    ({**OURS, "issuer": "https://user:hush-canary@login.example.test"}, "issuer"),
    ({**OURS, "token_endpoint": "ftp://x"}, "token_endpoint"),
    ({**OURS, "token_endpoint": "https://[::1"}, "token_endpoint"),
    ({**OURS, "redirect_host": "evil.example.test"}, "redirect_host"),
    ({**OURS, "scopes": {"read": "mail"}}, "scopes.read"),
    ({**OURS, "scopes": {"read": ["two words"]}}, "scopes.read"),
    ({**OURS, "imap": {"host": "x"}}, "port"),
    ({**OURS, "imap": {"host": "x", "port": 99999}}, "imap.port"),
    ({**OURS, "imap": {"host": "x", "port": 993, "security": "ssl"}}, "imap.security"),
    (" " * 70_000, "too large"),
]


@pytest.mark.parametrize(("content", "words"), WRONG, ids=range(len(WRONG)))
def test_a_file_that_is_wrong_says_where_and_repeats_no_value(tmp_path: Path, content: object, words: str) -> None:
    file = written(tmp_path / "client.json", content)
    given = sources({"oauth.custom_client_file": str(file)})
    with pytest.raises(Misconfigured) as caught:
        client_of(CUSTOM, given)
    assert words in str(caught.value)
    assert "canary" not in str(caught.value) + caught.value.detail
    assert caught.value.field in {"client_file", "client_id"}
    assert caught.value.action
    state = client_state(CUSTOM, given)
    assert (state.origin, state.client_id, state.where) == (ClientOrigin.SETTINGS, "", str(file))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured) as caught:
        client_of(GOOGLE, sources(POSTROOM_GOOGLE_CLIENT_FILE=str(tmp_path / "none.json")))
    assert "none.json" in str(caught.value)


# --- in a person's words ----------------------------------------------------------------------------------------------


def test_what_is_asked_for_in_words() -> None:
    read, send, identity = permission_lines(DEFAULTS[MICROSOFT], sends=False)
    assert (read.words, read.more) == (
        "Read email in the folders you pick",
        "Never moves, flags or deletes anything in the mailbox",
    )
    assert (send.words, send.more) == (
        "Send replies from this address",
        "Only if you choose both directions later",
    )
    assert (identity.words, identity.more) == (
        "See your address and name",
        "To make sure it is the right mailbox, also when you reconnect",
    )
    assert (read.is_needed, send.is_needed, identity.is_needed) == (True, False, True)
    assert read.scopes == ("https://outlook.office.com/IMAP.AccessAsUser.All",)
    assert send.scopes == ("https://outlook.office.com/SMTP.Send",)
    assert permission_lines(DEFAULTS[MICROSOFT], sends=True)[1].is_needed


def test_one_permission_for_all_of_it_is_said_openly() -> None:
    read, send, _ = permission_lines(DEFAULTS[GOOGLE], sends=False)
    assert read.scopes == send.scopes
    assert "Google's page names all of Gmail, deleting too" in read.more
    assert "one permission covers it" in send.more
    shared = {Permission.READ: ("mail",), Permission.SEND: ("mail",), Permission.IDENTITY: ("openid",)}
    read, *_ = permission_lines(replace(DEFAULTS[CUSTOM], scopes=shared), sends=False)
    assert "one permission for reading and sending" in read.more
