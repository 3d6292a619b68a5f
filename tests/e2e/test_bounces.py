"""Mail that came back: linked to what was sent, filed with the customer, and shown at both."""

import pytest

from tests.e2e.letters import letter, message_id
from tests.e2e.postroom import Postroom
from tests.e2e.steps import add_customer, connect, email, sync
from tests.helpers.dovecot import Dovecot
from tests.unit.parsing.bounces import DELAYED, POSTFIX, RETURNED, report

pytestmark = pytest.mark.server


def test_mail_that_came_back_is_told_at_the_mail_and_at_the_customer(postroom: Postroom, dovecot: Dovecot) -> None:
    add_customer(postroom, "Acme", "wei@acme.example")
    user = dovecot.new_user()
    dovecot.create_folder(user, "Sent")
    dovecot.deliver(user, letter("order", f"Support <{user.name}>", to="wei@acme.example"), "Sent")
    returned = RETURNED.replace(b"<order-7@shop.example>", message_id("order").encode())
    dovecot.deliver(user, report(POSTFIX, returned))
    forged = report(DELAYED, RETURNED.replace(b"order-7@", b"forged@")).replace(b"dsn-1@", b"dsn-2@")
    dovecot.deliver(user, forged)
    connect(postroom, dovecot, user, "--direction", "both")
    sync(postroom)

    bounce = email(postroom, "<dsn-1@mx.example>")
    if bounce["code"] != "SYNCED":  # it may be read before what was sent: then matching again finds it
        customer = postroom.ask("customers", "list")["items"][0]
        postroom.ask("customers", "rematch", customer["id"])
        bounce = email(postroom, "<dsn-1@mx.example>")
    assert (bounce["code"], bounce["match"]["customer"], bounce["match"]["confidence"]) == ("SYNCED", "Acme", 100)
    sent = email(postroom, message_id("order"))
    shown = postroom.ask("emails", "show", sent["id"])
    words = "It could not be delivered to wei@acme.example: the mailbox is full."
    assert [(one["id"], one["words"]) for one in shown["reports"]] == [(bounce["id"], words)]
    told = postroom.ask("emails", "show", bounce["id"])["report"]
    assert (told["about"], told["recipients"][0]["status"]) == (sent["id"], "5.2.2")
    lines = postroom.run("emails", "show", sent["id"]).stdout
    assert f"Came back: {words}" in lines

    waiting = email(postroom, "<dsn-2@mx.example>")
    assert (waiting["code"], waiting["match"]) == ("BOUNCE_MATCH", None)
    assert postroom.ask("emails", "show", waiting["id"])["report"]["about"] is None
