"""What an authorization server means when it says no: its codes, sorted by what must happen next.

One table for the redirect's answer (RFC 6749 section 4.1.2.1, OpenID Connect Core 3.1.2.6) and the token endpoint's
(RFC 6749 section 5.2), with Google's and Microsoft's own codes; the first row that fits counts. Rows are in the order
of certainty: what is exact (AADSTS numbers, subtypes) first, then the general codes.

A person is asked for only where a person can do something; all else is Transient.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from desktop.domain.errors import Misconfigured, NeedsSignIn, SourceError, Transient
from desktop.domain.mailbox import OAuthProvider
from desktop.domain.reasons import ReasonCode
from desktop.domain.signing_in import Permission
from desktop.providers.errors import says
from desktop.providers.oauth.authority import OAuthClient
from desktop.providers.oauth.reach import AGAIN

_LONGEST_TEXT = 2000
_AADSTS = re.compile(r"AADSTS(\d{4,7})")
_CODE = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_WAITS = "New mail waits at the provider; nothing here is lost."
_NAMES = {OAuthProvider.GOOGLE: "Google", OAuthProvider.MICROSOFT: "Microsoft"}


@dataclass(frozen=True, slots=True)
class Asking:
    """On whose behalf an authorization server is talked to, and for what."""

    client: OAuthClient
    permissions: frozenset[Permission] = frozenset()

    @property
    def name(self) -> str:
        """The provider's name in a sentence."""
        return _NAMES.get(self.client.provider, "The provider")

    @property
    def scopes(self) -> tuple[str, ...]:
        """The provider's names of all that is asked for, each once."""
        named = [scope for one in Permission if one in self.permissions for scope in self.client.scopes.get(one, ())]
        return tuple(dict.fromkeys(named))


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusing answer: ``error`` is its code, ``subtype`` a finer one, ``text`` its words (never logged)."""

    asking: Asking
    error: str
    text: str = field(default="", repr=False)
    subtype: str = ""
    numbers: frozenset[int] = frozenset()
    at_consent: bool = False

    @property
    def name(self) -> str:
        """The provider's name in a sentence."""
        return self.asking.name

    @property
    def detail(self) -> str:
        """For the log: codes only; words may hold an address."""
        numbers = " ".join(f"AADSTS{number}" for number in sorted(self.numbers))
        where = "authorization" if self.at_consent else "token"
        return " ".join(part for part in (where, self.error, self.subtype, numbers) if part)

    @property
    def words(self) -> str:
        """The provider's own words for a person: the first sentence, without the trace numbers that follow."""
        first = re.split(r"\s*(?:\r|\n|Trace ID:|Correlation ID:)", self.text, maxsplit=1)[0]
        return says(first).replace("The server says", f"{self.name} says", 1)


def refusal_of(fields: Mapping[str, object], asking: Asking, *, at_consent: bool) -> Refusal:
    """Read the parameters of a redirect or the JSON of an error answer."""
    text = _text(fields.get("error_description"))
    numbers = {int(found) for found in _AADSTS.findall(text)}
    told = fields.get("error_codes")
    if isinstance(told, list):
        numbers |= {one for one in told if isinstance(one, int) and not isinstance(one, bool)}
    subtype = next((fields[key] for key in ("error_subtype", "error_subcode", "suberror") if fields.get(key)), "")
    return Refusal(asking, _code(fields.get("error")), text, _code(subtype), frozenset(numbers), at_consent)


def refused(refusal: Refusal) -> SourceError:
    """Return what *refusal* means."""
    for row in ROWS:
        if row.fits(refusal):
            return row.make(refusal)
    return _unknown(refusal)


def throttled(asking: Asking, detail: str) -> Transient:
    """Return the error for a provider that wants fewer requests."""
    return Transient(
        ReasonCode.ACCOUNT_THROTTLED,
        f"{asking.name} asks us to renew the sign-in less often.",
        meaning="It limits how often an app may ask; what was permitted still stands.",
        action="It goes on by itself later.",
        detail=detail,
    )


