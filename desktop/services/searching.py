"""What a search names that is not there: a tag, a customer."""

from desktop.domain.email_list import EmailFilter
from desktop.domain.email_search import Note
from desktop.store.reading.reader import Reader


def unknown_names(read: Reader, wanted: EmailFilter) -> list[Note]:
    """Return a note for each tag that no email has, and for a part of a name that no customer has."""
    asked = (wanted, *wanted.without)
    notes = [
        Note(f"tag:{name}", f"No email has the tag “{name}”.")
        for one in asked
        for name in sorted(one.tags)
        if not read.tags.is_known(name)
    ]
    notes += [
        Note(f"customer:{one.customer}", f"No customer has “{one.customer}” in the name.")
        for one in asked
        if one.customer and not read.customer_list.is_named(one.customer)
    ]
    return notes
