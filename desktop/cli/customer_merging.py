"""``customers duplicates``, ``apart``, ``merge``, ``merges``, ``unmerge``: one customer that is here twice."""

from argparse import Namespace
from typing import Any

from desktop.cli.arguments import Commands, flag_json, number_of, whole_number
from desktop.cli.documents import customer_document
from desktop.cli.output import EXIT_DONE, show, table
from desktop.cli.progress import progress_for
from desktop.cli.workspace import opened
from desktop.domain.clock import iso
from desktop.domain.duplicates import Pair
from desktop.domain.ids import CustomerId
from desktop.domain.merging import MEANT_FOR, FieldChoice, MergePreview, MergeRecord, Side, Unmerging
from desktop.services.customer_values import bad_input, shown
from desktop.services.merging import default_choice, forget_apart, merge_customers, preview_merge, set_apart
from desktop.services.unmerging import find_merge, preview_unmerge, unmerge_customers

_HEADINGS = ("IDs", "Customers", "How likely", "Because of")
_FIELDS = ("name", "company", "owner")


def register(customers: Commands) -> None:
    """Add the commands to those of customers."""
    found = customers.add("duplicates", run_duplicates, "Customers who may be one, with what speaks for it.")
    found.add_argument("--limit", type=whole_number, default=200, metavar="N", help="at most N pairs")
    flag_json(found)
    apart = customers.add("apart", run_apart, "Say that two customers are not the same, so that they are not listed.")
    _two(apart)
    apart.add_argument("--forget", action="store_true", help="let them be listed again")
    flag_json(apart)
    merge = customers.add("merge", run_merge, "Merge customer B into customer A.", epilog=MEANT_FOR)
    _two(merge)
    merge.add_argument(
        "--keep", metavar="FIELD=ID,...", help=f"whose {', '.join(_FIELDS)} is kept, for example name={'B'},owner={'A'}"
    )
    merge.add_argument("--preview", action="store_true", help="say what would move, and change nothing")
    flag_json(merge)
    merges = customers.add("merges", run_merges, "The merges into a customer.")
    merges.add_argument("id", metavar="ID")
    flag_json(merges)
    back = customers.add("unmerge", run_unmerge, "Take a merge back, at any time.")
    back.add_argument("id", metavar="ID", help="who was merged; or who stayed: their newest merge")
    back.add_argument("--preview", action="store_true", help="say what would happen, and change nothing")
    flag_json(back)


def _two(parser: Any) -> None:
    parser.add_argument("first", metavar="A")
    parser.add_argument("second", metavar="B")


def run_duplicates(args: Namespace) -> int:
    """List the pairs."""
    progress = progress_for()

    def step(what: str, share: float) -> None:
        progress.folder_progress("", f"comparing {what}", round(100 * share), 100)

    with opened(args, writing=False) as workspace, workspace.store.read() as read:
        found = read.duplicates.every(step)
    progress.mailbox_finished("")
    listed = found.pairs[: args.limit]
    left = len(found.pairs) - len(listed) + found.more
    rows = [
        (f"{one.first.id}, {one.second.id}", f"{one.first.name} / {one.second.name}", one.strength.words, one.words)
        for one in listed
    ]
    lines = table(_HEADINGS, rows) if rows else [f"No possible duplicates among {found.looked_at:,} customers."]
    lines += [f"{left:,} more; --limit shows more."] if left else []
    document = {"items": [_pair_document(one) for one in listed], "looked_at": found.looked_at, "left": left}
    show(args, document, lines)
    return EXIT_DONE


def run_apart(args: Namespace) -> int:
    """Say that two are not the same, or take that back."""
    first, second = _ids(args)
    act = forget_apart if args.forget else set_apart
    with opened(args, writing=True) as workspace, workspace.store.write() as uow:
        words = act(uow, first, second, workspace.clock).words
    show(args, {"words": words}, [f"{words}."])
    return EXIT_DONE


