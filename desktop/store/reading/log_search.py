"""What the log is narrowed to, as SQL: conditions on its syncs and its entries, decided where the rows are."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import sqlalchemy as sa

from desktop.domain.activity import ActivityFilter, Level, Outcome
from desktop.domain.reasons import ReasonCode
from desktop.domain.troubles import PASSING, outcome_of, words_of
from desktop.store.search_text import plain
from desktop.store.sqltypes import stored_instant

BROKEN_OFF = "Broken off: Postroom was ended before the sync was over"
NOTHING_LOST = "What it had brought is here, and the next sync goes on from there."
SYNC_AGAIN = "Nothing, or sync now."
NOTHING_NEW = "Nothing new"
MOST_WORDS = 8
"""More words than that do not narrow a search any further."""

EVENT_LEVELS = {"error": Level.FAILED, "warning": Level.ATTENTION, "info": Level.DONE}
EVENT_OUTCOMES = {"error": Outcome.FAILED, "warning": Outcome.NOTED, "info": Outcome.NOTED}
_SYNCED = ReasonCode.SYNCED.value


@dataclass(slots=True)
class Narrowed:
    """Conditions joined by AND, the tables of hits they look into, and the values bound in both."""

    parts: list[str] = field(default_factory=lambda: ["1"])
    hits: list[str] = field(default_factory=list)
    values: dict[str, object] = field(default_factory=dict)

    @property
    def condition(self) -> str:
        """The conditions as one."""
        return " AND ".join(self.parts)

    @property
    def prelude(self) -> str:
        """What stands before the SELECT."""
        return f"WITH {', '.join(self.hits)} " if self.hits else ""

    def bind(self, value: object) -> str:
        """Bind a value; returns its place in SQL."""
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f":{name}"

    def any_of(self, values: Iterable[object]) -> str:
        """Bind several values, for IN."""
        return f"({', '.join(self.bind(value) for value in values)})"

    def holds(self, text: str, word: str) -> str:
        """Return that the folded *word* is a part of *text*; most text is plain ASCII, which SQLite folds by itself."""
        like = "".join(f"\\{sign}" if sign in "%_\\" else sign for sign in word)
        is_ascii = f"length(CAST({text} AS BLOB)) = length({text})"
        is_like = f"{text} LIKE {self.bind(f'%{like}%')} ESCAPE '\\'"
        return f"CASE WHEN {is_ascii} THEN {is_like} ELSE holds({text}, {self.bind(word)}) END"


def on_syncs(wanted: ActivityFilter, before: int | None, run: sa.Connection) -> Narrowed:
    """Return what must hold of a sync; *before* is the stored instant it has to be older than."""
    made = Narrowed()
    at = "coalesce(run.ended_at, run.started_at)"
    _on_times(made, wanted, before, at)
    if wanted.mailbox_id is not None:
        made.parts.append(f"run.mailbox_id = {made.bind(wanted.mailbox_id)}")
    if wanted.run is not None:
        made.parts.append(f"run.id = {made.bind(wanted.run)}")
    else:
        newer = "SELECT 1 FROM run AS newer WHERE newer.line = run.line AND newer.id > run.id"
        made.parts.append(f"(run.line IS NULL OR NOT EXISTS ({newer}))")
    if wanted.code:
        made.parts.append(f"run.code = {made.bind(wanted.code)}")
    if wanted.levels:
        fitting = [code for code in ReasonCode if outcome_of(code)[1] in wanted.levels]
        is_such = f"run.code IN {made.any_of(code.value for code in fitting)}"
        if Level.FAILED in wanted.levels:
            is_such += f" OR run.code NOT IN {made.any_of(code.value for code in ReasonCode)}"
        made.parts.append(f"(run.ended_at IS NULL OR {is_such})")
    for at_word, word in enumerate(_words(wanted)):
        made.parts.append(_sync_has(made, word, f"hit{at_word}", run))
    return made


def on_entries(wanted: ActivityFilter, before: int | None, run: sa.Connection, *, lines: bool = True) -> Narrowed:
    """Return what must hold of an entry; with *lines*, only the newest of each line of the log is wanted."""
    made = Narrowed()
    _on_times(made, wanted, before, "event.at")
    if wanted.mailbox_id is not None:
        made.parts.append(f"event.mailbox_id = {made.bind(wanted.mailbox_id)}")
    if wanted.run is not None:
        made.parts.append(f"event.run_id = {made.bind(wanted.run)}")
    elif lines:
        newer = "SELECT 1 FROM event AS newer WHERE newer.line = event.line AND newer.id > event.id"
        made.parts.append(f"event.line IS NOT NULL AND NOT EXISTS ({newer})")
    if wanted.code:
        made.parts.append(f"event.code = {made.bind(wanted.code)}")
    if wanted.levels:
        made.parts.append(_entry_is(made, wanted.levels))
    made.parts += [_entry_has(made, word, run) for word in _words(wanted)]
    return made


def fits(wanted: ActivityFilter, *texts: str) -> bool:
    """Tell whether every word of the search is a part of one of *texts*."""
    folded = [plain(text) for text in texts]
    return all(any(word in text for text in folded) for word in _words(wanted))


def _on_times(made: Narrowed, wanted: ActivityFilter, before: int | None, at: str) -> None:
    if wanted.since is not None:
        made.parts.append(f"{at} >= {made.bind(stored_instant(wanted.since))}")
    if wanted.until is not None:
        made.parts.append(f"{at} < {made.bind(stored_instant(wanted.until))}")
    if before is not None:
        made.parts.append(f"{at} < {made.bind(before)}")


def _words(wanted: ActivityFilter) -> list[str]:
    return plain(wanted.search).split()[:MOST_WORDS]


def _sync_has(made: Narrowed, word: str, hit: str, run: sa.Connection) -> str:
    """Return that a sync's line has *word* in one of its texts, or is the line of the sync of that number."""
    said = made.holds("what || ' ' || meaning || ' ' || action", word)
    made.hits.append(f"{hit} AS MATERIALIZED (SELECT id, run_id FROM event WHERE {said})")
    ways = [f"run.mailbox_id IN {made.any_of(_mailboxes(word, run))}"]
    ways.append(f"run.code IN {made.any_of(_codes(word, _sync_texts))}")
    if word in plain(f"{NOTHING_NEW} {Outcome.DONE.value}"):
        ways.append(f"run.code = '{_SYNCED}' AND run.brought = ''")
    if word in plain(f"{BROKEN_OFF} {Outcome.STOPPED.value}"):
        ways.append("run.ended_at IS NULL")
    if word.isdecimal() and word.isascii():
        ways.append(
            f"coalesce(run.line, run.id) = (SELECT coalesce(line, id) FROM run WHERE id = {made.bind(int(word))})"
        )
    elif word == "run":
        ways.append("1")
    ways += [f"run.event_id IN (SELECT id FROM {hit})", f"run.id IN (SELECT run_id FROM {hit})"]
    ways.append(made.holds("run.brought", word))
    return f"({' OR '.join(ways)})"


