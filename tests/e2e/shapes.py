"""The contract's documents as shapes: which fields there must be, and what may stand in them.

A shape is a type, a pattern, a tuple of alternatives, a list of one shape (each item), or a dict of fields. More
fields may be there than a shape names: the contract lets a document grow.
"""

import re
from typing import Any

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
ID = re.compile(r"[0-9]+")
ANY_ID = re.compile(r"[0-9]+|seen:[0-9]+")
UID = re.compile(r"[0-9]+")
CODE = re.compile(r"[A-Z][A-Z_]+")
SENTENCE = re.compile(r"[^\x00-\x1f]+[.)?]")
STATUS = re.compile("synced|error|pending")
PERCENT = range(101)

FOLDER_RECEIPT: dict[str, Any] = {
    "name": str,
    **dict.fromkeys(("listed", "fetched", "stored", "skipped", "review", "parked", "duplicates"), int),
}
RECEIPT = {"mailboxes": [{"address": str, "folders": [FOLDER_RECEIPT], "seconds": (float, int)}]}
MATCH = {"customer_id": ID, "customer": str, "confidence": PERCENT, "reason": SENTENCE, "by": str}
EMAIL = {
    **dict.fromkeys(("mailbox", "folder", "message_id", "from", "from_name", "to", "subject", "direction"), str),
    "id": ANY_ID,
    "uid": UID,
    "date": (INSTANT, None),
    "received": (INSTANT, None),
    "status": STATUS,
    "code": CODE,
    "reason": SENTENCE,
    "match": (MATCH, None),
    "ticket_id": (ID, None),
    "thread_id": (ID, None),
}
CUSTOMER = {"id": ID, "name": str, "emails": [str], "company": str, "owner": str, "tags": [str]}
HEALTH = {
    "mailboxes": [
        {
            "address": str,
            "state": re.compile("healthy|attention|disconnected|paused"),
            "code": (CODE, ""),
            "reason": SENTENCE,
            "next_step": (SENTENCE, ""),
            "last_sync": (INSTANT, None),
            "last_complete_audit": (INSTANT, None),
            "synced": int,
            "errors": int,
            "findings": [
                {
                    "dimension": re.compile("authorised|errors|fresh|on_time|forecast|begun"),
                    "state": re.compile("attention|disconnected"),
                    "code": (CODE, ""),
                    "what": SENTENCE,
                    "next_step": SENTENCE,
                    "since": (INSTANT, None),
                }
            ],
            "folders": [
                {
                    "name": str,
                    "looked_at": (INSTANT, None),
                    "newest_on_server": (INSTANT, None),
                    "newest_here": (INSTANT, None),
                    "behind_since": (INSTANT, None),
                }
            ],
        }
    ]
}
MAILBOX = {
    **dict.fromkeys(("address", "imap", "security", "user", "direction", "frequency", "state"), str),
    "id": ID,
    "folders": [str],
    "since_days": int,
    "synced_from": INSTANT,
}
ERROR = {"error": {"code": CODE, "message": SENTENCE}}
STEP = {"name": str, "side": re.compile("imap|smtp"), "words": str, "ok": bool}
PLACE = {"mailbox": str, "folder": str, "epoch": str, "uid": UID, "code": CODE, "reason": SENTENCE, "seen": INSTANT}
DECISION = {"code": CODE, "reason": SENTENCE, "confidence": PERCENT, "by": str, "at": INSTANT}
EVENT = {
    "id": ID,
    "at": INSTANT,
    "level": str,
    "run": (ID, None),
    "mailbox": (str, None),
    "code": (CODE, ""),
    "what": SENTENCE,
    "meaning": str,
    "action": str,
}


def complaints(value: Any, shape: Any, where: str = "document") -> list[str]:
    """What is wrong with a value, each with its place."""
    match shape:
        case dict():
            if not isinstance(value, dict):
                return [f"{where} is {value!r}, no object"]
            missing = [f"{where}.{name} is missing" for name in shape if name not in value]
            present = [name for name in shape if name in value]
            return missing + [
                one for name in present for one in complaints(value[name], shape[name], f"{where}.{name}")
            ]
        case tuple():
            tried = [complaints(value, one, where) for one in shape]
            return [] if [] in tried else tried[0]
        case [item]:
            if not isinstance(value, list):
                return [f"{where} is {value!r}, no list"]
            return [one for at, part in enumerate(value) for one in complaints(part, item, f"{where}[{at}]")]
    return [] if _is(value, shape) else [f"{where} is {value!r}, wanted {shape}"]


def _is(value: Any, shape: Any) -> bool:
    match shape:
        case re.Pattern():
            return isinstance(value, str) and shape.fullmatch(value) is not None
        case range():
            return type(value) is int and value in shape
        case type():
            return type(value) is shape
    return bool(value == shape)


def check(value: Any, shape: Any) -> None:
    """Fail with every complaint."""
    found = complaints(value, shape)
    assert not found, "\n".join([*found, repr(value)])
