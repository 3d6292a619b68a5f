"""Every command but FETCH, SEARCH, IDLE, STARTTLS and AUTHENTICATE's dialogue: what each answers, in RFC 3501's words.

A handler takes the session and the command and yields replies; the last one is tagged. Commands that change a mailbox
are refused: the mail here changes through `Account`, and a client under test has no business sending them.
"""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from desktop.demo.imap_fetch import fetch
from desktop.demo.imap_protocol import Argument, Command
from desktop.demo.imap_search import search
from desktop.demo.imap_session import Goodbye, Kind, Reply, Session
from desktop.demo.imap_text import BadArgument, astring, decode_folder, encode_folder
from desktop.demo.mailstore import Account, Folder, NoSuchFolder

Handler = Callable[[Session, Command], Iterator[Reply]]

FLAGS = b"\\Answered \\Flagged \\Deleted \\Seen \\Draft"
STATUS_ITEMS: dict[bytes, Callable[[Folder], int]] = {
    b"MESSAGES": lambda folder: len(folder.mails),
    b"RECENT": lambda _: 0,
    b"UIDNEXT": lambda folder: folder.uidnext,
    b"UIDVALIDITY": lambda folder: folder.uidvalidity,
    b"UNSEEN": lambda folder: sum("\\Seen" not in mail.flags for mail in list(folder.mails.values())),
    b"HIGHESTMODSEQ": lambda folder: folder.highest_modseq,
}
WRITING = (
    *("APPEND", "COPY", "CREATE", "DELETE", "EXPUNGE", "MOVE", "RENAME", "STORE", "SUBSCRIBE", "UNSUBSCRIBE"),
    *("UID COPY", "UID EXPUNGE", "UID MOVE", "UID STORE"),
)


def tagged(command: Command, text: str) -> Reply:
    """The closing line of an answer: `OK ...`, `NO ...` or `BAD ...`."""
    return Reply(command.tag + b" " + text.encode() + b"\r\n", Kind.TAGGED)


def word(command: Command, index: int) -> bytes:
    """The argument at that place, which must be a string."""
    if len(command.arguments) <= index or not isinstance(found := command.arguments[index], bytes):
        raise BadArgument("Missing arguments")
    return found


# --- any state ----------------------------------------------------------------------------------------------------


def capability(session: Session, command: Command) -> Iterator[Reply]:
    """CAPABILITY."""
    yield Reply(b"* CAPABILITY " + session.capabilities(session) + b"\r\n")
    yield tagged(command, "OK Capability completed.")


def noop(session: Session, command: Command) -> Iterator[Reply]:
    """NOOP and CHECK: what is new, then OK."""
    yield from session.updates()
    yield tagged(command, f"OK {command.name} completed.")


def logout(_: Session, command: Command) -> Iterator[Reply]:
    """LOGOUT."""
    yield Reply(b"* BYE Logging out\r\n")
    yield tagged(command, "OK Logout completed.")
    raise Goodbye


def identify(_: Session, command: Command) -> Iterator[Reply]:
    """ID (RFC 2971)."""
    yield Reply(b'* ID ("name" "Postroom demo")\r\n')
    yield tagged(command, "OK ID completed.")


# --- logging in ---------------------------------------------------------------------------------------------------


def login(session: Session, command: Command) -> Iterator[Reply]:
    """LOGIN user password."""
    name, password = word(command, 0).decode("utf-8", "replace"), word(command, 1).decode("utf-8", "replace")
    yield from enter(session, command, name, password)


def enter(session: Session, command: Command, name: str, password: str) -> Iterator[Reply]:
    """Log the session in with a password, or say why not."""
    account = session.store.account(name)
    if account is None or (account.refusal is None and account.password != password):
        yield tagged(command, "NO [AUTHENTICATIONFAILED] Authentication failed.")
    else:
        yield from let_in(session, command, account)


def let_in(session: Session, command: Command, account: Account) -> Iterator[Reply]:
    """Log the session in, or say why not in the words of real servers; one connection too many is also closed."""
    if account.refusal is not None:
        yield tagged(command, f"NO {account.refusal}")
        return
    limit = account.max_connections
    if limit is not None and account.open_sessions >= limit:
        exceeded = f"Maximum number of connections from user+IP exceeded (mail_max_userip_connections={limit})"
        yield tagged(command, f"NO [LIMIT] {exceeded}")
        raise Goodbye
    session.enter(account)
    yield tagged(command, f"OK [CAPABILITY {session.capabilities(session).decode()}] Logged in")