def _entry_is(made: Narrowed, levels: frozenset[Level]) -> str:
    """Return that an entry is as grave as one of *levels*: an error that passes by itself is not among the gravest."""
    passes = _passes(made)
    fitting = (name for name, level in EVENT_LEVELS.items() if level in levels)
    ways = [f"event.level IN {made.any_of(fitting)} AND NOT ({passes})"]
    return f"({' OR '.join([*ways, passes] if Level.ATTENTION in levels else ways)})"


def _passes(made: Narrowed) -> str:
    return f"event.level = 'error' AND event.code IN {made.any_of(sorted(code.value for code in PASSING))}"


def _entry_has(made: Narrowed, word: str, run: sa.Connection) -> str:
    levels = [name for name, outcome in EVENT_OUTCOMES.items() if word in plain(outcome.value)]
    ways = [
        f"event.mailbox_id IN {made.any_of(_mailboxes(word, run))}",
        f"event.code IN {made.any_of(_codes(word, lambda code: code.value))}",
        f"event.level IN {made.any_of(levels)} AND NOT ({_passes(made)})",
        _passes(made) if word in plain(Outcome.WAITING.value) else "0",
        made.holds("event.what || ' ' || event.meaning || ' ' || event.action", word),
    ]
    return f"({' OR '.join(ways)})"


def _mailboxes(word: str, run: sa.Connection) -> Iterator[int]:
    found = run.exec_driver_sql("SELECT id, address FROM mailbox").all()
    return (number for number, address in found if word in plain(address))


def _codes(word: str, text_of: Callable[[ReasonCode], str]) -> Iterator[str]:
    return (code.value for code in ReasonCode if word in plain(text_of(code)))


def _sync_texts(code: ReasonCode) -> str:
    return f"{code.value} {words_of(code)} {outcome_of(code)[0].value}"
