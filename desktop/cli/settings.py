"""``settings``: show and change them."""

from argparse import Namespace

from desktop.cli.arguments import Commands, flag_json
from desktop.cli.output import EXIT_DONE, show, table, tell
from desktop.cli.workspace import profile_of
from desktop.security.files import make_private_dir
from desktop.settings.settings import load_settings
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
    documents = [
        {"key": one.setting.key, "value": one.value, "default": one.setting.default, "words": one.setting.words}
        for one in states
    ]
    rows = [(one.setting.key, str(one.value), one.setting.unit, one.setting.words) for one in states]
    show(args, {"items": documents}, table(("Setting", "Value", "Unit", "What"), rows))
    return EXIT_DONE


def run_set(args: Namespace) -> int:
    """Change one setting; refused with a sentence when it is unknown or out of bounds."""
    profile = profile_of(args)
    make_private_dir(profile)
    Preferences(profile).change_text(args.key, args.value)
    show(args, {"key": args.key, "value": args.value}, [f"{args.key} is {args.value} now."])
    return EXIT_DONE
