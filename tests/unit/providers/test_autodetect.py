"""From an address to servers: by catalogue, by records, by usual names; names and servers are made up here."""

import threading
from dataclasses import dataclass, field

import pytest
from dns.exception import Timeout
from dns.resolver import NXDOMAIN, Resolver

from desktop.domain.errors import Misconfigured, Transient
from desktop.domain.mailbox import OAuthProvider, Security, ServerSettings
from desktop.domain.reasons import ReasonCode
from desktop.providers import autodetect
from desktop.providers.autodetect import Detected
from desktop.providers.nameservice import DnsNames, Srv
from tests.contract.scripted import Dialogue, serving

ME = "ann@example.test"


@dataclass(slots=True)
class Records:
    """A made-up name service."""

    services: dict[str, list[Srv]] = field(default_factory=dict)
    exchangers: list[str] = field(default_factory=list)
    down: bool = False
    asked: list[str] = field(default_factory=list)

    def srv(self, name: str) -> list[Srv]:
        self._note(name)
        return self.services.get(name.removesuffix(".example.test"), [])

    def mx(self, domain: str) -> list[str]:
        self._note(domain)
        return self.exchangers

    def _note(self, name: str) -> None:
        self.asked.append(name)
        if self.down:
            raise Transient(ReasonCode.OFFLINE, "down")


class Listening:
    """A prober that knows which places answer."""

    def __init__(self, *places: tuple[str, int]) -> None:
        self._places = places
        self._lock = threading.Lock()
        self.asked: list[tuple[str, int, str]] = []

    def __call__(self, settings: ServerSettings, service: str) -> bool:
        with self._lock:
            self.asked.append((settings.host, settings.port, service))
        return (settings.host, settings.port) in self._places


def detect(address: str = ME, records: Records | None = None, prober: Listening | None = None) -> Detected:
    return autodetect.detect(address, names=records or Records(), prober=prober or Listening())


def imap_at(host: str, port: int = 993, security: Security = Security.TLS, user: str = ME) -> ServerSettings:
    return ServerSettings(host, port, security, user)


def test_a_known_domain_asks_nobody() -> None:
    records, prober = Records(), Listening()
    found = detect("Ann@GMX.de", records, prober)
    assert (found.provider.key, found.imap) == ("gmx", imap_at("imap.gmx.net", user="ann@gmx.de"))
    assert not records.asked
    assert not prober.asked


def test_records_of_the_domain() -> None:
    records = Records(
        {
            "_imaps._tcp": [
                Srv(20, 0, 993, "backup.example.test"),
                Srv(10, 1, 993, "a.example.test"),
                Srv(10, 9, 1993, "B.example.test"),
            ],
            "_submissions._tcp": [Srv(0, 0, 465, "out.example.test")],
        }
    )
    found = detect(records=records)
    assert found.imap == imap_at("b.example.test", 1993)
    assert found.smtp == imap_at("out.example.test", 465)
    assert found.confirm == ()
    assert found.provider.key == "imap"


def test_starttls_records_only() -> None:
    records = Records(
        {
            "_imaps._tcp": [Srv(0, 0, 0, "")],
            "_imap._tcp": [Srv(0, 0, 143, "mail.example.test")],
            "_submission._tcp": [Srv(0, 0, 587, "mail.example.test")],
        }
    )
    found = detect(records=records)
    assert found.imap == imap_at("mail.example.test", 143, Security.STARTTLS)
    assert found.smtp == imap_at("mail.example.test", 587, Security.STARTTLS)


def test_a_server_elsewhere_is_to_be_confirmed() -> None:
    records = Records(
        {"_imaps._tcp": [Srv(0, 0, 993, "imap.host.test")], "_submissions._tcp": [Srv(0, 0, 465, "notexample.test")]}
    )
    assert detect(records=records).confirm == ("imap.host.test", "notexample.test")


def test_a_record_that_names_a_known_provider() -> None:
    found = detect(records=Records({"_imaps._tcp": [Srv(0, 0, 993, "imap.fastmail.com")]}))
    assert (found.provider.key, found.confirm) == ("fastmail", ())
    assert found.smtp is not None
    assert found.smtp.host == "smtp.fastmail.com"


