"""Mail providers people have: where their servers are and what they want as a password. One row each."""

import enum
from dataclasses import dataclass

from desktop.domain.addresses import normalise_domain
from desktop.domain.mailbox import OAuthProvider, Security, ServerSettings


class SignIn(enum.StrEnum):
    """What a provider takes in place of, or as, a password."""

    PASSWORD = "password"  # noqa: S105 - a kind, not a password
    APP_PASSWORD = "app_password"  # noqa: S105
    BROWSER = "browser"


class UserForm(enum.StrEnum):
    """What the user name is made of."""

    ADDRESS = "address"
    LOCAL_PART = "local_part"


IDLE_S = 24 * 60.0
"""Servers may forget whom they have not heard of for half an hour (RFC 2177), and routers do so before."""


@dataclass(frozen=True, slots=True)
class Server:
    """One server of a provider."""

    host: str
    port: int
    security: Security = Security.TLS
    user: UserForm = UserForm.ADDRESS

    def settings_for(self, address: str) -> ServerSettings:
        """Return the settings for the account of *address*."""
        user = address.rpartition("@")[0] if self.user is UserForm.LOCAL_PART else address
        return ServerSettings(self.host, self.port, self.security, user)


@dataclass(frozen=True, slots=True)
class Provider:
    """One row. ``domains`` are its own, ``mx_suffixes`` are where mail for customers' own domains goes.

    ``help`` tells a person in one or two sentences what to prepare. With ``SignIn.BROWSER`` a plain password is never
    taken; whether an app password is, ``help`` says. ``oauth`` is whose sign-in in the browser its servers accept.
    """

    key: str
    name: str
    imap: Server | None
    smtp: Server | None
    sign_in: SignIn
    help: str
    domains: frozenset[str] = frozenset()
    mx_suffixes: tuple[str, ...] = ()
    oauth: OAuthProvider | None = None
    connections: int = 10
    """How many connections at once it allows an account, all programs together."""
    idle_s: float = IDLE_S
    """For how long it may be listened to before it has to be asked again (RFC 2177: at most 29 minutes)."""


