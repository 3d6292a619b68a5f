"""The kinds of mailboxes one can connect, in words. No widgets."""

from dataclasses import dataclass

from desktop.domain.mailbox import OAuthProvider

ADMIN_PAGES = {
    OAuthProvider.GOOGLE: "https://admin.google.com/ac/owl/list?tab=configuredApps",
    OAuthProvider.MICROSOFT: "https://login.microsoftonline.com/organizations/adminconsent?client_id={client_id}",
}
"""Where an administrator agrees for everybody of an organisation."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: its card, whom a person signs in with, what a registered app of it is called, and the page of help."""

    oauth: OAuthProvider | None
    letter: str
    tint: int
    title: str
    lead: str
    who: str = ""
    app: str = ""
    help: str = ""


GOOGLE = Kind(
    OAuthProvider.GOOGLE,
    "G",
    3,
    "Gmail",
    "Google Workspace or a Gmail address. Sign in with your browser.",
    "Google",
    "Google app",
    "google.md",
)
MICROSOFT = Kind(
    OAuthProvider.MICROSOFT,
    "M",
    0,
    "Microsoft 365",
    "Outlook and shared mailboxes. Sign in with your browser.",
    "Microsoft",
    "Microsoft app",
    "microsoft.md",
)
OTHER = Kind(None, "@", 5, "Other mailbox", "IMAP with an app password: Fastmail, Zoho, GMX, your server.")
CUSTOM = Kind(
    OAuthProvider.CUSTOM,
    "C",
    2,
    "Another provider",
    "One that signs in with OpenID Connect",
    "the provider",
    "app",
    "custom.md",
)
KINDS = (GOOGLE, MICROSOFT, OTHER, CUSTOM)


def kind_of(oauth: OAuthProvider | None) -> Kind:
    """Return the kind of mailbox that is signed in to with this provider; without one, with a password."""
    return next(kind for kind in KINDS if kind.oauth is oauth)


def admin_sentence(oauth: OAuthProvider, address: str, client_id: str) -> str:
    """Return what to send to whoever administers the accounts, so that the app may be consented to."""
    domain = address.rpartition("@")[2]
    if oauth is OAuthProvider.GOOGLE:
        page = ADMIN_PAGES[oauth]
        return (
            f"Please allow the app with the client ID {client_id} to read mail in {domain}: open {page}, choose"
            f" 'Configure new app', enter the client ID and mark it as trusted. I need it for {address}."
        )
    if oauth is OAuthProvider.MICROSOFT:
        page = ADMIN_PAGES[oauth].format(client_id=client_id)
        return (
            f"Please agree that the app with the client ID {client_id} may read mail by IMAP in {domain}: open {page}"
            f" as an administrator and choose Accept. I need it for {address}."
        )
    return (
        f"Please allow the app with the client ID {client_id} to read mail by IMAP in {domain}."
        f" I need it for {address}."
    )
