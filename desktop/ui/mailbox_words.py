"""What a mailbox is, in words that cards, settings and dialogs share."""

from desktop.domain.mailbox import Direction, Mailbox, MailboxPurpose, OAuthProvider

PROVIDERS = {
    "gmail": "Gmail",
    "outlook": "Outlook.com",
    "microsoft365": "Microsoft 365",
    "yahoo": "Yahoo Mail",
    "icloud": "iCloud Mail",
    "fastmail": "Fastmail",
    "zoho": "Zoho Mail",
    "zoho-eu": "Zoho Mail",
    "zoho-pro": "Zoho Mail",
    "zoho-pro-eu": "Zoho Mail",
    "gmx": "GMX",
    "gmx-com": "GMX",
    "web.de": "WEB.DE",
    "imap": "IMAP",
}
"""Providers by the key of their row in the catalogue."""
DIRECTIONS = {
    Direction.INBOUND: "inbound only",
    Direction.BOTH: "both directions",
    Direction.MANUAL: "picked by hand",
}
PURPOSES = {
    MailboxPurpose.SUPPORT: "Support",
    MailboxPurpose.SALES: "Sales",
    MailboxPurpose.FINANCE: "Finance",
    MailboxPurpose.PERSONAL: "Personal",
    MailboxPurpose.OTHER: "Other",
}
ISSUERS = {
    OAuthProvider.GOOGLE: "Google",
    OAuthProvider.MICROSOFT: "Microsoft",
    OAuthProvider.CUSTOM: "its own provider",
}
"""Who issues tokens, as the words after "Signed in with" say it."""


def provider_words(mailbox: Mailbox) -> str:
    """Return the provider's name."""
    return PROVIDERS.get(mailbox.provider, mailbox.provider)


def whose_words(mailbox: Mailbox) -> str:
    """Return purpose and owner: ``Support, Ana Ruiz``; empty when nobody has said either."""
    details = mailbox.details
    return ", ".join(part for part in (PURPOSES.get(details.purpose, ""), details.owner) if part)