def run_merge(args: Namespace) -> int:
    """Merge two customers, or say what that would do."""
    first, second = _ids(args)
    with opened(args, writing=not args.preview) as workspace:
        with workspace.store.read() as read:
            plain = preview_merge(read, first, second)
            choice = _choice(args.keep, plain)
            found = preview_merge(read, first, second, choice)
        words = f"{found.merged.name} would be merged into {found.kept.name}"
        if not args.preview:
            with workspace.store.write() as uow:
                words = merge_customers(uow, first, second, choice, workspace.clock).words
    document = {
        "preview": args.preview,
        "words": words,
        "customer": customer_document(found.result),
        "merged": customer_document(found.merged),
        "moves": {"emails": found.emails, "by_hand": found.by_hand, "addresses": found.moving, "rules": found.rules},
        "shared": found.shared,
        "evidence": found.evidence,
        "warnings": found.warnings,
    }
    lines = [f"{words}.", *(f"  {line}" for line in found.moves), *(f"  Warning: {one}" for one in found.warnings)]
    show(args, document, [*lines, *([MEANT_FOR] if args.preview else [])])
    return EXIT_DONE


def run_merges(args: Namespace) -> int:
    """List the merges into a customer, the newest first."""
    with opened(args, writing=False) as workspace, workspace.store.read() as read:
        found = read.merges.into(CustomerId(number_of(args.id, "customer")))
    rows = [(str(one.merged_id), one.merged_name, f"{one.merged_at:%Y-%m-%d}", _state(one)) for one in found]
    lines = table(("ID", "Merged", "On", "State"), rows) if rows else ["Nobody was merged into this customer."]
    show(args, {"items": [_record_document(one) for one in found]}, lines)
    return EXIT_DONE


def run_unmerge(args: Namespace) -> int:
    """Take a merge back, or say what that would do."""
    number = CustomerId(number_of(args.id, "customer"))
    with opened(args, writing=not args.preview) as workspace:
        with workspace.store.read() as read:
            plan = preview_unmerge(read, find_merge(read, number))
        words = f"{plan.restored.name} would be un-merged from {plan.holder.name}"
        if not args.preview:
            with workspace.store.write() as uow:
                words = unmerge_customers(uow, plan.record, workspace.clock).words
    show(args, _unmerge_document(plan, words, preview=args.preview), [f"{words}.", *(f"  {one}" for one in plan.moves)])
    return EXIT_DONE


def _unmerge_document(plan: Unmerging, words: str, *, preview: bool) -> dict[str, Any]:
    return {
        "preview": preview,
        "words": words,
        "customer": customer_document(plan.restored),
        "from": {"id": str(plan.holder.id), "name": plan.holder.name},
        "emails": {
            "back": len(plan.returning),
            "placed": len(plan.placed),
            "to_review": len(plan.unclear),
            "stay": plan.staying,
            "by_hand": plan.by_hand,
        },
        "addresses": {"back": [row["address"] for row in plan.back], "lost": plan.lost, "new": plan.new},
        "rules": len(plan.rules),
        "moves": plan.moves,
    }


def _ids(args: Namespace) -> tuple[CustomerId, CustomerId]:
    return CustomerId(number_of(args.first, "customer")), CustomerId(number_of(args.second, "customer"))


def _choice(text: str | None, plain: MergePreview) -> FieldChoice:
    """Return the choice in ``name=ID,owner=ID``; what is not named is as it is by itself."""
    usual = default_choice(plain.kept, plain.merged)
    chosen = {name: getattr(usual, name) for name in _FIELDS}
    sides = {str(plain.kept.id): Side.KEPT, str(plain.merged.id): Side.MERGED}
    for part in (text or "").split(",") if text else ():
        field, _, number = part.strip().partition("=")
        if field not in chosen or number not in sides:
            raise bad_input(
                f"{shown(part)} does not say whose value is kept.",
                f"Write FIELD=ID, the field one of {', '.join(_FIELDS)}, the id one of {' and '.join(sides)}.",
            )
        chosen[field] = sides[number]
    return FieldChoice(**chosen)


def _pair_document(one: Pair) -> dict[str, Any]:
    return {
        "customers": [customer_document(one.first), customer_document(one.second)],
        "strength": one.strength.name.lower(),
        "evidence": one.evidence,
    }


def _record_document(one: MergeRecord) -> dict[str, Any]:
    return {
        "id": str(one.merged_id),
        "name": one.merged_name,
        "merged_at": iso(one.merged_at),
        "unmerged_at": iso(one.unmerged_at),
    }


def _state(one: MergeRecord) -> str:
    return "merged" if one.unmerged_at is None else f"un-merged on {one.unmerged_at:%Y-%m-%d}"