def scope_missing(asking: Asking, missing: frozenset[Permission], detail: str) -> NeedsSignIn:
    """Return the error for a person who did not tick, or a provider that did not give, what is needed."""
    to = " and ".join(words for one, words in _IN_WORDS.items() if one in missing)
    return NeedsSignIn(
        ReasonCode.ACCOUNT_SCOPE_MISSING,
        f"{asking.name} did not permit Postroom to {to}.",
        meaning="The sign-in went well, but this permission was left out, so the mailbox cannot work.",
        action=_TICK.get(asking.client.provider, "Sign in again and allow everything that the page asks for."),
        detail=detail,
    )


_IN_WORDS = {Permission.READ: "read the mailbox", Permission.SEND: "send from it"}
_TICK = {
    OAuthProvider.GOOGLE: "Sign in again and tick the box “Read, compose, send, and permanently delete all your email "
    "from Gmail” on Google's page; mail programs have no narrower one.",
    OAuthProvider.MICROSOFT: "Sign in again and accept everything on Microsoft's page; if it does not list mail, the "
    "permission must be added to the app registration.",
}


# --- reading an answer ------------------------------------------------------------------------------------------------


def _text(value: object) -> str:
    return value[:_LONGEST_TEXT] if isinstance(value, str) else ""


def _code(value: object) -> str:
    """Return a code fit for the log; whatever does not look like one is only said to be odd."""
    if isinstance(value, str) and _CODE.fullmatch(value):
        return value.lower()
    return "odd"


# --- what the rows make -----------------------------------------------------------------------------------------------


def _denied(refusal: Refusal) -> SourceError:
    return NeedsSignIn(
        ReasonCode.ACCOUNT_CONSENT_DENIED,
        "The permission was not given.",
        meaning=f"It was declined on {refusal.name}'s page, so Postroom has no access and nothing was changed."
        if refusal.name != "The provider"
        else "It was declined on the provider's page, so Postroom has no access and nothing was changed.",
        action="Start again and accept, or leave the mailbox unconnected.",
        detail=refusal.detail,
    )


def _revoked(why: str) -> Callable[[Refusal], SourceError]:
    def make(refusal: Refusal) -> SourceError:
        return NeedsSignIn(
            ReasonCode.ACCOUNT_REVOKED,
            f"{refusal.name} does not accept the sign-in any more.",
            meaning=f"{why} {_WAITS}",
            action="Reconnect the mailbox.",
            detail=refusal.detail,
        )

    return make


def _code_refused(refusal: Refusal) -> SourceError:
    return NeedsSignIn(
        ReasonCode.ACCOUNT_SIGN_IN,
        f"{refusal.name} did not accept the answer that its own page gave.",
        meaning="It is good for a few minutes and once only; a wrong clock on this computer can spoil it too.",
        action="Start the sign-in again.",
        detail=refusal.detail,
    )


def _sign_in(what: str) -> Callable[[Refusal], SourceError]:
    def make(refusal: Refusal) -> SourceError:
        return NeedsSignIn(
            ReasonCode.ACCOUNT_SIGN_IN,
            what.format(name=refusal.name),
            meaning=_WAITS,
            action="Reconnect the mailbox and follow the provider's page.",
            detail=refusal.detail,
        )

    return make


def _disabled(refusal: Refusal) -> SourceError:
    return NeedsSignIn(
        ReasonCode.ACCOUNT_DISABLED,
        f"{refusal.name} has disabled or deleted this account.",
        meaning=refusal.words or "Nobody can sign in to it at the moment.",
        action="Ask whoever runs the account; it is not tried again until somebody reconnects it.",
        detail=refusal.detail,
    )


def _admin(refusal: Refusal) -> SourceError:
    client = refusal.asking.client
    scopes = " ".join(refusal.asking.scopes) or "those of the app's registration"
    return NeedsSignIn(
        ReasonCode.ACCOUNT_ADMIN_CONSENT,
        f"An administrator must permit Postroom at {refusal.name}."
        if refusal.name != "The provider"
        else "An administrator must permit Postroom at the provider.",
        meaning="The organisation lets only administrators permit apps like this one.",
        action=f"Send this to the administrator, then sign in again: “Please permit the app with the client id "
        f"{client.client_id} for mail in our organisation. It needs these permissions: {scopes}.”",
        detail=refusal.detail,
    )


