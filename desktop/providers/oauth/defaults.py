"""What is known of each provider: addresses, scopes, mail servers, and its permissions in a person's words."""

from dataclasses import replace
from types import MappingProxyType

from desktop.domain.mailbox import OAuthProvider, Security
from desktop.domain.signing_in import Permission, PermissionLine
from desktop.providers.oauth.authority import Endpoints, MailServer, OAuthClient

_GOOGLE_MAIL = "https://mail.google.com/"
"""The only scope that Google's IMAP and SMTP take; it covers reading, sending and deleting alike."""

_MICROSOFT_READ = "https://outlook.office.com/IMAP.AccessAsUser.All"
_MICROSOFT_SEND = "https://outlook.office.com/SMTP.Send"
_OPENID = ("openid", "email")
MICROSOFT_AUTHORITY = "https://login.microsoftonline.com"

DEFAULTS = MappingProxyType(
    {
        OAuthProvider.GOOGLE: OAuthClient(
            OAuthProvider.GOOGLE,
            "",
            Endpoints(
                "https://accounts.google.com",
                "https://accounts.google.com/o/oauth2/v2/auth",
                "https://oauth2.googleapis.com/token",
                "https://oauth2.googleapis.com/revoke",
                "https://openidconnect.googleapis.com/v1/userinfo",
            ),
            {Permission.IDENTITY: _OPENID, Permission.READ: (_GOOGLE_MAIL,), Permission.SEND: (_GOOGLE_MAIL,)},
            imap=MailServer("imap.gmail.com", 993),
            smtp=MailServer("smtp.gmail.com", 465),
        ),
        OAuthProvider.MICROSOFT: OAuthClient(
            OAuthProvider.MICROSOFT,
            "",
            Endpoints(f"{MICROSOFT_AUTHORITY}/common"),
            {
                Permission.IDENTITY: (*_OPENID, "profile", "offline_access"),
                Permission.READ: (_MICROSOFT_READ,),
                Permission.SEND: (_MICROSOFT_SEND,),
            },
            redirect_host="localhost",
            imap=MailServer("outlook.office365.com", 993),
            smtp=MailServer("smtp.office365.com", 587, Security.STARTTLS),
        ),
        OAuthProvider.CUSTOM: OAuthClient(
            OAuthProvider.CUSTOM,
            "",
            Endpoints(""),
            {
                Permission.IDENTITY: (*_OPENID, "profile", "offline_access"),
                Permission.READ: (),
                Permission.SEND: (),
            },
        ),
    }
)
"""An app without an id for each provider: what its own does not say otherwise. Microsoft's addresses are found."""


def microsoft_issuer(tenant: str) -> str:
    """Return the authority for *tenant*: its id or domain, ``organizations``, ``consumers``, or empty for all."""
    return f"{MICROSOFT_AUTHORITY}/{tenant or 'common'}"


def permissions_by_scope(text: str) -> dict[Permission, tuple[str, ...]]:
    """Return *text* - scopes with spaces between - as what a provider without finer ones is asked for, always whole."""
    named = text.split()
    about_identity = {"openid", "email", "profile", "offline_access"}
    mail = tuple(scope for scope in named if scope not in about_identity)
    identity = tuple(scope for scope in named if scope in about_identity)
    usual = DEFAULTS[OAuthProvider.CUSTOM].scopes[Permission.IDENTITY]
    return {Permission.IDENTITY: identity or usual, Permission.READ: mail, Permission.SEND: mail}


def permission_lines(client: OAuthClient, sends: bool) -> tuple[PermissionLine, ...]:
    """Return what a sign-in with *client* asks for, to be read before consenting. *sends*: sending is wanted."""
    is_one = bool(client.scopes.get(Permission.READ)) and client.scopes.get(Permission.READ) == client.scopes.get(
        Permission.SEND
    )
    read, send = (_ONE_FOR_ALL if is_one else _FINER)[client.provider is OAuthProvider.GOOGLE]
    lines = (
        PermissionLine(Permission.READ, "Read email in the folders you pick", read, (), is_needed=True),
        PermissionLine(Permission.SEND, "Send replies from this address", send, (), is_needed=sends),
        PermissionLine(
            Permission.IDENTITY,
            "See your address and name",
            "To make sure it is the right mailbox, also when you reconnect",
            (),
            is_needed=True,
        ),
    )
    return tuple(replace(line, scopes=tuple(client.scopes.get(line.permission, ()))) for line in lines)


_NEVER = "Never moves, flags or deletes anything in the mailbox"
_LATER = "Only if you choose both directions later"
_FINER = dict.fromkeys((False, True), (_NEVER, _LATER))
_ONE_FOR_ALL = {
    False: (
        f"{_NEVER}. The provider has one permission for reading and sending",
        f"{_LATER}, though the provider's one permission covers it",
    ),
    True: (
        f"{_NEVER}. Google's page names all of Gmail, deleting too: mail programs have no narrower permission there",
        f"{_LATER}, though Google's one permission covers it",
    ),
}
