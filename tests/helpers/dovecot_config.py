"""The text of a private Dovecot configuration (2.3), for root and for an ordinary user."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from tests.helpers.oidc import MAIL_SERVER
from tests.helpers.tls import TlsAuthority

if TYPE_CHECKING:
    from tests.helpers.dovecot import Owner
    from tests.helpers.oidc import OidcProvider

WITH_TOKENS = "plain login xoauth2 oauthbearer"

SETTINGS = {
    "auth_mechanisms": "plain login",
    "auth_cache_size": "0",
    "auth_failure_delay": "0",
    "auth_verbose": "yes",
    "disable_plaintext_auth": "no",
    "mail_max_userip_connections": "100",
    "mail_fsync": "never",
    "login_trusted_networks": "",
}
"""What a test may override by name."""

SPECIAL_USE = ("Drafts", "Sent", "Trash", "Junk", "Archive")
"""Folders that carry an RFC 6154 attribute of the same name once they exist."""

TEMPLATE = """
protocols = imap
listen = 127.0.0.1
base_dir = {directory}/run
state_dir = {directory}/run
log_path = {directory}/dovecot.log
instance_name = {directory}
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
mail_location = maildir:~/Maildir:LAYOUT=fs
mail_uid = {uid}
mail_gid = {gid}
first_valid_uid = 1
first_valid_gid = 1
{identity}
{passdb_oauth2}
passdb {{
  driver = dict
  mechanisms = plain login
  args = {directory}/passdb.conf
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={directory}/mail/%u allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
  separator = /
{mailboxes}
}}
service imap-login {{
  {chroot}
  service_count = 0
  process_min_avail = 1
  client_limit = 1000
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service imap {{
  service_count = 1000
  process_limit = 1000
}}
service auth {{
  client_limit = 5000
  idle_kill = 1 d
}}
service anvil {{
  {chroot}
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  {chroot}
}}
"""

PASSDB = """
uri = fs:posix:prefix={directory}/passwords/
password_key = dovecot/passdb/%u
iterate_disable = yes
value_format = json
default_pass_scheme = PLAIN
"""
"""One file per user, read at every login. A passwd-file is looked at once a second, too late for a test."""

PASSDB_OAUTH2 = """
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {directory}/oauth2.conf
}}
"""

OAUTH2 = """
introspection_mode = post
introspection_url = {introspection}
force_introspection = yes
active_attribute = active
active_value = true
username_attribute = opens
scope = mail.read
openid_configuration_url = {issuer}/.well-known/openid-configuration
tls_ca_cert_file = {ca_file}
timeout_msecs = 5000
"""
"""Every login asks the issuer (RFC 7662), so that a grant revoked a moment ago lets nobody in."""


def render(
    directory: Path,
    ports: tuple[int, int],
    owner: "Owner",
    authority: TlsAuthority,
    overrides: dict[str, str],
    *,
    takes_tokens: bool = False,
) -> str:
    """The whole configuration file. Goes in: where it lives, its ports (plain, TLS), who owns mail, certificates,
    overrides, and whether `oauth2.conf` says who is asked about tokens.
    """
    certificate, key = authority.write_leaf()
    ordinary = os.geteuid() != 0
    names = {
        "default_internal_user": owner.name,
        "default_internal_group": owner.group,
        "default_login_user": owner.name,
    }
    text = TEMPLATE.format(
        directory=directory,
        certificate=certificate,
        key=key,
        uid=owner.uid,
        gid=owner.gid,
        identity=lines(names) if ordinary else "",
        chroot="chroot =" if ordinary else "",
        mailboxes="\n".join(f"  mailbox {name} {{\n    special_use = \\{name}\n  }}" for name in SPECIAL_USE),
        port=ports[0],
        tls_port=ports[1],
        passdb_oauth2=PASSDB_OAUTH2.format(directory=directory) if takes_tokens else "",
    )
    settings = SETTINGS | ({"auth_mechanisms": WITH_TOKENS} if takes_tokens else {}) | overrides
    return text + lines(settings)


def render_oauth2(oidc: "OidcProvider", ca_file: Path) -> str:
    """Whom Dovecot asks about tokens, and how it knows the issuer's certificate."""
    name, secret = MAIL_SERVER
    introspection = oidc.introspection.replace("https://", f"https://{name}:{secret}@")
    return OAUTH2.format(introspection=introspection, issuer=oidc.issuer, ca_file=ca_file)


def lines(settings: dict[str, str]) -> str:
    """`name = value` lines."""
    return "".join(f"{name} = {value}\n" for name, value in settings.items())
