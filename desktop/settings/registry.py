"""The settings of Postroom: one entry adds one, and its screen row, its docs and its checks come along."""

from desktop.settings.setting import AnySetting, Setting

_MB = 1024 * 1024

CONNECT_TIMEOUT = Setting(
    "network.connect_timeout_s",
    15.0,
    "Give up connecting after",
    "How long to wait for a mail server to answer at all.",
    unit="seconds",
    minimum=1,
    maximum=120,
)
READ_TIMEOUT = Setting(
    "network.read_timeout_s",
    60.0,
    "Give up on a silent server after",
    "How long a connected mail server may say nothing before the connection is dropped and tried again later.",
    unit="seconds",
    minimum=0.2,
    maximum=600,
)
BATCH_MESSAGES = Setting(
    "sync.batch_messages",
    500,
    "Messages per batch",
    "A batch is fetched, decided and stored as one: larger is faster, smaller shows progress sooner.",
    unit="messages",
    minimum=1,
    maximum=5000,
)
BATCH_BYTES = Setting(
    "sync.batch_bytes",
    8 * _MB,
    "Size of a batch",
    "A batch ends at this size even if it has fewer messages; it bounds the memory a sync takes.",
    unit="bytes",
    minimum=64 * 1024,
    maximum=256 * _MB,
)
FETCH_LIMIT = Setting(
    "sync.fetch_limit_bytes",
    25 * _MB,
    "Fetch messages whole up to",
    "Of most large messages the text comes first. One that is not made as its server says is fetched whole up to this; "
    "of a larger one only the headers come, with the reason OVERSIZE, and the rest on demand.",
    unit="bytes",
    minimum=1024,
    maximum=1024 * _MB,
)
PARALLEL_MAILBOXES = Setting(
    "sync.parallel_mailboxes",
    4,
    "Mailboxes synced at a time",
    "How many mailboxes are synced side by side; each has its own connection.",
    unit="mailboxes",
    minimum=1,
    maximum=32,
)
FULL_LISTING = Setting(
    "sync.full_listing_hours",
    24,
    "Compare with the server in full every",
    "How often every folder's complete list of messages is compared with what is stored, to find what was missed.",
    unit="hours",
    minimum=1,
    maximum=24 * 30,
)
AUDIT = Setting(
    "sync.audit",
    "daily",
    "Audit each mailbox",
    "How often the server's message numbers are compared with what has a verdict here, after a sync; what is missing "
    "is brought in and said in the sync log.",
    choices=("daily", "weekly", "off"),
)
QUIET_FROM = Setting(
    "sync.quiet_from_hour",
    20,
    "Quiet hours begin at",
    "The hour of this computer's clock from which a backfill that waits for quiet hours may run.",
    unit="o'clock",
    minimum=0,
    maximum=23,
)
QUIET_UNTIL = Setting(
    "sync.quiet_until_hour",
    7,
    "Quiet hours end at",
    "The hour at which such a backfill rests again until the next quiet hours.",
    unit="o'clock",
    minimum=0,
    maximum=23,
)
PARSE_WORKERS = Setting(
    "parse.workers",
    0,
    "Processes that read messages",
    "Messages are read in processes of their own, because mail may be hostile. 0 takes one for each processor core.",
    unit="processes",
    minimum=0,
    maximum=64,
)
PARSE_TIMEOUT = Setting(
    "parse.timeout_s",
    10.0,
    "Give up reading a message after",
    "A message that takes longer is set aside with its bytes and the reason UNPARSEABLE.",
    unit="seconds",
    minimum=0.2,
    maximum=300,
)
LOG_KEEP_DAYS = Setting(
    "log.keep_days",
    90,
    "Keep the sync log for",
    "Older entries of the sync log are dropped.",
    unit="days",
    minimum=1,
    maximum=3650,
)
LOG_KEEP_ENTRIES = Setting(
    "log.keep_entries",
    50_000,
    "Keep at most",
    "The oldest entries of the sync log are dropped beyond this number.",
    unit="entries",
    minimum=100,
    maximum=5_000_000,
)

