"""``settings``: show and change them."""

from argparse import Namespace
from typing import Any

from desktop.cli.arguments import Commands, flag_json
from desktop.cli.matching import MODE_KEY, change_mode
from desktop.cli.output import EXIT_DONE, show, table, tell
from desktop.cli.workspace import opened, profile_of
from desktop.domain.errors import AppError, CommandRefused
from desktop.domain.reasons import ReasonCode
from desktop.domain.rule_limits import MatchingMode, mode_of
from desktop.security.files import make_private_dir
from desktop.settings.settings import load_settings
from desktop.store.opening import database_path
from desktop.workspace.preferences import Preferences


def register(commands: Commands) -> None:
    """Add the commands."""
    settings = commands.group("settings", "Settings of this profile.")
    listing = settings.add("list", run_list, "Show every setting with its value.")
    flag_json(listing)
    change = settings.add("set", run_set, "Change one setting.")
    change.add_argument("key", metavar="KEY")
    change.add_argument("value", metavar="VALUE")
    flag_json(change)


def run_list(args: Namespace) -> int:
    """Show every setting."""
    settings = load_settings(profile_of(args))
    for complaint in settings.complaints:
        tell(complaint)
    states = settings.describe_all()
    documents: list[dict[str, Any]] = [
        {"key": one.setting.key, "value": one.value, "default": one.setting.default, "words": one.setting.words}
        for one in states
    ]
    rows = [(one.setting.key, str(one.value), one.setting.unit, one.setting.words) for one in states]
    if (mode := _mode(args)) is not None:
        default, words = MatchingMode.SIMILAR.value, "Matching"
        documents.append({"key": MODE_KEY, "value": mode.value, "default": default, "words": words})
        rows.append((MODE_KEY, mode.value, "", words))
    show(args, {"items": documents}, table(("Setting", "Value", "Unit", "What"), rows))
    return EXIT_DONE


def run_set(args: Namespace) -> int:
    """Change one setting; refused with a sentence when it is unknown or out of bounds."""
    if args.key == MODE_KEY:
        if args.value not in set(MatchingMode):
            raise CommandRefused(
                ReasonCode.BAD_INPUT, f"{MODE_KEY} cannot be '{args.value}' (it takes: {', '.join(MatchingMode)})."
            )
        change_mode(args, MatchingMode(args.value))
    else:
        profile = profile_of(args)
        make_private_dir(profile)
        Preferences(profile).change_text(args.key, args.value)
    show(args, {"key": args.key, "value": args.value}, [f"{args.key} is {args.value} now."])
    return EXIT_DONE


def _mode(args: Namespace) -> MatchingMode | None:
    """Return the mode of matching, which stands with the customers in the database; None where it cannot be read."""
    if not database_path(profile_of(args)).exists():
        return None
    try:
        with opened(args, writing=False) as workspace, workspace.store.read() as read:
            return mode_of(read.matching.limits())
    except AppError as error:
        tell(f"{MODE_KEY} is kept in the database, which cannot be opened now. {error}")
        return None
