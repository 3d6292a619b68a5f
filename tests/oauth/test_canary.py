"""R14 for mailboxes that are signed in to: no code, token, verifier or client's secret is on the disk or in a log."""

from pathlib import Path

import pytest

from desktop.domain.ids import MailboxId
from desktop.security.token_slots import TokenSlots
from desktop.workspace.opening import Given, opened
from tests.e2e.fixtures import forker  # noqa: F401 - a fixture
from tests.e2e.letters import letter
from tests.e2e.postroom import new_postroom
from tests.faults.plaintext import files, hits
from tests.helpers.consent import Person, consent
from tests.helpers.dovecot import Dovecot
from tests.helpers.mail_sink import MailSink
from tests.helpers.oidc import OidcProvider
from tests.oauth.test_command_line import PROVIDERS, Desk

pytestmark = pytest.mark.server

SECRET_FIELDS = ("code", "code_verifier", "refresh_token", "client_secret", "token", "access_token", "assertion")


class Life(Desk):
    """A desk that hears everything that is said beside the output, and knows every secret that there was."""

    said = ""
    kept: frozenset[str] = frozenset()

    def do(self, *words: str, code: int = 0) -> None:
        """Carry a command out with every log there is."""
        result = self.postroom.quick("-vv", *words)
        assert result.code == code, str(result)
        self.said += result.stderr
        self.remember()

    def signs_in(self, person: Person, *words: str) -> None:
        """The same with a browser."""
        command, page = self.begin(*words, "-vv")
        consent(page, person, ca_file=self.oidc.ca_file)
        result = command.result()
        assert result.code == 0, str(result)
        self.said += result.stderr
        self.remember()

    def remember(self) -> None:
        """Remember the tokens that are kept now."""
        assert self.postroom.key_file is not None
        given = Given(self.postroom.profile, self.postroom.key_file)
        with opened(given, writing=False, tell=lambda _words: None) as workspace:
            tokens = TokenSlots(workspace.vault, MailboxId(1)).load()
        if tokens is not None:
            found = {tokens.access.reveal(), tokens.refresh.reveal() if tokens.refresh else ""}
            self.kept |= found

    def secrets(self) -> list[bytes]:
        """Every secret that went over the wire, or is kept."""
        sent = {one.fields.get(name, "") for one in self.oidc.requests() for name in SECRET_FIELDS}
        return [text.encode() for text in sent | self.kept if len(text) > 8]

    def is_clean(self) -> None:
        """No file of the profile, of HOME or of TMPDIR, and nothing that was said, holds one of them."""
        secrets = self.secrets()
        for file in files(self.postroom.profile, self.postroom.home):
            assert hits(file.name.encode() + b"\n" + file.read_bytes(), secrets) == [], file
        assert hits(self.said.encode(), secrets) == []


@pytest.mark.parametrize("provider", PROVIDERS)
def test_nothing_of_a_sign_in_is_found_on_disk_or_in_a_log(
    tmp_path: Path, oidc: OidcProvider, oidc_dovecot: Dovecot, mail_sink: MailSink, provider: str
) -> None:
    life = Life(new_postroom(tmp_path, oidc.ca_file), oidc, oidc_dovecot, mail_sink, tmp_path)
    address = f"canary.{provider}@shop.example"
    life.signs_in(Person(address), *life.connect_words(provider, address, "--send"))
    life.dovecot.deliver(address, letter(1))
    life.do("sync")
    oidc.expire(address)
    life.do("sync")
    assert oidc.refreshes(), "a token was renewed"
    oidc.revoke(address)
    life.do("sync", code=1)
    life.do("mailboxes", "test", address, code=1)
    life.signs_in(Person(address), "reconnect", address)
    life.do("health")
    life.do("log")
    assert len(life.secrets()) >= 6, "codes, verifiers and tokens were seen"
    assert "DEBUG" in life.said
    life.is_clean()
    life.do("mailboxes", "disconnect", address)
    life.is_clean()
