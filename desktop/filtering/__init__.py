"""ParsedMail in; keep it, or leave it out because of a reason code. Pure: no store, no network, no clock."""
