"""``customers addresses`` and ``customers rematch``: what matching knows a customer by, and matching again."""

from argparse import Namespace

from desktop.cli.arguments import Commands, flag_json, number_of
from desktop.cli.documents import customer_document, email_document
from desktop.cli.output import EXIT_DONE, show, table
from desktop.cli.workspace import opened
from desktop.domain.ids import CustomerId
from desktop.services.customers import add_address, no_customer, remove_address
from desktop.services.rematch import apply_rematch, preview_rematch

_HEADINGS = ("Address", "From", "Emails")


def register(customers: Commands) -> None:
    """Add the commands to those of customers."""
    known = customers.add("addresses", run_addresses, "A customer's addresses and where each comes from.")
    known.add_argument("id", metavar="ID")
    change = known.add_mutually_exclusive_group()
    change.add_argument("--add", metavar="ADDRESS")
    change.add_argument("--remove", metavar="ADDRESS", help="mail that is filed stays filed; see 'customers rematch'")
    flag_json(known)
    again = customers.add("rematch", run_rematch, "Match stored mail again after a customer changed.")
    again.add_argument("id", metavar="ID")
    again.add_argument("--preview", action="store_true", help="say what would change, and change nothing")
    flag_json(again)


def run_addresses(args: Namespace) -> int:
    """Show, add or remove addresses."""
    number = CustomerId(number_of(args.id, "customer"))
    said: list[str] = []
    with opened(args, writing=bool(args.add or args.remove)) as workspace:
        if args.add or args.remove:
            change = add_address if args.add else remove_address
            with workspace.store.write() as uow:
                said.append(f"{change(uow, number, args.add or args.remove, workspace.clock).words}.")
        with workspace.store.read() as read:
            held = read.customer_list.detail(number)
    if held is None:
        raise no_customer(number)
    items = [{"address": one.address, "origin": one.origin, "emails": one.emails} for one in held.addresses]
    cells = [(one.address, one.origin, f"{one.emails:,}") for one in held.addresses]
    show(args, {**customer_document(held.customer), "addresses": items}, [*said, *table(_HEADINGS, cells)])
    return EXIT_DONE


def run_rematch(args: Namespace) -> int:
    """Match again, or say what that would change."""
    number = CustomerId(number_of(args.id, "customer"))
    with opened(args, writing=not args.preview) as workspace:
        with workspace.store.read() as read:
            if read.customers.get(number) is None:
                raise no_customer(number)
            found = preview_rematch(read, number)
        words = found.words
        if not args.preview:
            with workspace.store.write() as uow:
                words = f"{apply_rematch(uow, number, workspace.clock).words}."
    moved = [
        {**email_document(one.row), "becomes": {"code": one.decision.code.value, "reason": one.decision.reason}}
        for one in found.moved
    ]
    lines = [f"  {one.row.from_address}: {one.row.subject}: {one.decision.reason}" for one in found.moved[:20]]
    document = {"preview": args.preview, "looked_at": found.looked_at, "left": found.left, "words": words}
    show(args, {**document, "items": moved}, [words, *lines])
    return EXIT_DONE
