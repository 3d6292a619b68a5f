"""``customers``: import, list, show, add."""

from argparse import Namespace
from pathlib import Path
from typing import Any

from desktop.cli import customer_matching, customer_merging
from desktop.cli.arguments import Commands, flag_json, number_of, whole_number
from desktop.cli.documents import customer_document, email_document
from desktop.cli.output import EXIT_DONE, EXIT_FAILED, error_document, show, table, tell
from desktop.cli.workspace import opened
from desktop.domain.email_list import EmailFilter
from desktop.domain.errors import CommandRefused
from desktop.domain.ids import CustomerId
from desktop.domain.reasons import ReasonCode
from desktop.services.customer_columns import parse_mapping
from desktop.services.customer_csv import read_csv
from desktop.services.customer_import import ImportRefused, ImportReport, import_customers
from desktop.services.customers import Details, add_customer, find_customer

_IMPORT_HELP = """\
The first line names the columns: name, email, email2..., company, owner, tags, phone - or say which is which with
--map, for example --map "name=Customer,email=E-Mail,email=Second mail". Several addresses in a cell are separated
by ";". Importing the same file again changes nothing. If any row is bad nothing is imported, unless --skip-bad.
"""


def register(commands: Commands) -> None:
    """Add the commands."""
    customers = commands.group("customers", "Customers: who mail is filed with.")
    load = customers.add("import", run_import, "Import customers from a CSV file.", epilog=_IMPORT_HELP)
    load.add_argument("file", metavar="FILE.csv")
    load.add_argument("--map", dest="mapping", metavar="FIELD=COLUMN,...", help="which column is which")
    load.add_argument("--preview", action="store_true", help="say what would happen, and change nothing")
    load.add_argument("--skip-bad", action="store_true", help="import the good rows and list the bad ones")
    flag_json(load)
    listing = customers.add("list", run_list, "List customers by name.")
    listing.add_argument("--search", metavar="TEXT", default="", help="part of a name, company or address")
    listing.add_argument("--limit", type=whole_number, default=100_000, metavar="N", help="at most N")
    flag_json(listing)
    one = customers.add("show", run_show, "Show one customer with the newest mail.")
    one.add_argument("id", metavar="ID", help="the customer's id, or an address of theirs")
    flag_json(one)
    new = customers.add("add", run_add, "Add one customer by hand.")
    new.add_argument("--name", required=True)
    new.add_argument("--email", action="append", default=[], metavar="ADDRESS", help="repeat for several")
    new.add_argument("--company", default="")
    new.add_argument("--owner", default="")
    new.add_argument("--phone", action="append", default=[], help="repeat for several")
    new.add_argument("--tag", action="append", default=[], help="repeat for several")
    flag_json(new)
    customer_matching.register(customers)
    customer_merging.register(customers)


def run_import(args: Namespace) -> int:
    """Import a CSV file; exit 1 and nothing imported when a row is bad and --skip-bad was not given."""
    path = Path(args.file)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CommandRefused(
            ReasonCode.BAD_INPUT,
            f"The file {path} cannot be read: {error.strerror}.",
            meaning="Nothing was imported.",
            action="Check its name and permissions.",
        ) from error
    parsed = read_csv(data, parse_mapping(args.mapping) if args.mapping else None)
    with opened(args, writing=not args.preview) as workspace:
        try:
            report = import_customers(
                workspace.store,
                parsed,
                skip_bad=args.skip_bad,
                preview=args.preview,
                clock=workspace.clock,
                source=path.name,
            )
        except ImportRefused as refused:
            document = {**_report_document(refused.report), "created": 0, "updated": 0, "unchanged": 0}
            show(args, {**document, "imported": False, **error_document(refused)}, _bad_lines(refused.report))
            tell(str(refused))
            return EXIT_FAILED
    document = {**_report_document(report), "imported": not args.preview, "preview": args.preview}
    lines = [*parsed.notes, *(_sample_lines(report) if args.preview else []), f"{report.words}.", *_bad_lines(report)]
    show(args, document, lines)
    return EXIT_DONE


def run_list(args: Namespace) -> int:
    """List customers."""
    with opened(args, writing=False) as workspace, workspace.store.read() as read:
        found = read.customers.find(search=args.search, limit=args.limit)
    rows = [(str(one.id), one.name, ", ".join(one.emails), one.company, one.owner) for one in found]
    lines = table(("ID", "Name", "Addresses", "Company", "Owner"), rows) if rows else ["No customers."]
    show(args, {"items": [customer_document(one) for one in found]}, lines)
    return EXIT_DONE


def run_show(args: Namespace) -> int:
    """Show one customer."""
    with opened(args, writing=False) as workspace, workspace.store.read() as read:
        if "@" in args.id:
            found = next((one for one in read.customers.find(search=args.id) if args.id.lower() in one.emails), None)
        else:
            found = read.customers.get(CustomerId(number_of(args.id, "customer")))
        if found is None:
            raise CommandRefused(
                ReasonCode.NOT_FOUND,
                f"There is no customer {args.id}.",
                action="'postroom customers list' shows those there are.",
            )
        mail = read.emails.page(EmailFilter(customer_id=found.id), limit=20)
    lines = [f"{found.name} (id {found.id})", *(f"  {address}" for address in found.emails)]
    facts = (
        ("Company", found.company),
        ("Owner", found.owner),
        ("Phone", ", ".join(found.phones)),
        ("Tags", ", ".join(found.tags)),
    )
    lines += [f"{name}: {value}" for name, value in facts if value]
    lines += [f"  {row.received_at:%Y-%m-%d}  {row.subject}" for row in mail if row.received_at]
    show(args, {**customer_document(found), "recent": [email_document(row) for row in mail]}, lines)
    return EXIT_DONE


def run_add(args: Namespace) -> int:
    """Add one customer."""
    details = Details(args.name, args.company, args.owner, tuple(args.tag), tuple(args.phone))
    with opened(args, writing=True) as workspace, workspace.store.write() as uow:
        customer_id, change = add_customer(uow, details, args.email, workspace.clock)
        stored = find_customer(uow, customer_id)
    show(args, customer_document(stored), [f"{change.words} (id {stored.id})."])
    return EXIT_DONE


def _report_document(report: ImportReport) -> dict[str, Any]:
    return {
        "created": report.created,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "bad": [{"line": row.line, "reason": row.reason} for row in report.bad],
        "sample": [
            {"line": row.line, "outcome": row.outcome, "name": row.name, "words": row.words} for row in report.sample
        ],
        "words": report.words,
    }


def _sample_lines(report: ImportReport) -> list[str]:
    return [f"  line {row.line}: {row.outcome}: {row.words}" for row in report.sample]


def _bad_lines(report: ImportReport) -> list[str]:
    return [f"  line {row.line}: {row.reason}" for row in report.bad]
