"""What a person does with filters: rows added, changed, moved and removed, domains blocked; each with its undo.

A change holds for mail that comes from now on, and with a ``past`` for mail that is here too, as the same command.
Before it is made it can be rehearsed (``filter_rehearsal``).
"""

from collections.abc import Sequence
from dataclasses import replace

from desktop.domain.addresses import normalise_address, normalise_domain
from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.decision import PERSON
from desktop.domain.errors import CommandRefused
from desktop.domain.filters import NAMED_KINDS, Comparison, DomainRole, Effect, Field, FilterRow
from desktop.domain.ids import FilterId
from desktop.domain.mailbox import Mailbox
from desktop.domain.reasons import ReasonCode
from desktop.domain.shared_providers import SHARED_PROVIDERS
from desktop.filtering.comparing import VALUE_CHARS, VALUES_MOST, comparable_value
from desktop.filtering.judging import Policy
from desktop.services.filter_past import Past, decide_again, judge_past
from desktop.store.reading.reader import Reader
from desktop.store.writing.journal import Step, no_step
from desktop.store.writing.unit_of_work import UnitOfWork

ROWS_MOST = 200


def policy_for(read: Reader, mailbox: Mailbox | None) -> Policy:
    """Return everything that leaves mail of *mailbox* out (None: the rows of every mailbox)."""
    return Policy(
        tuple(read.filters.rows(mailbox.id if mailbox is not None else None)),
        read.filters.domains(DomainRole.BLOCKED),
        read.filters.domains(DomainRole.INTERNAL),
    )


def with_rows(policy: Policy, rows: Sequence[FilterRow]) -> Policy:
    """Return *policy* with other rows."""
    return replace(policy, rows=tuple(rows))


def checked_row(row: FilterRow) -> FilterRow:
    """Return *row* as it can be stored; raises CommandRefused (BAD_INPUT) for what fits nothing, or everything."""
    values = tuple(dict.fromkeys(value.strip() for value in row.values if value.strip()))
    if not values:
        raise _bad("A filter needs something to look for.", "Give at least one value.")
    if len(values) > VALUES_MOST:
        raise _bad(f"A filter has at most {VALUES_MOST} values; this has {len(values):,}.", "Make several filters.")
    for value in values:
        if len(value) > VALUE_CHARS:
            raise _bad(f"A value has at most {VALUE_CHARS} characters.", "Give a shorter part of it.")
        _check_value(row, value)
    if row.field is Field.KIND and row.comparison is not Comparison.IS:
        raise _bad("A kind of mail is only compared by 'is'.", "Choose 'is'.")
    if row.field is Field.SUBJECT and row.comparison is Comparison.DOMAIN:
        raise _bad("A subject has no domain.", "Compare it by 'contains'.")
    return replace(row, values=values)


def add_row(
    uow: UnitOfWork, row: FilterRow, clock: Clock, *, at: int | None = None, past: Past | None = None
) -> tuple[FilterId, ChangeSet]:
    """Add a row, at place *at* (from 1) or last. Raises CommandRefused for a row that cannot be, or too many."""
    made = checked_row(row)
    held = [one.id for one in uow.read.filters.rows()]
    if len(held) >= ROWS_MOST:
        raise _bad(f"There are {ROWS_MOST} filters already.", "Put values of several into one.")
    number = uow.filters.add(made, len(held) + 1)
    place = len(held) if at is None else max(0, min(at - 1, len(held)))
    uow.filters.put_in_order([*held[:place], number, *held[place:]])
    return number, _recorded(uow, "filters.add", f"Added a filter: {made.sentence()[:-1]}", clock, past)


def change_row(uow: UnitOfWork, row: FilterRow, clock: Clock) -> ChangeSet:
    """Store a row that is there as it is given; its place stays. Raises CommandRefused when it is gone or cannot be."""
    _find(uow, row.id)
    made = checked_row(row)
    uow.filters.change(made)
    return _recorded(uow, "filters.change", f"Changed a filter: {made.sentence()[:-1]}", clock)


def remove_row(uow: UnitOfWork, row_id: FilterId, clock: Clock) -> ChangeSet:
    """Remove a row; what it left out stays out until somebody brings it in. Raises CommandRefused when it is gone."""
    gone = _find(uow, row_id)
    uow.filters.remove(row_id)
    uow.filters.put_in_order([one.id for one in uow.read.filters.rows()])
    return _recorded(uow, "filters.remove", f"Removed a filter: {gone.sentence()[:-1]}", clock)


