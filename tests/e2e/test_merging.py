"""One customer who is here twice, from the command line: found, merged, and taken back after more mail has come."""

import pytest

from tests.e2e.letters import letter
from tests.e2e.postroom import Postroom
from tests.e2e.steps import add_customer, connect, sync
from tests.helpers.dovecot import Dovecot

pytestmark = pytest.mark.server


def test_duplicates_are_found_merged_and_taken_back(postroom: Postroom, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    connect(postroom, dovecot, user)
    acme = add_customer(postroom, "Acme Parts", "ann@acme.example")["id"]
    double = add_customer(postroom, "ACME parts", "lena@acme.example")["id"]
    dovecot.deliver(user, letter(1, "lena@acme.example"))
    sync(postroom)
    (pair,) = postroom.ask("customers", "duplicates")["items"]
    assert [one["id"] for one in pair["customers"]] == [acme, double]
    assert (pair["strength"], pair["evidence"]) == ("very_likely", ["same domain", "other spelling"])
    shown = postroom.ask("customers", "merge", acme, double, "--preview", "--keep", f"name={double}")
    assert (shown["customer"]["name"], shown["moves"]["emails"], shown["preview"]) == ("ACME parts", 1, True)
    assert postroom.ask("customers", "merge", acme, double)["words"] == "Merged ACME parts into Acme Parts with 1 email"
    assert postroom.ask("customers", "duplicates")["items"] == []
    dovecot.deliver(user, letter(2, "lena@acme.example"))
    sync(postroom)
    assert [one["match"]["customer_id"] for one in postroom.ask("emails", "list")["items"]] == [acme, acme]
    (merged,) = postroom.ask("customers", "merges", acme)["items"]
    assert (merged["id"], merged["unmerged_at"]) == (double, None)
    assert postroom.ask("customers", "unmerge", double, "--preview")["emails"]["placed"] == 1
    words = postroom.ask("customers", "unmerge", double)["words"]
    assert words == "Un-merged ACME parts from Acme Parts, 2 emails back"
    assert [one["match"]["customer_id"] for one in postroom.ask("emails", "list")["items"]] == [double, double]
    postroom.ask("customers", "apart", acme, double)
    assert postroom.ask("customers", "duplicates")["items"] == []