def _app(what: str, action: str, field: str = "client_id") -> Callable[[Refusal], SourceError]:
    def make(refusal: Refusal) -> SourceError:
        return Misconfigured(
            ReasonCode.ACCOUNT_APP_SECRET,
            what.format(name=refusal.name),
            meaning=f"The account is in order; it is the app registration that fails. {_WAITS}",
            action=action.format(client=refusal.asking.client.client_id),
            detail=refusal.detail,
            field=field,
        )

    return make


def _setting(what: str, action: str) -> Callable[[Refusal], SourceError]:
    def make(refusal: Refusal) -> SourceError:
        host = refusal.asking.client.redirect_host
        return Misconfigured(
            ReasonCode.SETTINGS_INVALID,
            what.format(name=refusal.name),
            meaning=refusal.words,
            action=action.format(client=refusal.asking.client.client_id, redirect=f"http://{host}/callback"),
            detail=refusal.detail,
            field="client_id",
        )

    return make


def _not_granted(refusal: Refusal) -> SourceError:
    return scope_missing(refusal.asking, refusal.asking.permissions - {Permission.IDENTITY}, refusal.detail)


def _unavailable(refusal: Refusal) -> SourceError:
    return Transient(
        ReasonCode.ISSUER_UNREACHABLE,
        f"{refusal.name} cannot renew or give a sign-in just now.",
        meaning=refusal.words or "It reports a fault of its own.",
        action=AGAIN,
        detail=refusal.detail,
    )


def _too_often(refusal: Refusal) -> SourceError:
    return throttled(refusal.asking, refusal.detail)


def _unknown(refusal: Refusal) -> SourceError:
    """A code that no row knows: whoever sits before a sign-in is told; a renewal waits, for nobody need act on it."""
    if not refusal.at_consent:
        return _unavailable(refusal)
    return NeedsSignIn(
        ReasonCode.ACCOUNT_SIGN_IN,
        f"{refusal.name} did not finish the sign-in.",
        meaning=refusal.words or "It gave no reason that Postroom knows.",
        action="Start it again; if it stays so, ask whoever runs the account.",
        detail=refusal.detail,
    )


@dataclass(frozen=True, slots=True)
class Row:
    """Codes that mean one thing: an AADSTS number or a subtype alone, or an error code with, if given, these words.

    ``at_consent`` narrows it to answers that came through the browser, or to those that did not.
    """

    make: Callable[[Refusal], SourceError]
    numbers: frozenset[int] = frozenset()
    subtypes: frozenset[str] = frozenset()
    errors: frozenset[str] = frozenset()
    words: re.Pattern[str] | None = None
    at_consent: bool | None = None

    def fits(self, refusal: Refusal) -> bool:
        """Tell whether the refusal is this row's."""
        if self.at_consent not in {None, refusal.at_consent}:
            return False
        if refusal.numbers & self.numbers or refusal.subtype in self.subtypes:
            return True
        return refusal.error in self.errors and (self.words is None or self.words.search(refusal.text) is not None)


def _row(
    make: Callable[[Refusal], SourceError],
    errors: str = "",
    words: str = "",
    *,
    numbers: str = "",
    subtypes: str = "",
    at_consent: bool | None = None,
) -> Row:
    pattern = re.compile(words, re.IGNORECASE) if words else None
    ids = frozenset(int(one) for one in numbers.split())
    return Row(make, ids, frozenset(subtypes.split()), frozenset(errors.split()), pattern, at_consent)


_RENEW_IT = "Make a new client secret in the app registration and enter it in the settings."
_CHECK_CLIENT = "Check client id and secret in the settings against the app registration (client id {client})."
_CHANGED = "The password of the account was changed or reset, and that ends all sign-ins made before."
_EXPIRED = "The sign-in has expired: it was not used for too long, or the organisation ends sign-ins after a while."
_ENDED = "It was withdrawn in the account's settings, it has expired, or the password was changed."
_WITHDRAWN = "Somebody withdrew the permission in the account's settings, or an administrator did."

