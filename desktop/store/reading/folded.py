"""Customers of whom a text contains what a person typed: case, diacritics, ligatures and width do not count.

SQLite folds ASCII by itself; how other texts are folded stands in ``folded_text``, so that no function of ours has to
be asked for each of a million names.
"""

from desktop.store.search_text import plain

_FOLDED = "(SELECT text FROM folded_text WHERE folded LIKE :{name} ESCAPE '/')"
_NAMED = (
    "SELECT id FROM customer INDEXED BY ix_customer_search WHERE name_key LIKE :{name} ESCAPE '/' "
    f"OR (company != '' AND (company LIKE :{{name}} ESCAPE '/' OR company IN {_FOLDED})) "
    f"UNION ALL SELECT id FROM customer INDEXED BY ix_customer_search WHERE name_key IN {_FOLDED}"
)
_ADDRESSED = (
    "SELECT customer_id FROM customer_address WHERE address LIKE :{name} ESCAPE '/' "
    f"UNION ALL SELECT customer_id FROM customer_address WHERE address IN {_FOLDED}"
)
Select = tuple[str, dict[str, object]]


def named_so(part: str, name: str = "part") -> Select:
    """Return how the ids of customers are selected whose name or company contains *part*, some twice.

    The one value that is bound is called *name*.
    """
    return _NAMED.format(name=name), {name: like(plain(part))}


def addressed_so(part: str, name: str = "part") -> Select:
    """Return how the ids of customers are selected who have an address that contains *part*, some twice; *name* as for
    :func:`named_so`.
    """
    return _ADDRESSED.format(name=name), {name: like(plain(part))}


def like(text: str) -> str:
    """Return the pattern (with ``ESCAPE '/'``) of texts that contain *text*."""
    return "%" + text.replace("/", "//").replace("%", "/%").replace("_", "/_") + "%"