THEME = Setting(
    "appearance.theme",
    "system",
    "Theme",
    "Light, dark, or whatever the system uses at the moment.",
    choices=("light", "dark", "system"),
)
TEXT_SCALE = Setting(
    "appearance.text_percent",
    100,
    "Text and control size",
    "On top of the scale that the system sets for the screen.",
    unit="%",
    minimum=100,
    maximum=300,
)
SINGLE_LETTERS = Setting(
    "keys.single_letters",
    True,
    "Single-letter keys",
    "J, K, A and the like work in lists. Switch them off if a slip of the hand or speech input sets them off.",
)
GOOGLE_CLIENT_FILE = Setting(
    "oauth.google_client_file",
    "",
    "Google: file of your own app",
    "The JSON file of a desktop app registered with Google, as its console gives it. It counts before the client id.",
)
GOOGLE_CLIENT_ID = Setting(
    "oauth.google_client_id",
    "",
    "Google: client id of your own app",
    "Of a desktop app registered with Google. Its secret is kept with the passwords, not here.",
)
MICROSOFT_CLIENT_FILE = Setting(
    "oauth.microsoft_client_file",
    "",
    "Microsoft: file of your own app",
    "A JSON file with client_id and what else differs from the usual. It counts before the client id.",
)
MICROSOFT_CLIENT_ID = Setting(
    "oauth.microsoft_client_id",
    "",
    "Microsoft: client id of your own app",
    "Application (client) ID of an app registered in Entra as a mobile and desktop application.",
)
MICROSOFT_TENANT = Setting(
    "oauth.microsoft_tenant",
    "common",
    "Microsoft: tenant",
    "Whose accounts may sign in: common for all, organizations, consumers, or the tenant of an app made for one only.",
)
CUSTOM_CLIENT_FILE = Setting(
    "oauth.custom_client_file",
    "",
    "Another provider: file of the app",
    "A JSON file with client_id, issuer, scopes and mail servers. It counts before the client id.",
)
CUSTOM_CLIENT_ID = Setting(
    "oauth.custom_client_id",
    "",
    "Another provider: client id",
    "Of an app registered with any provider that speaks OpenID Connect.",
)
CUSTOM_ISSUER = Setting(
    "oauth.custom_issuer",
    "",
    "Another provider: issuer",
    "The web address under which the provider publishes how to sign in, to the letter.",
)
CUSTOM_SCOPES = Setting(
    "oauth.custom_scopes",
    "",
    "Another provider: scopes",
    "The provider's names of the permissions for mail, with spaces between; openid and email are asked for anyway.",
)
SETTINGS: tuple[AnySetting, ...] = (
    CONNECT_TIMEOUT,
    READ_TIMEOUT,
    BATCH_MESSAGES,
    BATCH_BYTES,
    FETCH_LIMIT,
    PARALLEL_MAILBOXES,
    FULL_LISTING,
    AUDIT,
    QUIET_FROM,
    QUIET_UNTIL,
    PARSE_WORKERS,
    PARSE_TIMEOUT,
    LOG_KEEP_DAYS,
    LOG_KEEP_ENTRIES,
    THEME,
    TEXT_SCALE,
    SINGLE_LETTERS,
    GOOGLE_CLIENT_FILE,
    GOOGLE_CLIENT_ID,
    MICROSOFT_CLIENT_FILE,
    MICROSOFT_CLIENT_ID,
    MICROSOFT_TENANT,
    CUSTOM_CLIENT_FILE,
    CUSTOM_CLIENT_ID,
    CUSTOM_ISSUER,
    CUSTOM_SCOPES,
)

RENAMED: dict[str, str] = {}
"""Old key to new key: a value under the old one is still read, and written under the new one."""

DELETED: frozenset[str] = frozenset()
"""Keys of settings that are gone: dropped without a word."""
