"""The test issuer as a registered app: the file that points a provider's way at it, as a person would write it."""

import json
from pathlib import Path
from typing import Any

from tests.helpers.dovecot import Dovecot
from tests.helpers.mail_sink import MailSink
from tests.helpers.oidc import Kind, OidcProvider


def write_client_file(
    folder: Path,
    oidc: OidcProvider,
    kind: Kind | str,
    *,
    dovecot: Dovecot | None = None,
    sink: MailSink | None = None,
    **more: Any,
) -> Path:
    """Write the client file for a kind of provider into `folder` and return it; `more` are other fields of it."""
    app = oidc.client(kind)
    told: dict[str, Any] = {
        "client_id": app.client_id,
        "issuer": app.issuer,
        "scopes": {"read": app.read_scopes, "send": app.send_scopes, "identity": ["openid", "email"]},
    }
    if app.secret is not None:
        told["client_secret"] = app.secret
    if app.kind is Kind.CUSTOM:
        told["scopes"]["identity"] += ["offline_access"]
    if dovecot is not None:
        told["imap"] = {"host": "localhost", "port": dovecot.tls_port, "security": "tls"}
    if sink is not None:
        told["smtp"] = {"host": "localhost", "port": sink.port, "security": "tls"}
    path = folder / f"{app.kind}.json"
    path.write_text(json.dumps({**told, **more}), encoding="utf-8")
    return path