def move_row(uow: UnitOfWork, row_id: FilterId, at: int, clock: Clock) -> ChangeSet:
    """Move a row to place *at* (from 1). Raises CommandRefused when it is gone."""
    moved = _find(uow, row_id)
    others = [one.id for one in uow.read.filters.rows() if one.id != row_id]
    place = max(0, min(at - 1, len(others)))
    uow.filters.put_in_order([*others[:place], row_id, *others[place:]])
    return _recorded(uow, "filters.move", f"Moved a filter to place {place + 1}: {moved.sentence()[:-1]}", clock)


def replace_rows(uow: UnitOfWork, rows: Sequence[FilterRow], clock: Clock, *, past: Past | None = None) -> ChangeSet:
    """Make *rows* the filters, in this order, as one command: those with an id are kept, others are new.

    Raises CommandRefused for a row that cannot be, and then changes nothing.
    """
    return replace_policy(uow, with_rows(policy_for(uow.read, None), rows), clock, past=past)


def replace_policy(
    uow: UnitOfWork,
    policy: Policy,
    clock: Clock,
    *,
    past: Past | None = None,
    seen: Policy | None = None,
    step: Step = no_step,
) -> ChangeSet:
    """Make *policy* what leaves mail out: rows, blocked domains, and whose internal mail is let in, as one command.

    *step* is told how many of how many emails of the *past* are done; what it raises ends the command.
    Raises as :func:`replace_rows` and :func:`block_domain`, and when it is not *seen* any more that is replaced.
    """
    if seen is not None and policy_for(uow.read, None) != seen:
        raise CommandRefused(
            ReasonCode.CHANGED_MEANWHILE,
            "The filters were changed elsewhere meanwhile.",
            meaning="Nothing was changed now, so that the newer change is not lost.",
            action="Revert shows them as they are; then change them again.",
        )
    made = [checked_row(row) for row in policy.rows]
    if len(made) > ROWS_MOST:
        raise _bad(f"There can be {ROWS_MOST} filters.", "Put values of several into one.")
    _store_rows(uow, made)
    _store_domains(uow, DomainRole.BLOCKED, frozenset(map(blockable, policy.blocked)))
    _store_domains(uow, DomainRole.INTERNAL, frozenset(map(domain_named, policy.internal_allowed)))
    count = "1 filter" if len(made) == 1 else f"{len(made)} filters"
    return _recorded(uow, "filters.replace", f"Changed the filters: {count} now", clock, past, step)


def _store_rows(uow: UnitOfWork, rows: Sequence[FilterRow]) -> None:
    held = {one.id for one in uow.read.filters.rows()}
    order: list[FilterId] = []
    for gone in held - {row.id for row in rows}:
        uow.filters.remove(gone)
    for row in rows:
        if row.id in held:
            uow.filters.change(row)
            order.append(row.id)
        else:
            order.append(uow.filters.add(row, len(order) + 1))
    uow.filters.put_in_order(order)


def _store_domains(uow: UnitOfWork, role: DomainRole, wanted: frozenset[str]) -> None:
    held = uow.read.filters.domains(role)
    for domain in sorted(held - wanted):
        uow.filters.remove_domain(domain, role)
    for domain in sorted(wanted - held):
        uow.filters.add_domain(domain, role)


def block_domain(uow: UnitOfWork, domain: str, clock: Clock, *, past: Past | None = None) -> ChangeSet:
    """Leave out mail of a domain and all below it. Raises CommandRefused for no domain, or a shared one."""
    name = blockable(domain)
    return _put(uow, name, DomainRole.BLOCKED, f"Blocked the domain {name}", clock, past)


def unblock_domain(uow: UnitOfWork, domain: str, clock: Clock, *, past: Past | None = None) -> ChangeSet:
    """Take a domain off the blocklist."""
    name = domain_named(domain)
    uow.filters.remove_domain(name, DomainRole.BLOCKED)
    return _recorded(uow, "filters.unblock", f"Took {name} off the blocklist", clock, past)