ROWS: tuple[Row, ...] = (
    _row(_denied, numbers="65004", subtypes="cancel"),
    _row(_too_often, "slow_down rate_limit_exceeded too_many_requests", numbers="50196 90055 140001"),
    _row(_disabled, numbers="50057 50034 53011"),
    _row(_revoked(_WITHDRAWN), numbers="65001", at_consent=False),
    _row(
        _admin,
        "admin_policy_enforced consent_required",
        numbers="65001 90094 90099 90095 900941 90097 90093 50105",
        subtypes="consent_required admin_policy_enforced",
    ),
    _row(
        _app("The client secret of the app has expired at {name}.", _RENEW_IT, "client_secret"),
        numbers="7000222",
    ),
    _row(
        _app(
            "{name} wants a client secret for this app.",
            "In the app registration switch “Allow public client flows” on, or give its secret in the settings.",
            "client_secret",
        ),
        numbers="7000218",
    ),
    _row(
        _app("{name} does not accept the client secret of the app.", _CHECK_CLIENT, "client_secret"),
        numbers="7000215 7000216 50012",
    ),
    _row(_app("{name} does not know this app.", _CHECK_CLIENT), numbers="700016 7000112 700026"),
    _row(
        _setting(
            "The address that the browser returns to is not registered at {name}.",
            "Add {redirect} to the redirect addresses of the app registration (client id {client}), as a desktop app.",
        ),
        "redirect_uri_mismatch",
        numbers="50011 500113 500112",
    ),
    _row(_revoked(_CHANGED), numbers="50173 50133"),
    _row(_revoked(_EXPIRED), numbers="700082 70008 700084 50089"),
    _row(
        _sign_in("{name} wants the second factor or a fresh sign-in from a person."),
        "mfa_required",
        numbers="50076 50079 50074 50078 50158 53003 53000 50097 70043 70044 16000 50058 50055 530003",
        subtypes="basic_action additional_action invalid_rapt rapt_required",
    ),
    _row(_revoked(_WITHDRAWN), numbers="700003"),
    _row(_code_refused, numbers="54005 70002 9002313"),
    _row(_unavailable, numbers="90033 90024"),
    _row(_setting("{name} does not know this tenant.", "Check the tenant in the settings."), numbers="90002 900023"),
    _row(
        _app(
            "The app's registration is not made for this kind of account at {name}.",
            "Register it for accounts in "
            "any organisation and for personal accounts, or use an account of its own organisation.",
        ),
        "org_internal",
        numbers="50194 50020 9002346 700030 50177",
    ),
    _row(
        _app("The app was deleted or disabled at {name}.", "Register an app again and give its client id in settings."),
        "deleted_client disabled_client",
    ),
    _row(_app("{name} does not accept this app.", _CHECK_CLIENT), "invalid_client unauthorized_client"),
    _row(
        _disabled,
        "invalid_grant access_denied account_disabled",
        r"account.{0,20}(deleted|disabled|suspended|restrict)",
    ),
    _row(_denied, "access_denied user_denied consent_declined"),
    _row(
        _sign_in("{name} wants a fresh sign-in from a person."),
        "interaction_required login_required account_selection_required reauth_required",
    ),
    _row(_code_refused, "invalid_grant", r"\b(authorization )?code\b|code[_ ]verifier|malformed auth"),
    _row(_revoked(_EXPIRED), "invalid_grant", r"^(the )?(refresh )?token (has |is )?expired\.?$|inactiv"),
    _row(_revoked(_CHANGED), "invalid_grant", r"password"),
    _row(_revoked(_ENDED), "invalid_grant invalid_token"),
    _row(_not_granted, "invalid_scope", r"refresh[_ ]token|(not|was never|never) (been )?granted"),
    _row(
        _setting(
            "{name} does not know a permission that is asked for.",
            "Check the scopes of the OAuth client (client id {client}) and that the app registration has them.",
        ),
        "invalid_scope",
        numbers="70011 650053 28002",
    ),
    _row(
        _setting(
            "{name} does not take the request of this app.",
            "Check the OAuth client's settings: kind of app, scopes and addresses (client id {client}).",
        ),
        "invalid_request unsupported_response_type unsupported_grant_type invalid_resource invalid_tenant "
        "request_not_supported registration_not_supported disallowed_useragent",
    ),
    _row(_unavailable, "temporarily_unavailable server_error internal_failure internal_error backend_error"),
)
