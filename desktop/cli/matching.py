"""``rules`` as a whole, and ``ours``: the mode of matching, how right each rule has been, and who we are."""

from argparse import Namespace
from typing import Any

from desktop.cli.arguments import Commands, flag_json
from desktop.cli.output import EXIT_DONE, show, table
from desktop.cli.workspace import opened
from desktop.domain.clock import iso
from desktop.domain.rule_limits import MatchingMode, RuleLimits, mode_of
from desktop.domain.rule_record import RuleRecord, rule_words
from desktop.domain.sent_mail import own_addresses
from desktop.matching.asked import our_domains
from desktop.services.matching import MODE_WORDS, add_our_name, loosen, remove_our_name, set_mode, tighten

MODE_KEY = "matching.mode"
"""What ``settings`` calls the mode."""


def register_rules(rules: Commands) -> None:
    """Add the commands to those of rules."""
    mode = rules.add("mode", run_mode, "Whether addresses that are like a customer's are suggested, at 80 %.")
    mode.add_argument("mode", nargs="?", choices=[one.value for one in MatchingMode])
    flag_json(mode)
    flag_json(rules.add("record", run_record, "How often people agreed with each rule, against what it says."))
    tighter = rules.add("tighten", run_tighten, "Have a rule say one step less: 50 % in place of 80 %, then nothing.")
    looser = rules.add("loosen", run_loosen, "Let a rule say again what it finds.")
    for one in (tighter, looser):
        one.add_argument("rule", metavar="RULE", help="its name in 'rules record'")
        flag_json(one)


def register(commands: Commands) -> None:
    """Add the commands on who we are."""
    ours = commands.group("ours", "The addresses and domains that count as ours.")
    flag_json(ours.add("list", run_ours, "List them, and where each comes from."))
    for name, run, words in (
        ("add", run_add, "Count an address or a domain as ours."),
        ("remove", run_remove, "Count what was added as anybody's again."),
    ):
        command = ours.add(name, run, words)
        command.add_argument("name", metavar="ADDRESS_OR_DOMAIN")
        flag_json(command)


def run_mode(args: Namespace) -> int:
    """Show the mode, or change it."""
    if args.mode is None:
        with opened(args, writing=False) as workspace, workspace.store.read() as read:
            mode = mode_of(read.matching.limits())
        show(args, {"mode": mode.value}, [f"Matching: {MODE_WORDS[mode]}."])
        return EXIT_DONE
    words = change_mode(args, MatchingMode(args.mode))
    show(args, {"mode": args.mode, "words": words}, [f"{words}."])
    return EXIT_DONE


def change_mode(args: Namespace, mode: MatchingMode) -> str:
    """Set the mode of the profile, and return what was done in words."""
    with opened(args, writing=True) as workspace, workspace.store.write() as uow:
        return set_mode(uow, mode, workspace.clock).words


def run_record(args: Namespace) -> int:
    """Say how right each rule has been."""
    with opened(args, writing=False) as workspace, workspace.store.read() as read:
        found, limits = read.rule_records.every(), read.matching.limits()
    cells = [
        (
            *(one.rule, f"{one.stated} %", f"{one.measured} %" if one.is_enough else ""),
            *(f"{one.decided:,}", f"{one.corrected:,}", f"{one.unseen:,}"),
            *(f"{one.since:%Y-%m-%d}" if one.since else "", one.verdict),
        )
        for one in found
    ]
    headings = ("Rule", "Says", "Right", "Looked at", "Corrected", "Not looked at", "Since", "")
    lines = table(headings, cells) if cells else ["Nothing was filed or decided yet."]
    lines += [
        f"{rule_words(rule)}: {'at most ' + str(most) + ' %' if most else 'off'}" for rule, most in limits.items()
    ]
    show(args, {"items": [record_document(one, limits) for one in found], "limits": dict(limits)}, lines)
    return EXIT_DONE


def record_document(one: RuleRecord, limits: RuleLimits) -> dict[str, Any]:
    """Return one rule's record."""
    return {
        "rule": one.rule,
        "stated": one.stated,
        "decided": one.decided,
        "agreed": one.agreed,
        "corrected": one.corrected,
        "not_looked_at": one.unseen,
        "measured": one.measured,
        "since": iso(one.since),
        "enough": one.is_enough,
        "advice": one.advice,
        "tightened": one.tightened(limits),
    }


def run_tighten(args: Namespace) -> int:
    """Lower one rule."""
    with opened(args, writing=True) as workspace, workspace.store.write() as uow:
        change = tighten(uow, args.rule, workspace.clock)
        limits = dict(uow.read.matching.limits())
    show(args, {"limits": limits, "words": change.words}, [f"{change.words}."])
    return EXIT_DONE


def run_loosen(args: Namespace) -> int:
    """Lift the limit of one rule."""
    with opened(args, writing=True) as workspace, workspace.store.write() as uow:
        change = loosen(uow, args.rule, workspace.clock)
        limits = dict(uow.read.matching.limits())
    show(args, {"limits": limits, "words": change.words}, [f"{change.words}."])
    return EXIT_DONE


def run_ours(args: Namespace) -> int:
    """List what counts as ours."""
    with opened(args, writing=False) as workspace, workspace.store.read() as read:
        mailboxes, added = read.mailboxes.every(), read.matching.our_names()
    held = {address: "mailbox" for box in mailboxes for address in sorted(own_addresses(box))}
    held |= dict.fromkeys(sorted(our_domains(box.address for box in mailboxes)), "mailbox")
    held |= {name: "added" for name in added if name not in held}
    items = [{"name": name, "origin": origin} for name, origin in held.items()]
    lines = table(("Ours", "From"), list(held.items())) if held else ["Nothing counts as ours yet."]
    show(args, {"items": items}, lines)
    return EXIT_DONE


def run_add(args: Namespace) -> int:
    """Add one."""
    with opened(args, writing=True) as workspace, workspace.store.write() as uow:
        change = add_our_name(uow, args.name, workspace.clock)
    show(args, {"name": args.name, "words": change.words}, [f"{change.words}."])
    return EXIT_DONE


def run_remove(args: Namespace) -> int:
    """Remove one that was added."""
    with opened(args, writing=True) as workspace, workspace.store.write() as uow:
        change = remove_our_name(uow, args.name, workspace.clock)
    show(args, {"name": args.name, "words": change.words}, [f"{change.words}."])
    return EXIT_DONE