# --- authenticated ------------------------------------------------------------------------------------------------


def enable(session: Session, command: Command) -> Iterator[Reply]:
    """ENABLE (RFC 5161): CONDSTORE, and QRESYNC, which is more (RFC 7162 section 3.2.3)."""
    names = {name.upper() for name in command.arguments if isinstance(name, bytes)}
    known = sorted(names & {b"CONDSTORE", b"QRESYNC"})
    session.condstore |= bool(known)
    session.qresync |= b"QRESYNC" in known
    if known:
        yield Reply(b"* ENABLED " + b" ".join(known) + b"\r\n")
    yield tagged(command, "OK Enabled.")


def namespace(_: Session, command: Command) -> Iterator[Reply]:
    """NAMESPACE (RFC 2342): one, personal."""
    yield Reply(b'* NAMESPACE (("" "/")) NIL NIL\r\n')
    yield tagged(command, "OK Namespace completed.")


def list_folders(session: Session, command: Command) -> Iterator[Reply]:
    """LIST with patterns, SPECIAL-USE (RFC 6154), and RETURN (RFC 5258, STATUS by RFC 5819)."""
    selection, patterns, options = list_arguments(command.arguments)
    if patterns == [b""]:
        yield Reply(b'* LIST (\\Noselect) "/" ""\r\n')
    else:
        matches = [pattern_test(pattern) for pattern in patterns]
        folders = session.owner.folders()
        for folder in folders:
            if not any(match(folder.name) for match in matches) or (selection and not folder.special_use):
                continue
            name = astring(encode_folder(folder.name))
            yield Reply(b'* LIST (%b) "/" %b\r\n' % (attributes(folder, folders), name))
            if options is not None and folder.selectable:
                yield Reply(b"* STATUS %b (%b)\r\n" % (name, status_values(folder, options)))
    yield tagged(command, "OK List completed.")


def list_arguments(arguments: list[Argument]) -> tuple[bool, list[bytes], list[Argument] | None]:
    """(only special-use folders, patterns, STATUS items or None)."""
    selection = False
    if arguments and isinstance(arguments[0], list):
        selection = b"SPECIAL-USE" in [one.upper() for one in arguments[0] if isinstance(one, bytes)]
        arguments = arguments[1:]
    match arguments:
        case [bytes(reference), bytes(pattern), *rest]:
            patterns = [reference + pattern]
        case [bytes(reference), [*many], *rest]:
            patterns = [reference + pattern for pattern in many if isinstance(pattern, bytes)]
        case _:
            raise BadArgument("Invalid arguments")
    match rest:
        case [bytes(), [*options]]:
            for name, value in pairwise(options):
                if isinstance(name, bytes) and name.upper() == b"STATUS" and isinstance(value, list):
                    return selection, patterns, value
    return selection, patterns, None


def pattern_test(pattern: bytes) -> Callable[[str], bool]:
    """`*` stands for anything, `%` for anything but the separator."""
    text = re.escape(decode_folder(pattern)).replace(r"\*", ".*").replace("%", "[^/]*")
    regex = re.compile(text, re.I if text.upper() == "INBOX" else 0)
    return lambda name: regex.fullmatch(name) is not None


def attributes(folder: Folder, folders: list[Folder]) -> bytes:
    """The folder's LIST attributes."""
    children = any(other.name.startswith(folder.name + "/") for other in folders)
    found = ["" if folder.selectable else "\\Noselect", "\\HasChildren" if children else "\\HasNoChildren"]
    return " ".join(filter(None, (*found, folder.special_use))).encode()


def lsub(_: Session, command: Command) -> Iterator[Reply]:
    """LSUB: nothing is ever subscribed here."""
    yield tagged(command, "OK Lsub completed.")


def status(session: Session, command: Command) -> Iterator[Reply]:
    """STATUS of a folder, selected or not."""
    folder = named_folder(session, word(command, 0))
    if len(command.arguments) != 2 or not isinstance(items := command.arguments[1], list):
        raise BadArgument("Invalid arguments")
    values = status_values(folder, items)
    yield Reply(b"* STATUS %b (%b)\r\n" % (astring(encode_folder(folder.name)), values))
    yield from session.updates()
    yield tagged(command, "OK Status completed.")


