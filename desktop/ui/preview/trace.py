"""Where an email has been and why it is where it is: five steps for a strip, and all of it as text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop.domain.rows import DecisionRow, PlaceRow
from desktop.domain.whereabouts import flags_told, whereabouts
from desktop.services.tracing import decided_words, gates_of, said_then
from desktop.ui import words
from desktop.ui.preview.letter import Letter
from desktop.ui.preview.verdicts import match_of, place_of


@dataclass(frozen=True, slots=True)
class Step:
    """One step: a word, a glyph (see ``kit.icons.STATES``; ``todo`` is not reached) and a sentence."""

    word: str
    state: str
    sentence: str


def steps_of(letter: Letter) -> tuple[Step, ...]:
    """Return the steps of an email that is kept."""
    received, fetched = _arrival(letter)
    if letter.is_unreadable:
        why = letter.note("why") or letter.row.reason
        kept = Step("Kept", "bad", f"It could not be read, so its bytes were set aside. {why}")
        return (received, fetched, kept, Step("Matched", "todo", "Not reached: its sender is not known."), _end(letter))
    kept = Step("Kept", "ok", "No filter left it out.")
    return (received, fetched, kept, _matching(letter), _end(letter))


def steps_of_seen(place: PlaceRow) -> tuple[Step, ...]:
    """Return the steps of a message that is not kept."""
    received = Step("Received", "ok", f"{place.mailbox} lists it in {place.folder}{_at(place.received_at)}.")
    names = ("Fetched", "Kept", "Matched", "Filed")
    rest = tuple(Step(name, "todo", "Not reached.") for name in names)
    if place.code == "FETCH_RETRYING":
        return (received, Step("Fetched", "bad", place.reason), *rest[1:])
    if place.code == "MISSING_ON_SERVER":
        return (received, Step("Fetched", "mute", place.reason), *rest[1:])
    return (received, rest[0], Step("Left out", "mute", place.reason), *rest[2:])


def _arrival(letter: Letter) -> tuple[Step, Step]:
    row = letter.row
    since = whereabouts(letter.places).gone_since
    gone = f" It is no longer there since {words.exact(since)}; everything stays here." if since else ""
    received = Step("Received", "ok", f"The server of {row.mailbox} received it{_at(row.received_at)}.{gone}")
    first = letter.places[0].folder if letter.places else row.folder
    if letter.detail.whole:
        how = f"Postroom fetched it{_at(row.stored_at)} from {first}: {words.size(letter.detail.size_bytes)}."
        return received, Step("Fetched", "ok", how)
    size = words.size(letter.detail.size_bytes)
    how = f"Only its headers were fetched{_at(row.stored_at)}: with {size} it is over the limit."
    return received, Step("Fetched", "warn", how)


def _matching(letter: Letter) -> Step:
    row = letter.row
    if row.customer and not row.needs_review:
        return Step("Matched", "ok", row.reason)
    return Step(match_of(row).name or "Unclear", "none", row.reason)


def _end(letter: Letter) -> Step:
    row = letter.row
    if letter.is_unreadable:
        return Step("Set aside", "half", "It waits for a newer Postroom that can read it, or for you to save it.")
    if row.direction == "outbound" and not row.needs_review and not row.customer:
        return Step("Kept", "ok", "It is kept with what this mailbox sent, and found by searching.")
    if row.needs_review or not row.customer:
        return Step("Waiting", "half", "It waits in Needs Review: nothing is filed without a person.")
    return Step("Filed", "ok", f"It is on the timeline of {row.customer}.")


def _at(moment: datetime | None) -> str:
    return f" on {words.exact(moment)}" if moment else ""


# --- all of it ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """A headed part of the explanation: each line is a label and what stands after it."""

    title: str
    lines: tuple[tuple[str, str], ...]


def explained(letter: Letter) -> tuple[Part, ...]:
    """Return everything that is known about how an email came to be where it is."""
    parts = [
        Part("What happened", tuple((step.word, step.sentence) for step in steps_of(letter))),
        Part("Every gate, as recorded", tuple(gates_of(letter.places[0]) if letter.places else ())),
        Part(_said_title(letter), tuple(said_then(letter.detail, letter.decisions))),
        Part("Decisions", tuple(_decided(made) for made in letter.decisions)),
        Part("Where it lies", (*_stays(letter.places), *(_lies(place) for place in letter.places))),
        Part("About the message", _about(letter)),
    ]
    return tuple(part for part in parts if part.lines)


def explained_seen(place: PlaceRow) -> tuple[Part, ...]:
    """Return everything that is known about a message that is not kept."""
    happened = tuple((step.word, step.sentence) for step in steps_of_seen(place))
    return (
        Part("What happened", happened),
        Part("Every gate, as recorded", tuple(gates_of(place))),
        Part("Where it lies", (_lies(place),)),
    )


def explained_now(lines: Sequence[tuple[str, str]]) -> Part:
    """Return what the rules would say today as a part that says that it is not what was recorded."""
    return Part("What the rules would say today (worked out now, not recorded)", tuple(lines))


def as_text(parts: tuple[Part, ...]) -> str:
    """Return the parts as plain text, to copy."""
    blocks = ("\n".join([part.title, *(f"  {label}: {what}" for label, what in part.lines)]) for part in parts)
    return "\n\n".join(blocks)


def _said_title(letter: Letter) -> str:
    by_rules = [made for made in letter.decisions if not made.decided_by.startswith("person")]
    when = f", recorded {words.exact(by_rules[-1].decided_at)}" if by_rules else ""
    return f"What each rule said{when}"


def _decided(made: DecisionRow) -> tuple[str, str]:
    return words.exact(made.decided_at), f"{made.reason} Decided by {decided_words(made)}."


def _stays(places: Sequence[PlaceRow]) -> tuple[tuple[str, str], ...]:
    found = whereabouts(places)
    told = found.told(words.exact)
    return (("On the server" if found.is_there else str(found.code), told),) if told else ()


def _lies(place: PlaceRow) -> tuple[str, str]:
    marked = flags_told(place.flags)
    more = f" Marked there: {marked}." if marked else ""
    if place.gone_at:
        more = f" Gone from there since {words.exact(place.gone_at)}."
    return f"{place.mailbox}, {place.folder}", f"Message {place.ref} of {place.epoch}. {place.reason}{more}"


def _first_seen(letter: Letter) -> str:
    return f"{letter.places[0].folder}, message {letter.places[0].ref}" if letter.places else place_of(letter.row)


def _about(letter: Letter) -> tuple[tuple[str, str], ...]:
    known = (
        ("Message-ID", letter.row.message_id),
        ("First seen as", _first_seen(letter)),
        ("Sender", letter.note("sender_doubt")),
        ("Warning", letter.parties.unproven),
        ("Who wrote it", letter.parties.told),
        ("Delivery", letter.delivery.said),
        *(("Came back", told) for told in letter.delivery.came_back),
        ("Date", letter.note("date_note")),
        ("Labels", ", ".join(letter.labels)),
        *(("Noticed", note) for note in letter.oddities),
    )
    return tuple((label, what) for label, what in known if what)
