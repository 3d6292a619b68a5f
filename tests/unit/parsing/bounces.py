"""Reports on deliveries as servers write them, shortened: each with what it must be read as."""

from dataclasses import dataclass

RETURNED = b"""Return-Path: <support@shop.example>
Message-ID: <order-7@shop.example>
From: Support <support@shop.example>
To: wei@acme.example
Subject: Your order 7
"""


@dataclass(frozen=True)
class Shape:
    """``recipients`` are (address, outcome, status) in order; none when it is no report at all."""

    name: str
    content: bytes
    recipients: tuple[tuple[str, str, str], ...]
    message_id: str = "<order-7@shop.example>"
    envelope_id: str = ""


def report(
    status: bytes,
    returned: bytes = RETURNED,
    *,
    kind: bytes = b"message/rfc822",
    sender: bytes = b"MAILER-DAEMON@mx.example",
    kind_of_status: bytes = b"message/delivery-status",
    head: bytes = b"",
) -> bytes:
    """Return a multipart/report."""
    parts = [b"Content-Type: text/plain; charset=utf-8\n\nYour mail was not delivered.\n"]
    parts.append(b"Content-Type: " + kind_of_status + b"\n\n" + status)
    if returned:
        parts.append(b"Content-Type: " + kind + b"\n\n" + returned)
    body = b"".join(b"--=_b\n" + part + b"\n" for part in parts) + b"--=_b--\n"
    return (
        b"Return-Path: <>\n" + head + b"From: Mail Delivery System <" + sender + b">\nTo: support@shop.example\n"
        b"Subject: Undelivered Mail Returned to Sender\nDate: Thu, 20 Nov 2025 10:00:00 +0000\n"
        b"Message-ID: <dsn-1@mx.example>\nMIME-Version: 1.0\nAuto-Submitted: auto-replied\n"
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"\n\n' + body
    )


def plain(text: bytes, head: bytes = b"") -> bytes:
    """Return a report that is plain text."""
    return (
        b"Return-Path: <>\n" + head + b"From: MAILER-DAEMON@mx.example\nTo: support@shop.example\n"
        b"Subject: failure notice\nDate: Thu, 20 Nov 2025 10:00:00 +0000\nMessage-ID: <dsn-2@mx.example>\n\n" + text
    )


WEI = "wei@acme.example"
POSTFIX = b"""Reporting-MTA: dns; mail.shop.example
X-Postfix-Queue-ID: 4F2B1
X-Postfix-Sender: rfc822; support@shop.example
Arrival-Date: Thu, 20 Nov 2025 09:59:57 +0000 (UTC)

Final-Recipient: rfc822; wei@acme.example
Original-Recipient: rfc822;wei@acme.example
Action: failed
Status: 5.2.2
Remote-MTA: dns; mx.acme.example
Diagnostic-Code: smtp; 552 5.2.2 Mailbox full
"""
EXCHANGE = b"""Reporting-MTA: dns;DB9PR02.prod.outlook.example
Received-From-MTA: dns;EUR05.outbound.protection.example
Arrival-Date: Thu, 20 Nov 2025 09:59:57 +0000

Final-Recipient: rfc822;Wei@Acme.example
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not
 found by SMTP address lookup
"""
GMAIL = b"""Reporting-MTA: dns; googlemail.com
Received-From-MTA: dns; support@shop.example
Arrival-Date: Thu, 20 Nov 2025 01:59:57 -0800 (PST)
X-Original-Message-ID: <order-7@shop.example>

Final-Recipient: rfc822; wei@acme.example
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.acme.example. (192.0.2.1, the server for the domain acme.example.)
Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist.
Last-Attempt-Date: Thu, 20 Nov 2025 01:59:59 -0800 (PST)
"""
DOMINO = b"""Reporting-MTA: dns;domino.acme.example

Final-Recipient: rfc822;wei@acme.example
Action: failed
Status: 5.0.0
Diagnostic-Code: X-Notes; User wei (wei@acme.example) not listed in Domino Directory 550 5.1.1
"""
DELAYED = b"""Reporting-MTA: dns; mail.shop.example
Original-Envelope-Id: <order-7+40shop.example>

Final-Recipient: rfc822; wei@acme.example
Action: delayed
Status: 4.4.1
Diagnostic-Code: X-Postfix; connect to mx.acme.example: Connection timed out
Will-Retry-Until: Tue, 25 Nov 2025 09:59:57 +0000
"""
QMAIL = b"""Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<wei@acme.example>:
192.0.2.1 does not like recipient.
Remote host said: 550 5.1.1 No such user
Giving up on 192.0.2.1.

<lena@acme.example>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

"""
EXIM = b"""This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  wei@acme.example
    host mx.acme.example [192.0.2.1]
    SMTP error from remote mail server after RCPT TO:<wei@acme.example>:
    552 5.2.2 mailbox is full

------ This is a copy of the message, including all the headers. ------

"""
FULL, NONE = "5.2.2", "5.1.1"

