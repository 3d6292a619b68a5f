"""Which domains belong to one organisation, by the Public Suffix List. Pure but for reading the list, once.

The list lies beside this module as Mozilla publishes it (MPL-2.0, its version stands in its head). It is never
fetched: what is a company's domain must not depend on a network, and nobody is to learn when mail is matched.
"""

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import idna

from desktop.domain.shared_providers import is_shared_provider

_LIST = "public_suffix_list.dat"


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
    suffix_labels = _suffix_length(labels)
    if len(labels) <= suffix_labels:
        return _NOBODYS
    return Site(labels[-suffix_labels - 1], ".".join(labels[-suffix_labels:]))


def is_companys(domain: str) -> bool:
    """Tell whether *domain* may say which company writes: registered by one, and no free mail or shared host."""
    site = site_of(domain)
    return bool(site.core) and not is_shared_provider(domain) and not is_shared_provider(site.name)


def _suffix_length(labels: list[str]) -> int:
    """Return how many labels the public suffix has; without any rule it is the last one."""
    rules = _rules()
    labels = [_readable(label) for label in labels]
    for start in range(len(labels)):
        rest = ".".join(labels[start:])
        if "!" + rest in rules:
            return len(labels) - start - 1
        if rest in rules or "*." + ".".join(labels[start + 1 :]) in rules:
            return len(labels) - start
    return 1


@lru_cache(maxsize=1)
def _rules() -> frozenset[str]:
    text = resources.files(__package__).joinpath(_LIST).read_text(encoding="utf-8")
    return frozenset(line.split()[0] for line in text.splitlines() if line.strip() and not line.startswith("//"))


def _readable(label: str) -> str:
    """Return an A-label as the list writes it, in its own script."""
    if not label.startswith("xn--"):
        return label
    try:
        return idna.decode(label)
    except idna.IDNAError:
        return label