def test_a_customers_own_domain_at_microsoft_is_no_outlook_com() -> None:
    found = detect(records=Records({"_imaps._tcp": [Srv(0, 0, 993, "outlook.office365.com")]}))
    assert (found.provider.key, found.provider.oauth) == ("microsoft365", OAuthProvider.MICROSOFT)
    assert found.smtp is not None
    assert found.smtp.host == "smtp.office365.com"


@pytest.mark.parametrize("kinds", [("_imaps._tcp",), ("_imap._tcp",), ("_imaps._tcp", "_imap._tcp")])
def test_a_domain_that_says_there_is_none(kinds: tuple[str, ...]) -> None:
    records, prober = Records({kind: [Srv(0, 0, 0, "")] for kind in kinds}), Listening(("imap.example.test", 993))
    with pytest.raises(Misconfigured) as caught:
        detect(records=records, prober=prober)
    assert "offers no IMAP" in str(caught.value)
    assert not prober.asked


@pytest.mark.parametrize(
    "record",
    [
        Srv(0, 0, 993, "a b.test"),
        Srv(0, 0, 993, "x"),
        Srv(0, 0, 993, "a.test\r\n"),
        Srv(0, 0, 0, "a.test"),
        Srv(0, 0, 99999, "a.test"),
    ],
)
def test_a_record_that_cannot_be_used(record: Srv) -> None:
    with pytest.raises(Misconfigured):
        detect(records=Records({"_imaps._tcp": [record]}))


def test_by_mail_exchanger() -> None:
    found = detect(records=Records(exchangers=["mx.elsewhere.test", "in1-smtp.messagingengine.com"]))
    assert (found.provider.key, found.imap.user) == ("fastmail", ME)


def test_usual_names_in_their_order() -> None:
    prober = Listening(("mail.example.test", 993), ("imap.example.test", 143), ("smtp.example.test", 587))
    found = detect(prober=prober)
    assert found.imap == imap_at("mail.example.test")
    assert found.smtp == imap_at("smtp.example.test", 587, Security.STARTTLS)
    assert {host for host, _, _ in prober.asked} == {"imap.example.test", "mail.example.test", "smtp.example.test"}


def test_reading_without_sending() -> None:
    assert detect(prober=Listening(("imap.example.test", 143))).smtp is None


def test_nothing_found() -> None:
    with pytest.raises(Misconfigured) as caught:
        detect()
    assert caught.value.field == "host"


def test_a_name_service_that_is_down_is_asked_once_and_said() -> None:
    records = Records(down=True)
    with pytest.raises(Transient) as caught:
        detect(records=records)
    assert caught.value.code is ReasonCode.OFFLINE
    assert len(records.asked) == 1
    assert detect(records=records, prober=Listening(("imap.example.test", 993))).imap.host == "imap.example.test"


@pytest.mark.parametrize("address", ["", "x", "a@b@c.test", "a@b\r\n.test", "a b@c.test", "@c.test", "a@"])
def test_no_address(address: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        detect(address)
    assert caught.value.field == "address"


def test_an_international_domain() -> None:
    prober = Listening(("imap.xn--bcher-kva.test", 993))
    assert detect("ann@Bücher.test", prober=prober).imap.user == "ann@xn--bcher-kva.test"


def test_the_real_prober() -> None:
    with serving(Dialogue()) as server:
        assert autodetect.answers(ServerSettings("localhost", server.port, Security.NONE, ME), "IMAP")
        assert not autodetect.answers(ServerSettings("localhost", server.port, Security.STARTTLS, ME), "IMAP")
        assert not autodetect.answers(ServerSettings("localhost", server.port, Security.NONE, ME), "SMTP")
        assert b"AUTHENTICATE" not in server.received


# --- the name service -------------------------------------------------------------------------------------------------


def test_no_records_is_an_answer_and_no_answer_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def raising(error: Exception) -> None:
        def resolve(*_: object, **__: object) -> None:
            raise error

        monkeypatch.setattr(Resolver, "resolve", resolve)
        monkeypatch.setattr(Resolver, "read_resolv_conf", lambda *_: None)

    raising(NXDOMAIN())  # type: ignore[no-untyped-call]
    assert DnsNames().srv("_imaps._tcp.example.test") == []
    assert DnsNames().mx("example.test") == []
    for error in (Timeout(), OSError(), UnicodeError()):  # type: ignore[no-untyped-call]
        raising(error)
        with pytest.raises(Transient) as caught:
            DnsNames().mx("example.test")
        assert caught.value.code is ReasonCode.OFFLINE
