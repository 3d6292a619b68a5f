"""``rules``: what a person has taught matching, and how right each rule has been."""

from argparse import ArgumentParser, Namespace
from dataclasses import replace

from desktop.cli import matching
from desktop.cli.arguments import Commands, flag_json, number_of
from desktop.cli.documents import rule_document
from desktop.cli.output import EXIT_DONE, show, table
from desktop.cli.workspace import opened
from desktop.domain.customer import CustomerRef
from desktop.domain.ids import CustomerId, RuleId
from desktop.domain.match_rule import Action, Condition, MatchRule, Where
from desktop.services.customers import no_customer
from desktop.services.match_rules import add_rule, change_rule, find_rule, move_rule, preview_rule, remove_rule
from desktop.services.rule_past import apply_rule_past, preview_rule_past
from desktop.store.reading.reader import Reader

_HELP = """\
In a pattern * stands for anything and ? for one character: --sender "*@acme.example" --subject "pallet". A sender,
recipient or header must fit as a whole; in subject and body the words may stand anywhere. All conditions must fit. A
rule suggests a customer, gives a tag, or has a person look; it never files mail by itself.
"""


def register(commands: Commands) -> None:
    """Add the commands."""
    rules = commands.group("rules", "Your own rules for matching, and how right each rule has been.")
    flag_json(rules.add("list", run_list, "List your rules in the order in which they are asked."))
    new = rules.add("add", run_add, "Add a rule for mail from now on.", epilog=_HELP)
    _rule_flags(new)
    trial = rules.add(
        "preview", run_preview, "Say which stored mail a rule would fit; nothing is changed.", epilog=_HELP
    )
    _rule_flags(trial)
    gone = rules.add("remove", run_remove, "Remove a rule. 'postroom undo' brings it back.")
    gone.add_argument("id", metavar="ID")
    flag_json(gone)
    changed = rules.add("change", run_change, "Put another rule in a rule's place.", epilog=_HELP)
    changed.add_argument("id", metavar="ID")
    _rule_flags(changed)
    moved = rules.add("move", run_move, "Move a rule: of several that fit, the first is suggested first.")
    moved.add_argument("id", metavar="ID")
    moved.add_argument("place", metavar="PLACE", type=int, help="1 is the first")
    flag_json(moved)
    past = rules.add("apply", run_apply, "Apply a rule to mail that is here; 'postroom undo' takes it back.")
    past.add_argument("id", metavar="ID")
    past.add_argument("--preview", action="store_true", help="say what would change, and change nothing")
    flag_json(past)
    matching.register_rules(rules)


def _rule_flags(parser: ArgumentParser) -> None:
    parser.add_argument("--name", required=True)
    for where in (Where.SENDER, Where.RECIPIENT, Where.SUBJECT, Where.BODY):
        parser.add_argument(f"--{where.value}", action="append", default=[], metavar="PATTERN")
    parser.add_argument("--header", action="append", default=[], metavar="NAME:PATTERN", help="repeat for several")
    then = parser.add_mutually_exclusive_group(required=True)
    then.add_argument("--customer", metavar="ID", help="suggest this customer")
    then.add_argument("--tag", metavar="WORD", help="give this tag")
    then.add_argument("--review", action="store_true", help="have a person look at it")
    flag_json(parser)


def run_list(args: Namespace) -> int:
    """List the rules."""
    with opened(args, writing=False) as workspace, workspace.store.read() as read:
        found = read.match_rules.every()
    lines = table(("ID", "Name", "Does"), [(str(one.id), one.name, one.words) for one in found])
    show(args, {"items": [rule_document(one) for one in found]}, lines if found else ["No rules."])
    return EXIT_DONE


def run_add(args: Namespace) -> int:
    """Add one rule."""
    with opened(args, writing=True) as workspace, workspace.store.write() as uow:
        number, change = add_rule(uow, _rule(args, uow.read), workspace.clock)
        made = next(rule for rule in uow.read.match_rules.every() if rule.id == number)
    show(args, rule_document(made), [f"{change.words} (id {number}). {made.words}"])
    return EXIT_DONE


def run_preview(args: Namespace) -> int:
    """Say what a rule would fit."""
    with opened(args, writing=False) as workspace, workspace.store.read() as read:
        found = preview_rule(read, _rule(args, read))
    ids = [str(number) for number in found.fitting]
    document = {"emails": ids, "looked_at": found.looked_at, "decided": found.decided, "words": found.words}
    document["against"] = [str(number) for number in found.against]
    show(args, document, [found.words, *(["  emails " + ", ".join(ids[:20])] if ids else [])])
    return EXIT_DONE


def run_apply(args: Namespace) -> int:
    """Apply one rule to mail that is here, or say what that would change."""
    number = RuleId(number_of(args.id, "rule"))
    with opened(args, writing=not args.preview) as workspace:
        with workspace.store.read() as read:
            found = preview_rule_past(read, number)
        words = found.words
        if not args.preview:
            with workspace.store.write() as uow:
                words = apply_rule_past(uow, found, workspace.clock).words
    ids = [str(number) for number in found.emails]
    lines = [f"  {one.row.from_address}: {one.row.subject}" for one in found.shown[:20]]
    document = {"preview": args.preview, "words": words, "emails": ids}
    show(args, {**document, "fitting": found.fitting, "looked_at": found.looked_at}, [words, *lines])
    return EXIT_DONE


def run_remove(args: Namespace) -> int:
    """Remove one rule."""
    with opened(args, writing=True) as workspace, workspace.store.write() as uow:
        change = remove_rule(uow, RuleId(number_of(args.id, "rule")), workspace.clock)
    show(args, {"id": args.id, "words": change.words}, [f"{change.words}."])
    return EXIT_DONE


def run_change(args: Namespace) -> int:
    """Change one rule."""
    with opened(args, writing=True) as workspace, workspace.store.write() as uow:
        wanted = replace(_rule(args, uow.read), id=RuleId(number_of(args.id, "rule")))
        change = change_rule(uow, wanted, workspace.clock)
        made = find_rule(uow.read, wanted.id)
    show(args, {**rule_document(made), "done": change.words}, [f"{change.words}. {made.words}"])
    return EXIT_DONE


def run_move(args: Namespace) -> int:
    """Move one rule."""
    with opened(args, writing=True) as workspace, workspace.store.write() as uow:
        change = move_rule(uow, RuleId(number_of(args.id, "rule")), args.place, workspace.clock)
        order = [str(one.id) for one in uow.read.match_rules.every()]
    show(args, {"order": order, "words": change.words}, [f"{change.words}."])
    return EXIT_DONE


def _rule(args: Namespace, read: Reader) -> MatchRule:
    conditions = [
        Condition(where, pattern)
        for where in (Where.SENDER, Where.RECIPIENT, Where.SUBJECT, Where.BODY)
        for pattern in getattr(args, where.value)
    ]
    for told in args.header:
        name, _, pattern = told.partition(":")
        conditions.append(Condition(Where.HEADER, pattern, name))
    action = Action.CUSTOMER if args.customer else Action.TAG if args.tag else Action.REVIEW
    return MatchRule(RuleId(0), args.name, tuple(conditions), action, _customer(args, read), args.tag or "")


def _customer(args: Namespace, read: Reader) -> CustomerRef | None:
    if not args.customer:
        return None
    found = read.customers.get(CustomerId(number_of(args.customer, "customer")))
    if found is None:
        raise no_customer(CustomerId(number_of(args.customer, "customer")))
    return CustomerRef(found.id, found.name)