def let_internal_in(
    uow: UnitOfWork, domain: str, clock: Clock, *, allowed: bool, past: Past | None = None
) -> ChangeSet:
    """Bring in mail among our own people of *domain*, or leave it out again."""
    name = domain_named(domain)
    if allowed:
        return _put(uow, name, DomainRole.INTERNAL, f"Mail among people of {name} is brought in", clock, past)
    uow.filters.remove_domain(name, DomainRole.INTERNAL)
    return _recorded(uow, "filters.internal", f"Mail among people of {name} is left out", clock, past)


def never_skip(sender: str) -> FilterRow:
    """Return the row that keeps everything *sender* writes; it belongs above all others."""
    return FilterRow(FilterId(0), Effect.KEEP, Field.SENDER, Comparison.IS, (sender,))


def never_skip_sender(uow: UnitOfWork, sender: str, clock: Clock) -> ChangeSet:
    """Keep everything *sender* writes, whatever the filters say, and bring back what they left out of it that is here.

    Raises CommandRefused for what is no address.
    """
    row = checked_row(never_skip(sender))
    words = f"Never skip mail from {row.values[0]}"
    decide_again(uow, uow.read.filters.left_out_from(normalise_address(sender)), clock.now())
    held = uow.read.filters.rows()
    if not (held and (held[0].effect, held[0].field, held[0].values) == (row.effect, row.field, row.values)):
        number = uow.filters.add(row, len(held) + 1)
        uow.filters.put_in_order([number, *(one.id for one in held)])
    told = _recorded(uow, "filters.never_skip", words, clock)
    return replace(told, changed=told.changed | Changed.EMAILS | Changed.REVIEW)


def _put(uow: UnitOfWork, domain: str, role: DomainRole, words: str, clock: Clock, past: Past | None) -> ChangeSet:
    if domain in uow.read.filters.domains(role):
        return ChangeSet(Changed.NOTHING, f"{words}: it was so already.")
    uow.filters.add_domain(domain, role)
    return _recorded(uow, f"filters.{role.value}", words, clock, past)


def _check_value(row: FilterRow, value: str) -> None:
    if row.field is Field.KIND:
        if value not in {kind.value for kind in NAMED_KINDS}:
            kinds = ", ".join(kind.value for kind in NAMED_KINDS)
            raise _bad(f"There is no kind of mail {value}.", f"Kinds are: {kinds}.")
        return
    compared = comparable_value(row.field, row.comparison, value)
    if not compared.strip("*?"):
        raise _bad(f"“{value}” fits everything.", "Give something that only the mail you mean has.")
    is_address = row.field in (Field.SENDER, Field.RECIPIENT)
    if is_address and row.comparison is Comparison.IS and "@" not in compared:
        raise _bad(f"“{value}” is no address.", "Give a whole address, or compare by 'contains' or 'domain'.")


def blockable(domain: str) -> str:
    """Return a domain as it is blocked. Raises CommandRefused for no domain, or one that strangers share."""
    name = domain_named(domain)
    if name in SHARED_PROVIDERS:
        raise _bad(
            f"Strangers of all kinds have addresses at {name}.", "Block single senders with a filter on the sender."
        )
    return name


def domain_named(domain: str) -> str:
    """Return a domain, or the domain of an address, in comparable form. Raises CommandRefused for no domain."""
    name = normalise_domain(domain.rpartition("@")[2].lstrip("."))
    if "." not in name or " " in name:
        raise _bad(f"“{domain}” is no domain.", "Give a domain like vendor.example.")
    return name


def _find(uow: UnitOfWork, row_id: FilterId) -> FilterRow:
    found = next((row for row in uow.read.filters.rows() if row.id == row_id), None)
    if found is None:
        raise CommandRefused(
            ReasonCode.NOT_FOUND,
            f"There is no filter {row_id}.",
            meaning="Nothing was changed.",
            action="'postroom filters list' shows those there are.",
        )
    return found


def _recorded(
    uow: UnitOfWork, command: str, words: str, clock: Clock, past: Past | None = None, step: Step = no_step
) -> ChangeSet:
    what = Changed.FILTERS
    if past is not None:
        words = f"{words}; {judge_past(uow, policy_for(uow.read, None), past, clock, step).words}"
        what |= Changed.EMAILS | Changed.REVIEW
    if not uow.journal.record(command, words, PERSON, clock.now()):
        return ChangeSet(Changed.NOTHING, f"{words}: it was so already.")
    return ChangeSet(what, words)


def _bad(message: str, action: str) -> CommandRefused:
    return CommandRefused(ReasonCode.BAD_INPUT, message, meaning="Nothing was changed.", action=action)