def _domains(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _yahoo() -> Provider:
    return Provider(
        key="yahoo",
        name="Yahoo Mail",
        imap=Server("imap.mail.yahoo.com", 993),
        smtp=Server("smtp.mail.yahoo.com", 465),
        sign_in=SignIn.APP_PASSWORD,
        help="Yahoo wants an app password: Account info, Security, Generate app password.",
        domains=_domains(
            "yahoo.com yahoo.ca yahoo.co.in yahoo.co.uk yahoo.com.ar yahoo.com.au yahoo.com.br yahoo.com.mx yahoo.de"
            " yahoo.es yahoo.fr yahoo.ie yahoo.in yahoo.it yahoo.nl yahoo.se myyahoo.com ymail.com rocketmail.com"
        ),
        mx_suffixes=("yahoodns.net",),
        connections=5,
        idle_s=3 * 60.0,
    )


def _icloud() -> Provider:
    return Provider(
        key="icloud",
        name="iCloud Mail",
        imap=Server("imap.mail.me.com", 993, user=UserForm.LOCAL_PART),
        smtp=Server("smtp.mail.me.com", 587, Security.STARTTLS),
        sign_in=SignIn.APP_PASSWORD,
        help="iCloud wants an app-specific password: account.apple.com, Sign-In and Security. With a domain of your own"
        " the user name is still the one of your iCloud address.",
        domains=_domains("icloud.com me.com mac.com"),
        mx_suffixes=("mail.icloud.com",),
    )


def _fastmail() -> Provider:
    return Provider(
        key="fastmail",
        name="Fastmail",
        imap=Server("imap.fastmail.com", 993),
        smtp=Server("smtp.fastmail.com", 465),
        sign_in=SignIn.APP_PASSWORD,
        help="Fastmail wants an app password: Settings, Privacy and Security, Manage app passwords.",
        domains=_domains("fastmail.com fastmail.fm fastmail.net fastmail.org fastmail.co.uk fastmail.de sent.com"),
        mx_suffixes=("messagingengine.com",),
    )


_ZOHO_HELP = (
    "Switch IMAP access on in Zoho Mail: Settings, Mail accounts. With two-factor sign-in Zoho wants an app password."
)


def _zoho() -> Provider:
    return Provider(
        key="zoho",
        name="Zoho Mail",
        imap=Server("imap.zoho.com", 993),
        smtp=Server("smtp.zoho.com", 465),
        sign_in=SignIn.APP_PASSWORD,
        help=_ZOHO_HELP,
        domains=_domains("zoho.com zohomail.com"),
    )


def _zoho_eu() -> Provider:
    return Provider(
        key="zoho-eu",
        name="Zoho Mail (Europe)",
        imap=Server("imap.zoho.eu", 993),
        smtp=Server("smtp.zoho.eu", 465),
        sign_in=SignIn.APP_PASSWORD,
        help=_ZOHO_HELP,
        domains=_domains("zoho.eu zohomail.eu"),
    )


def _zoho_pro(key: str, name: str, domain: str) -> Provider:
    """Return the row for customers' own domains, which Zoho serves from hosts of their own."""
    return Provider(
        key=key,
        name=name,
        imap=Server(f"imappro.{domain}", 993),
        smtp=Server(f"smtppro.{domain}", 465),
        sign_in=SignIn.APP_PASSWORD,
        help=_ZOHO_HELP,
        mx_suffixes=(domain,),
    )


_GMX_HELP = (
    "Switch POP3 and IMAP on first: E-Mail, Settings, POP3/IMAP. With two-factor sign-in an app password is needed."
)


def _gmx() -> Provider:
    return Provider(
        key="gmx",
        name="GMX",
        imap=Server("imap.gmx.net", 993),
        smtp=Server("mail.gmx.net", 465),
        sign_in=SignIn.PASSWORD,
        help=_GMX_HELP,
        domains=_domains("gmx.net gmx.de gmx.at gmx.ch gmx.li gmx.eu gmx.org gmx.info gmx.biz"),
    )


def _gmx_com() -> Provider:
    return Provider(
        key="gmx-com",
        name="GMX (international)",
        imap=Server("imap.gmx.com", 993),
        smtp=Server("mail.gmx.com", 465),
        sign_in=SignIn.PASSWORD,
        help=_GMX_HELP,
        domains=_domains("gmx.com gmx.us gmx.co.uk gmx.fr gmx.es"),
    )


def _web_de() -> Provider:
    return Provider(
        key="web.de",
        name="WEB.DE",
        imap=Server("imap.web.de", 993),
        smtp=Server("smtp.web.de", 587, Security.STARTTLS),
        sign_in=SignIn.PASSWORD,
        help=_GMX_HELP,
        domains=_domains("web.de"),
    )


def _gmail() -> Provider:
    return Provider(
        key="gmail",
        name="Gmail",
        imap=Server("imap.gmail.com", 993),
        smtp=Server("smtp.gmail.com", 465),
        sign_in=SignIn.BROWSER,
        help="Sign in with your browser. Without it, an account with 2-Step Verification can make an app password"
        " (myaccount.google.com/apppasswords) and be connected with that.",
        domains=_domains("gmail.com googlemail.com"),
        mx_suffixes=("google.com", "googlemail.com"),
        oauth=OAuthProvider.GOOGLE,
        connections=15,
    )


_MICROSOFT_HELP = (
    "Sign in with your browser: Microsoft takes no passwords from mail programs, and app passwords neither."
)


def _outlook() -> Provider:
    return Provider(
        key="outlook",
        name="Outlook.com",
        imap=Server("outlook.office365.com", 993),
        smtp=Server("smtp-mail.outlook.com", 587, Security.STARTTLS),
        sign_in=SignIn.BROWSER,
        help=_MICROSOFT_HELP,
        domains=_domains(
            "outlook.com outlook.de outlook.fr outlook.es outlook.it outlook.at hotmail.com hotmail.de hotmail.fr"
            " hotmail.it hotmail.es hotmail.co.uk live.com live.de live.fr live.nl live.co.uk msn.com"
        ),
        mx_suffixes=("olc.protection.outlook.com",),
        oauth=OAuthProvider.MICROSOFT,
        connections=8,
    )


def _microsoft365() -> Provider:
    return Provider(
        key="microsoft365",
        name="Microsoft 365",
        imap=Server("outlook.office365.com", 993),
        smtp=Server("smtp.office365.com", 587, Security.STARTTLS),
        sign_in=SignIn.BROWSER,
        help=_MICROSOFT_HELP,
        mx_suffixes=("mail.protection.outlook.com",),
        oauth=OAuthProvider.MICROSOFT,
        connections=8,
    )


GENERIC = Provider(
    key="imap",
    name="Other (IMAP)",
    imap=None,
    smtp=None,
    sign_in=SignIn.PASSWORD,
    help="Your provider's help pages name its IMAP and SMTP servers.",
)
"""Any other server: its settings are found by DNS or entered by hand."""

PROVIDERS: tuple[Provider, ...] = (
    _gmail(),
    _outlook(),
    _microsoft365(),
    _yahoo(),
    _icloud(),
    _fastmail(),
    _zoho(),
    _zoho_eu(),
    _zoho_pro("zoho-pro", "Zoho Mail (own domain)", "zoho.com"),
    _zoho_pro("zoho-pro-eu", "Zoho Mail (own domain, Europe)", "zoho.eu"),
    _gmx(),
    _gmx_com(),
    _web_de(),
    GENERIC,
)


def by_key(key: str) -> Provider:
    """Return the row called *key*, or the generic one."""
    return next((row for row in PROVIDERS if row.key == key), GENERIC)


def by_domain(domain: str) -> Provider | None:
    """Return the provider whose own domain this is."""
    wanted = normalise_domain(domain)
    return next((row for row in PROVIDERS if wanted in row.domains), None)


def by_mx(host: str) -> Provider | None:
    """Return the provider that receives mail at *host* for its customers' own domains."""
    host = normalise_domain(host)
    for row in PROVIDERS:
        if any(host == suffix or host.endswith(f".{suffix}") for suffix in row.mx_suffixes):
            return row
    return None


def by_imap_host(host: str, address: str = "") -> Provider | None:
    """Return the provider whose IMAP server this is.

    Where one server serves two rows (Microsoft's), the domain of *address* decides: the provider's own or a customer's.
    """
    rows = [row for row in PROVIDERS if row.imap is not None and row.imap.host == host.lower()]
    domain = normalise_domain(address.rpartition("@")[2])
    own = [row for row in rows if domain in row.domains]
    for_customers = [row for row in rows if domain and not row.domains]
    return next(iter((*own, *for_customers, *rows)), None)
