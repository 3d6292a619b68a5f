"""The list of hosts: worked out from the mailboxes alone, each host once, with every reason it is contacted for."""

from dataclasses import replace

from desktop.domain.hosts import ContactedHost, SignInHosts, hosts
from desktop.domain.mailbox import Mailbox, MailboxState, OAuthProvider, Security, ServerSettings
from tests.helpers.mails import mailbox

GOOGLE = SignInHosts(
    authorization="https://accounts.google.com/o/oauth2/v2/auth",
    token="https://oauth2.googleapis.com/token",
    userinfo="https://openidconnect.googleapis.com/v1/userinfo",
    revocation="https://oauth2.googleapis.com/revoke",
)


def _at(address: str, host: str, *, smtp: str = "") -> Mailbox:
    imap = ServerSettings(host, 993, Security.TLS, address)
    sends = ServerSettings(smtp, 465, Security.TLS, address) if smtp else None
    return replace(mailbox(address), imap=imap, smtp=sends)


def test_without_a_mailbox_nobody_is_contacted() -> None:
    assert hosts([]) == ()


def test_a_mailbox_with_a_password_needs_its_own_servers_alone() -> None:
    assert hosts([_at("info@acme.example", "mx.acme.example", smtp="out.acme.example")], {}) == (
        ContactedHost("mx.acme.example", 993, "Reads mail: info@acme.example."),
        ContactedHost("out.acme.example", 465, "Sends the connection test: info@acme.example."),
    )


def test_a_sign_in_adds_the_hosts_of_its_provider() -> None:
    gmail = replace(_at("support@acme.example", "imap.gmail.com"), oauth=OAuthProvider.GOOGLE)
    assert [(one.host, one.port, one.why) for one in hosts([gmail], {OAuthProvider.GOOGLE: GOOGLE})] == [
        ("accounts.google.com", 443, "Your browser signs in: support@acme.example."),
        ("imap.gmail.com", 993, "Reads mail: support@acme.example."),
        ("oauth2.googleapis.com", 443, "Renews the sign-in, ends the sign-in at disconnecting: support@acme.example."),
        (
            "openidconnect.googleapis.com",
            443,
            "Asks who signed in, where the sign-in itself does not say it: support@acme.example.",
        ),
    ]


def test_a_host_that_several_mailboxes_share_is_listed_once() -> None:
    both = hosts([_at("a@acme.example", "mx.example", smtp="mx.example"), _at("b@acme.example", "mx.example")])
    assert both == (
        ContactedHost("mx.example", 465, "Sends the connection test: a@acme.example."),
        ContactedHost("mx.example", 993, "Reads mail: a@acme.example, b@acme.example."),
    )


def test_a_disconnected_mailbox_contacts_nobody_and_a_paused_one_may() -> None:
    gone = replace(_at("a@acme.example", "one.example"), state=MailboxState.DISCONNECTED)
    paused = replace(_at("b@acme.example", "two.example"), state=MailboxState.PAUSED)
    assert [one.host for one in hosts([gone, paused])] == ["two.example"]


def test_a_port_of_its_own_is_kept() -> None:
    own = replace(_at("a@acme.example", "mx.example"), oauth=OAuthProvider.CUSTOM)
    pages = SignInHosts(discovery="http://127.0.0.2:9400/.well-known/openid-configuration")
    assert ("127.0.0.2", 9400) in {(one.host, one.port) for one in hosts([own], {OAuthProvider.CUSTOM: pages})}