def status_values(folder: Folder, items: list[Argument]) -> bytes:
    """`MESSAGES 4 UIDNEXT 5`."""
    names = [item.upper() for item in items if isinstance(item, bytes)]
    if not names or any(name not in STATUS_ITEMS for name in names):
        raise BadArgument("Invalid status items")
    return b" ".join(b"%b %d" % (name, STATUS_ITEMS[name](folder)) for name in names)


def select(session: Session, command: Command) -> Iterator[Reply]:
    """SELECT and EXAMINE, with HIGHESTMODSEQ (RFC 7162 3.1.2)."""
    if session.folder is not None:
        session.unselect()
        yield Reply(b"* OK [CLOSED] Previous mailbox closed.\r\n")
    folder = named_folder(session, word(command, 0))
    read_only = command.name == "EXAMINE"
    if len(command.arguments) > 1:
        session.condstore = True
    now = session.select(folder, read_only=read_only)
    permanent = b"()] Read-only mailbox." if read_only else b"(" + FLAGS + b" \\*)] Flags permitted."
    yield Reply(b"* FLAGS (%b)\r\n* OK [PERMANENTFLAGS %b\r\n" % (FLAGS, permanent))
    yield Reply(b"* %d EXISTS\r\n* 0 RECENT\r\n" % len(session.view))
    unseen = [number for number, mail in enumerate(now.mails.values(), 1) if "\\Seen" not in mail.flags]
    if unseen:
        yield Reply(b"* OK [UNSEEN %d] First unseen.\r\n" % unseen[0])
    yield Reply(b"* OK [UIDVALIDITY %d] UIDs valid\r\n" % now.uidvalidity)
    yield Reply(b"* OK [UIDNEXT %d] Predicted next UID\r\n" % now.uidnext)
    yield Reply(b"* OK [HIGHESTMODSEQ %d] Highest\r\n" % now.highest_modseq)
    yield tagged(command, "OK [READ-ONLY] Examine completed." if read_only else "OK [READ-WRITE] Select completed.")


def unselect(session: Session, command: Command) -> Iterator[Reply]:
    """UNSELECT (RFC 3691) and CLOSE; nothing is ever marked deleted here, so both only leave the folder."""
    session.unselect()
    yield tagged(command, f"OK {command.name.title()} completed.")


def refuse_writing(_: Session, command: Command) -> Iterator[Reply]:
    """Any command that would change the mailbox."""
    yield tagged(command, f"NO [NOPERM] {command.name} is not possible on this server.")


def named_folder(session: Session, name: bytes) -> Folder:
    """The selectable folder of that (encoded) name, or NoSuchFolder."""
    folder = session.owner.folder(decode_folder(name))
    if not folder.selectable:
        raise NoSuchFolder(folder.name)
    return folder


ANY_STATE: dict[str, Handler] = {"CAPABILITY": capability, "NOOP": noop, "LOGOUT": logout, "ID": identify}
NOT_AUTHENTICATED: dict[str, Handler] = {"LOGIN": login}
AUTHENTICATED: dict[str, Handler] = {
    "ENABLE": enable,
    "NAMESPACE": namespace,
    "LIST": list_folders,
    "LSUB": lsub,
    "STATUS": status,
    "SELECT": select,
    "EXAMINE": select,
    **dict.fromkeys(WRITING, refuse_writing),
}
SELECTED: dict[str, Handler] = {
    "CHECK": noop,
    "FETCH": fetch,
    "UID FETCH": fetch,
    "SEARCH": search,
    "UID SEARCH": search,
    "UNSELECT": unselect,
    "CLOSE": unselect,
}


def run(session: Session, command: Command) -> Iterator[Reply]:
    """The replies to a command in the session's state; what the grammar or the state forbids is answered BAD or NO."""
    handler = ANY_STATE.get(command.name)
    if session.account is None:
        handler = handler or NOT_AUTHENTICATED.get(command.name)
    else:
        handler = handler or AUTHENTICATED.get(command.name)
        if handler is None and command.name in SELECTED:
            if session.folder is None:
                yield tagged(command, "BAD No mailbox selected.")
                return
            handler = SELECTED[command.name]
    if handler is None:
        yield tagged(command, f"BAD Error in IMAP command {command.name}: Unknown command.")
        return
    try:
        yield from handler(session, command)
    except BadArgument as error:
        yield tagged(command, f"BAD Error in IMAP command {command.name}: {error}.")
    except NoSuchFolder as error:
        yield tagged(command, f"NO [NONEXISTENT] Mailbox doesn't exist: {error}")