SHAPES = (
    Shape("postfix", report(POSTFIX), ((WEI, "failed", FULL),)),
    Shape("postfix, headers only", report(POSTFIX, kind=b"text/rfc822-headers"), ((WEI, "failed", FULL),)),
    Shape("exchange online", report(EXCHANGE), ((WEI, "failed", "5.1.10"),)),
    Shape("exchange, headers only", report(EXCHANGE, kind=b"message/rfc822-headers"), ((WEI, "failed", "5.1.10"),)),
    Shape(
        "gmail",
        report(GMAIL, sender=b"mailer-daemon@googlemail.com", head=b"X-Failed-Recipients: wei@acme.example\n"),
        ((WEI, "failed", NONE),),
    ),
    Shape("domino, only a class in its status", report(DOMINO), ((WEI, "failed", NONE),)),
    Shape("delayed", report(DELAYED), ((WEI, "delayed", "4.4.1"),), envelope_id="<order-7@shop.example>"),
    Shape(
        "delayed, and nothing came back",
        report(DELAYED, b""),
        ((WEI, "delayed", "4.4.1"),),
        "",
        "<order-7@shop.example>",
    ),
    Shape(
        "relayed and delivered",
        report(
            b"Reporting-MTA: dns; a\n\nFinal-Recipient: rfc822; wei@acme.example\nAction: relayed\nStatus: 2.1.9\n\n"
            b"Final-Recipient: rfc822; lena@acme.example\nAction: delivered (to mailbox)\nStatus: 2.0.0\n"
        ),
        ((WEI, "relayed", "2.1.9"), ("lena@acme.example", "delivered", "2.0.0")),
    ),
    Shape(
        "sent on to somebody else: whom we wrote to counts",
        report(
            b"Reporting-MTA: dns; a\n\nOriginal-Recipient: rfc822;wei@acme.example\n"
            b"Final-Recipient: rfc822; wei.z@home.example\nAction: failed\nStatus: 5.2.2\n"
        ),
        ((WEI, "failed", FULL),),
    ),
    Shape(
        "internationalised (RFC 6533)",
        report(
            b"Reporting-MTA: dns; a\n\n"
            + "Final-Recipient: utf-8; jörg@müller.example\nAction: failed\nStatus: 5.1.1\n".encode(),
            kind=b"message/global-headers",
            kind_of_status=b"message/global-delivery-status",
        ),
        (("jörg@xn--mller-kva.example", "failed", NONE),),
    ),
    Shape(
        "no blank line before the recipient",
        report(POSTFIX.replace(b"\n\nFinal", b"\nFinal")),
        ((WEI, "failed", FULL),),
    ),
    Shape("CRLF", report(POSTFIX).replace(b"\n", b"\r\n"), ((WEI, "failed", FULL),)),
    Shape("qmail", plain(QMAIL + RETURNED), ((WEI, "failed", NONE), ("lena@acme.example", "failed", NONE))),
    Shape(
        "exim's plain text",
        plain(EXIM + RETURNED, b"X-Failed-Recipients: wei@acme.example\nAuto-Submitted: auto-replied\n"),
        ((WEI, "failed", FULL),),
    ),
    # --- no reports -------------------------------------------------------------------------------------------------
    Shape(
        "one vendor's header alone",
        plain(b"Hello, thank you for the order.\n", b"X-Failed-Recipients: wei@acme.example\n"),
        (),
    ),
    Shape("exim's words without the header", plain(EXIM + RETURNED), ()),
    Shape("qmail's words without the mail", plain(QMAIL.partition(b"---")[0]), ()),
    Shape(
        "a read receipt",
        report(b"Final-Recipient: rfc822; wei@acme.example\nDisposition: manual-action; displayed\n").replace(
            b"message/delivery-status", b"message/disposition-notification"
        ),
        (),
    ),
    Shape("no recipient", report(b"Reporting-MTA: dns; a\n\nAction: failed\nStatus: 5.0.0\n"), ()),
    Shape("an action that there is not", report(POSTFIX.replace(b"failed", b"vanished")), ()),
    Shape(
        "a report inside a mail that a person forwards",
        b"From: ana@x.example\nTo: support@shop.example\nMIME-Version: 1.0\n"
        b'Content-Type: multipart/mixed; boundary="=_f"\n\n--=_f\n\nlook\n--=_f\nContent-Type: message/rfc822\n\n'
        + report(POSTFIX)
        + b"\n--=_f--\n",
        (),
    ),
    Shape(
        "an image, and Content-Type: multipart/report with nothing of one",
        report(b"").replace(b"message/delivery-status", b"image/png"),
        (),
    ),
)
