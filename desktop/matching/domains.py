"""Which domains belong to one organisation, by the Public Suffix List. Pure but for reading the list, once.

The list is that of the package publicsuffixlist. It is never fetched: what is a company's domain must not depend on a
network, and nobody is to learn when mail is matched.
"""

from dataclasses import dataclass
from functools import lru_cache

from publicsuffixlist import PublicSuffixList

from desktop.domain.shared_providers import is_shared_provider


@dataclass(frozen=True, slots=True)
class Site:
    """A domain as its owner registered it: ``core`` is the registered label, ``suffix`` what any registrant gets.

    For ``mail.acme.co.uk`` that is ``acme`` and ``co.uk``. Both are empty for a domain that is nobody's own: a public
    suffix itself (``co.uk``, ``github.io``), or no domain at all.
    """

    core: str
    suffix: str

    @property
    def name(self) -> str:
        """The registrable domain, ``acme.co.uk``; or ``""``."""
        return f"{self.core}.{self.suffix}" if self.core else ""


_NOBODYS = Site("", "")


@lru_cache(maxsize=65_536)
def site_of(domain: str) -> Site:
    """Return whose *domain* (in comparable form) is, by the algorithm of https://publicsuffix.org/list/."""
    labels = domain.split(".")
    if not all(labels) or domain.replace(".", "").isdigit() or domain.startswith("["):
        return _NOBODYS
    registered = _list().privatesuffix(domain)
    if not registered:
        return _NOBODYS
    core, _, suffix = registered.partition(".")
    return Site(core, suffix)


def is_companys(domain: str) -> bool:
    """Tell whether *domain* may say which company writes: registered by one, and no free mail or shared host."""
    site = site_of(domain)
    return bool(site.core) and not is_shared_provider(domain) and not is_shared_provider(site.name)


@lru_cache(maxsize=1)
def _list() -> PublicSuffixList:
    """Read the list: with its private part (github.io), A-labels as we have them, one label where no rule fits."""
    return PublicSuffixList()
