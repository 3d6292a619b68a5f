-- Schema 0015 as Postroom makes it, with a few rows. Never edited: it stands for databases people have.
CREATE TABLE address_domain (
	domain TEXT NOT NULL, 
	core TEXT NOT NULL, 
	suffix TEXT NOT NULL, 
	head TEXT NOT NULL, 
	tail TEXT NOT NULL, 
	PRIMARY KEY (domain)
)
 WITHOUT ROWID

;
CREATE TABLE attachment (
	email_id INTEGER NOT NULL, 
	part TEXT NOT NULL, 
	name TEXT NOT NULL, 
	declared_name TEXT NOT NULL, 
	content_type TEXT NOT NULL, 
	size_bytes BIGINT NOT NULL, 
	content_id TEXT NOT NULL, 
	inline BOOLEAN NOT NULL, encoding TEXT DEFAULT '' NOT NULL, start_at BIGINT, end_at BIGINT, 
	PRIMARY KEY (email_id, part), 
	FOREIGN KEY(email_id) REFERENCES email (id)
)
 WITHOUT ROWID

;
CREATE TABLE audit (
	id INTEGER NOT NULL, 
	mailbox_id INTEGER NOT NULL, 
	begun_at BIGINT NOT NULL, 
	ended_at BIGINT NOT NULL, 
	cause TEXT NOT NULL, 
	code TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	complete BOOLEAN NOT NULL, 
	on_server BIGINT NOT NULL, 
	judged BIGINT NOT NULL, 
	found BIGINT NOT NULL, 
	repaired BIGINT NOT NULL, 
	still_open BIGINT NOT NULL, 
	folders TEXT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(mailbox_id) REFERENCES mailbox (id)
);
CREATE TABLE backfill (
	id INTEGER NOT NULL, 
	mailbox_id INTEGER NOT NULL, 
	days INTEGER NOT NULL, 
	since BIGINT NOT NULL, 
	until BIGINT NOT NULL, 
	reached BIGINT NOT NULL, 
	state TEXT NOT NULL, 
	quiet_hours BOOLEAN NOT NULL, 
	code TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	total BIGINT NOT NULL, 
	stored BIGINT NOT NULL, 
	review BIGINT NOT NULL, 
	unfiled BIGINT NOT NULL, 
	skipped BIGINT NOT NULL, 
	duplicates BIGINT NOT NULL, 
	failed BIGINT NOT NULL, 
	missing BIGINT NOT NULL, 
	created_at BIGINT NOT NULL, 
	ended_at BIGINT, by_day TEXT DEFAULT '{}' NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(mailbox_id) REFERENCES mailbox (id)
);
CREATE TABLE backfill_before (
	backfill_id INTEGER NOT NULL, 
	folder_id INTEGER NOT NULL, 
	epoch TEXT NOT NULL, 
	range_seen_at BIGINT, 
	range_reason TEXT NOT NULL, 
	rows TEXT NOT NULL, 
	PRIMARY KEY (backfill_id, folder_id, epoch), 
	FOREIGN KEY(backfill_id) REFERENCES backfill (id), 
	FOREIGN KEY(folder_id) REFERENCES folder (id)
)
 WITHOUT ROWID

;
CREATE TABLE cursor_range (
	folder_id INTEGER NOT NULL, 
	epoch TEXT NOT NULL, 
	first_ref BIGINT NOT NULL, 
	last_ref BIGINT NOT NULL, 
	PRIMARY KEY (folder_id, epoch, first_ref), 
	FOREIGN KEY(folder_id) REFERENCES folder (id)
)
 WITHOUT ROWID

;
CREATE TABLE customer (
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	name_key TEXT NOT NULL, 
	company TEXT NOT NULL, 
	owner TEXT NOT NULL, 
	tags TEXT NOT NULL, 
	created_at BIGINT NOT NULL, phones TEXT DEFAULT '[]' NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE customer_address (
	address TEXT NOT NULL, 
	customer_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	origin TEXT NOT NULL, 
	PRIMARY KEY (address, customer_id), 
	FOREIGN KEY(customer_id) REFERENCES customer (id)
)
 WITHOUT ROWID

;
CREATE TABLE customer_apart (
	first_id INTEGER NOT NULL, 
	second_id INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	PRIMARY KEY (first_id, second_id)
)
 WITHOUT ROWID

;
CREATE TABLE customer_merge (
	id INTEGER NOT NULL, 
	kept_id INTEGER NOT NULL, 
	merged_id INTEGER NOT NULL, 
	kept_name TEXT NOT NULL, 
	merged_name TEXT NOT NULL, 
	merged_at BIGINT NOT NULL, 
	unmerged_at BIGINT, 
	image TEXT NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE decision (
	id INTEGER NOT NULL, 
	email_id INTEGER NOT NULL, 
	code TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	customer_id INTEGER, 
	confidence INTEGER NOT NULL, 
	decided_by TEXT NOT NULL, 
	decided_at BIGINT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(email_id) REFERENCES email (id)
);
CREATE TABLE email (
	id INTEGER NOT NULL, 
	identity TEXT NOT NULL, 
	provider_id TEXT NOT NULL, 
	mailbox_id INTEGER NOT NULL, 
	message_id TEXT NOT NULL, 
	from_address TEXT NOT NULL, 
	from_name TEXT NOT NULL, 
	to_line TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	sent_at BIGINT, 
	received_at BIGINT NOT NULL, 
	direction TEXT NOT NULL, 
	size_bytes BIGINT NOT NULL, 
	whole BOOLEAN NOT NULL, 
	attachments INTEGER NOT NULL, 
	preview TEXT NOT NULL, 
	status TEXT NOT NULL, 
	code TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	customer_id INTEGER, 
	confidence INTEGER NOT NULL, 
	decided_by TEXT NOT NULL, 
	needs_review BOOLEAN NOT NULL, 
	parser_version INTEGER NOT NULL, 
	stored_at BIGINT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(customer_id) REFERENCES customer (id), 
	FOREIGN KEY(mailbox_id) REFERENCES mailbox (id), 
	UNIQUE (identity)
);
CREATE TABLE email_body (
	email_id INTEGER NOT NULL, 
	details TEXT NOT NULL, 
	text BLOB NOT NULL, 
	raw BLOB NOT NULL, 
	PRIMARY KEY (email_id), 
	FOREIGN KEY(email_id) REFERENCES email (id)
);
CREATE TABLE email_facts (
	email_id INTEGER NOT NULL, 
	recipients TEXT NOT NULL, 
	kinds TEXT NOT NULL, about TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (email_id), 
	FOREIGN KEY(email_id) REFERENCES email (id)
);
CREATE VIRTUAL TABLE email_fts USING fts5(subject, people, body, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 2");
CREATE TABLE email_tag (
	tag_id INTEGER NOT NULL, 
	email_id INTEGER NOT NULL, 
	PRIMARY KEY (tag_id, email_id), 
	FOREIGN KEY(tag_id) REFERENCES tag (id), 
	FOREIGN KEY(email_id) REFERENCES email (id)
)
 WITHOUT ROWID

;
CREATE TABLE event (
	id INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	level TEXT NOT NULL, 
	mailbox_id INTEGER, 
	code TEXT NOT NULL, 
	what TEXT NOT NULL, 
	meaning TEXT NOT NULL, 
	action TEXT NOT NULL, run_id INTEGER, line INTEGER, 
	PRIMARY KEY (id), 
	FOREIGN KEY(mailbox_id) REFERENCES mailbox (id)
);
CREATE TABLE filter_domain (
	domain TEXT NOT NULL, 
	role TEXT NOT NULL, 
	PRIMARY KEY (domain, role)
)
 WITHOUT ROWID

;
CREATE TABLE filter_row (
	id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	mailbox_id INTEGER, 
	effect TEXT NOT NULL, 
	field TEXT NOT NULL, 
	comparison TEXT NOT NULL, 
	"values" TEXT NOT NULL, 
	enabled BOOLEAN NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(mailbox_id) REFERENCES mailbox (id)
);
CREATE TABLE folded_text (
	text TEXT NOT NULL, 
	folded TEXT NOT NULL, 
	PRIMARY KEY (text)
)
 WITHOUT ROWID

;
CREATE TABLE folder (
	id INTEGER NOT NULL, 
	mailbox_id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	selected BOOLEAN NOT NULL, 
	epoch TEXT NOT NULL, 
	uid_next BIGINT, 
	exists_count BIGINT, 
	highest_modseq BIGINT, 
	listed_at BIGINT, holds_sent BOOLEAN, refusals INTEGER DEFAULT '0' NOT NULL, refused_at BIGINT, 
	PRIMARY KEY (id), 
	FOREIGN KEY(mailbox_id) REFERENCES mailbox (id), 
	UNIQUE (mailbox_id, name)
);
CREATE TABLE freshness (
	folder_id INTEGER NOT NULL, 
	looked_at BIGINT, 
	there_ref BIGINT, 
	there_at BIGINT, 
	here_at BIGINT, 
	behind_ref BIGINT, 
	behind_since BIGINT, 
	behind_passes INTEGER NOT NULL, 
	PRIMARY KEY (folder_id), 
	FOREIGN KEY(folder_id) REFERENCES folder (id)
);
CREATE TABLE health (
	mailbox_id INTEGER NOT NULL, 
	state TEXT NOT NULL, 
	code TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	next_step TEXT NOT NULL, 
	failures INTEGER NOT NULL, 
	failing_since BIGINT, 
	retry_at BIGINT, 
	last_try BIGINT, 
	last_sync BIGINT, findings TEXT DEFAULT '[]' NOT NULL, trouble TEXT DEFAULT '' NOT NULL, counted_from BIGINT, waiting TEXT DEFAULT '' NOT NULL, polled TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (mailbox_id), 
	FOREIGN KEY(mailbox_id) REFERENCES mailbox (id)
);
CREATE TABLE journal (
	id INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	actor TEXT NOT NULL, 
	command TEXT NOT NULL, 
	words TEXT NOT NULL, 
	state TEXT NOT NULL, 
	changes BLOB NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE ledger (
	id INTEGER NOT NULL, 
	folder_id INTEGER NOT NULL, 
	epoch TEXT NOT NULL, 
	ref TEXT NOT NULL, 
	code TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	email_id INTEGER, 
	received_at BIGINT, 
	attempts INTEGER NOT NULL, 
	seen_at BIGINT NOT NULL, 
	gone_at BIGINT, backfill_id INTEGER, flags TEXT, 
	PRIMARY KEY (id), 
	FOREIGN KEY(email_id) REFERENCES email (id), 
	FOREIGN KEY(folder_id) REFERENCES folder (id), 
	UNIQUE (folder_id, epoch, ref)
);
CREATE TABLE ledger_range (
	folder_id INTEGER NOT NULL, 
	epoch TEXT NOT NULL, 
	code TEXT NOT NULL, 
	refs TEXT NOT NULL, 
	count BIGINT NOT NULL, 
	reason TEXT NOT NULL, 
	seen_at BIGINT NOT NULL, 
	PRIMARY KEY (folder_id, epoch, code), 
	FOREIGN KEY(folder_id) REFERENCES folder (id)
)
 WITHOUT ROWID

;
CREATE TABLE mailbox (
	id INTEGER NOT NULL, 
	address TEXT NOT NULL, 
	provider TEXT NOT NULL, 
	imap_host TEXT NOT NULL, 
	imap_port INTEGER NOT NULL, 
	imap_security TEXT NOT NULL, 
	imap_user TEXT NOT NULL, 
	smtp_host TEXT, 
	smtp_port INTEGER, 
	smtp_security TEXT, 
	smtp_user TEXT, 
	direction TEXT NOT NULL, 
	frequency TEXT NOT NULL, 
	since_days INTEGER NOT NULL, 
	synced_from BIGINT NOT NULL, 
	state TEXT NOT NULL, 
	created_at BIGINT NOT NULL, oauth TEXT, purpose TEXT DEFAULT '' NOT NULL, owner TEXT DEFAULT '' NOT NULL, recovery_contact TEXT DEFAULT '' NOT NULL, display_name TEXT DEFAULT '' NOT NULL, reply_to TEXT DEFAULT '' NOT NULL, attachments_up_to BIGINT DEFAULT '26214400' NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (address)
);
CREATE TABLE mailbox_grant (
	mailbox_id INTEGER NOT NULL, 
	provider TEXT NOT NULL, 
	issuer TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	address TEXT NOT NULL, 
	name TEXT NOT NULL, 
	scopes TEXT NOT NULL, 
	granted_at BIGINT, 
	renewed_at BIGINT, 
	expires_at BIGINT, 
	renewable_until BIGINT, 
	can_renew BOOLEAN NOT NULL, 
	PRIMARY KEY (mailbox_id), 
	FOREIGN KEY(mailbox_id) REFERENCES mailbox (id)
);
CREATE TABLE mailbox_review (
	mailbox_id INTEGER NOT NULL, 
	reviewed_at BIGINT, 
	due_at BIGINT, 
	cause TEXT NOT NULL, 
	PRIMARY KEY (mailbox_id), 
	FOREIGN KEY(mailbox_id) REFERENCES mailbox (id)
);
CREATE TABLE match_rule (
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	conditions TEXT NOT NULL, 
	action TEXT NOT NULL, 
	customer_id INTEGER, 
	tag TEXT NOT NULL, 
	created_at BIGINT NOT NULL, position INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE meta (
	"key" TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
CREATE TABLE our_name (
	name TEXT NOT NULL, 
	PRIMARY KEY (name)
)
 WITHOUT ROWID

;
CREATE TABLE outbox (
	id INTEGER NOT NULL, 
	email_id INTEGER NOT NULL, 
	event TEXT NOT NULL, 
	channel TEXT NOT NULL, 
	state TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(email_id) REFERENCES email (id), 
	UNIQUE (email_id, event, channel)
);
CREATE TABLE own_message (
	message_id TEXT NOT NULL, 
	sent_at BIGINT NOT NULL, 
	PRIMARY KEY (message_id)
);
CREATE TABLE rule_limit (
	rule TEXT NOT NULL, 
	most INTEGER NOT NULL, 
	PRIMARY KEY (rule)
)
 WITHOUT ROWID

;
CREATE TABLE run (
	id INTEGER NOT NULL, 
	mailbox_id INTEGER NOT NULL, 
	started_at BIGINT NOT NULL, 
	ended_at BIGINT, 
	code TEXT NOT NULL, 
	receipt TEXT NOT NULL, brought TEXT DEFAULT '' NOT NULL, line INTEGER, event_id INTEGER, 
	PRIMARY KEY (id), 
	FOREIGN KEY(mailbox_id) REFERENCES mailbox (id)
);
CREATE TABLE saved_view (
	id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	content TEXT NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE sealed_secret (
	name TEXT NOT NULL, 
	sealed BLOB NOT NULL, 
	PRIMARY KEY (name)
);
CREATE TABLE skipped (
	ledger_id INTEGER NOT NULL, 
	row_id INTEGER, 
	message_id TEXT NOT NULL, 
	sender TEXT NOT NULL, 
	sender_name TEXT NOT NULL, 
	recipients TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	kinds TEXT NOT NULL, 
	PRIMARY KEY (ledger_id), 
	FOREIGN KEY(ledger_id) REFERENCES ledger (id)
);
CREATE TABLE stretch (
	email_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	begins BIGINT NOT NULL, 
	length BIGINT NOT NULL, 
	certain BOOLEAN NOT NULL, 
	sign TEXT DEFAULT '' NOT NULL, 
	part TEXT NOT NULL, 
	size_bytes BIGINT NOT NULL, 
	state TEXT NOT NULL, 
	asked BOOLEAN NOT NULL, 
	file TEXT NOT NULL, 
	"key" BLOB NOT NULL, 
	arrived BIGINT NOT NULL, 
	stored BIGINT NOT NULL, 
	chunks INTEGER NOT NULL, 
	tries INTEGER NOT NULL, 
	retry_at BIGINT, 
	reason TEXT NOT NULL, 
	PRIMARY KEY (email_id, position), 
	FOREIGN KEY(email_id) REFERENCES email (id)
)
 WITHOUT ROWID

;
CREATE TABLE tag (
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE ("key")
);
CREATE INDEX ix_address_domain_core ON address_domain (core, suffix);
CREATE INDEX ix_address_domain_head ON address_domain (head, core);
CREATE INDEX ix_address_domain_tail ON address_domain (tail, core);
CREATE INDEX ix_audit_mailbox ON audit (mailbox_id, id);
CREATE INDEX ix_backfill_mailbox ON backfill (mailbox_id, id);
CREATE INDEX ix_customer_address_customer_id ON customer_address (customer_id);
CREATE INDEX ix_customer_address_domain ON customer_address (substr(address, instr(address, '@') + 1), customer_id);
CREATE INDEX ix_customer_address_head ON customer_address (substr(address, instr(address, '@') + 1) || '/' || substr(replace(replace(replace(substr(address, 1, min(instr(address || '@', '@'), instr(address || '+', '+')) - 1), '.', ''), '_', ''), '-', ''), 1, length(replace(replace(replace(substr(address, 1, min(instr(address || '@', '@'), instr(address || '+', '+')) - 1), '.', ''), '_', ''), '-', '')) / 2));
CREATE INDEX ix_customer_address_tail ON customer_address (substr(address, instr(address, '@') + 1) || '/' || substr(replace(replace(replace(substr(address, 1, min(instr(address || '@', '@'), instr(address || '+', '+')) - 1), '.', ''), '_', ''), '-', ''), length(replace(replace(replace(substr(address, 1, min(instr(address || '@', '@'), instr(address || '+', '+')) - 1), '.', ''), '_', ''), '-', '')) / 2 + 1));
CREATE INDEX ix_customer_apart_second ON customer_apart (second_id);
CREATE INDEX ix_customer_merge_kept_id ON customer_merge (kept_id);
CREATE INDEX ix_customer_merge_merged_id ON customer_merge (merged_id);
CREATE INDEX ix_customer_phones ON customer (phones) WHERE phones != '[]';
CREATE INDEX ix_customer_search ON customer (name_key, id, name, company);
CREATE INDEX ix_decision_email_id ON decision (email_id);
CREATE INDEX ix_decision_person ON decision (id, customer_id) WHERE decided_by = 'person';
CREATE INDEX ix_email_customer ON email (customer_id, received_at) WHERE customer_id IS NOT NULL;
CREATE INDEX ix_email_domain ON email (substr(from_address, instr(from_address, '@') + 1), customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX ix_email_facts_about ON email_facts (about) WHERE about != '';
CREATE INDEX ix_email_headers ON email (mailbox_id, received_at) WHERE whole = 0;
CREATE INDEX ix_email_list ON email (received_at, id, mailbox_id, status, code, needs_review, attachments, customer_id);
CREATE INDEX ix_email_mailbox ON email (mailbox_id, received_at);
CREATE INDEX ix_email_message_id ON email (message_id);
CREATE INDEX ix_email_open ON email (status, received_at, id, mailbox_id, code) WHERE status != 'synced';
CREATE INDEX ix_email_provider ON email (provider_id, mailbox_id) WHERE provider_id != '';
CREATE INDEX ix_email_review ON email (received_at) WHERE needs_review = 1;
CREATE INDEX ix_email_sender ON email (from_address, received_at DESC, from_name);
CREATE INDEX ix_email_tag_email ON email_tag (email_id);
CREATE INDEX ix_email_waiting ON email (substr(from_address, instr(from_address, '@') + 1), from_address) WHERE needs_review = 1;
CREATE INDEX ix_event_at ON event (at);
CREATE INDEX ix_event_line ON event (line);
CREATE INDEX ix_event_mailbox ON event (mailbox_id, at);
CREATE INDEX ix_event_run ON event (run_id) WHERE run_id IS NOT NULL;
CREATE INDEX ix_folded_text_folded ON folded_text (folded);
CREATE INDEX ix_journal_state ON journal (state);
CREATE INDEX ix_ledger_backfill ON ledger (backfill_id) WHERE backfill_id IS NOT NULL;
CREATE INDEX ix_ledger_email_id ON ledger (email_id);
CREATE INDEX ix_ledger_flagless ON ledger (folder_id, epoch) WHERE flags IS NULL AND email_id IS NOT NULL AND gone_at IS NULL;
CREATE INDEX ix_ledger_unkept ON ledger (code) WHERE email_id IS NULL;
CREATE INDEX ix_run_at ON run (coalesce(ended_at, started_at));
CREATE INDEX ix_run_line ON run (line);
CREATE INDEX ix_run_mailbox ON run (mailbox_id, ended_at);
CREATE INDEX ix_skipped_message ON skipped (message_id);
CREATE INDEX ix_skipped_row ON skipped (row_id);
CREATE INDEX ix_stretch_waiting ON stretch (email_id) WHERE state = 'waiting';
CREATE TABLE alembic_version ( version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num) );
INSERT INTO alembic_version VALUES ('0015');
INSERT INTO customer VALUES (1, 'Acme Parts', 'acme parts', 'Acme', 'Jo', '["vip"]', 1772366400000, '[]');
INSERT INTO customer_address VALUES ('ann@acme.example', 1, 0, 'import');
INSERT INTO mailbox VALUES (1, 'support@shop.example', 'imap', '127.0.0.1', 993, 'tls', 'support', NULL, NULL, NULL, NULL, 'inbound', '15m', 14, 1771156800000, 'active', 1772366400000, 'custom', 'support', 'Jo', 'it@shop.example', 'Shop Support', '', 26214400);
INSERT INTO mailbox_grant VALUES (1, 'custom', 'https://id.shop.example', '7f3a', 'support@shop.example', 'Support', 'openid email mail', 1772366400000, 1772366400000, 1772370000000, NULL, 1);
INSERT INTO mailbox_review VALUES (1, 1772366400000, 1780142400000, 'time');
INSERT INTO folder VALUES (1, 1, 'INBOX', 1, '17', 3, 2, NULL, 1772366400000, NULL, 0, NULL);
INSERT INTO freshness VALUES (1, 1772366400000, 2, 1772366400000, 1772366400000, NULL, NULL, 0);
INSERT INTO health VALUES (1, 'attention', 'SERVER_UNREACHABLE', 'The server cannot be reached. Nothing is lost.', 'It is tried again by itself.', 1, 1772366400000, 1772366402000, 1772366400000, 1772366100000, '[{"dimension": "errors", "state": "attention", "code": "SERVER_UNREACHABLE", "what": "The server cannot be reached.", "meaning": "Nothing is lost.", "action": "It is tried again by itself.", "since": 1772366400000}]', '{"kind": "passing", "code": "SERVER_UNREACHABLE", "what": "The server cannot be reached.", "meaning": "Nothing is lost.", "action": ""}', NULL, '', 'The server does not tell of new mail by itself (it has no IDLE).');
INSERT INTO cursor_range VALUES (1, '17', 1, 2);
INSERT INTO email VALUES (1, 'id-a', '', 1, '<a@acme.example>', 'ann@acme.example', 'Ann', 'support@shop.example', 'Order a', 1772366400000, 1772366400000, 'inbound', 100, 1, 0, 'body', 'synced', 'SYNCED', 'exact', 1, 100, 'person', 0, 1, 1772366400000);
INSERT INTO email_body VALUES (1, '{}', x'28b52ffd2004210000626f6479', x'28b52ffd2003190000726177');
INSERT INTO email_fts (rowid, subject, people, body) VALUES (1, 'order a', 'ann@acme.example', 'body');
INSERT INTO ledger VALUES (1, 1, '17', '1', 'SYNCED', 'exact', 1, 1772366400000, 0, 1772366400000, NULL, NULL, NULL);
INSERT INTO ledger VALUES (2, 1, '17', '2', 'OWN_LOOP', 'ours', NULL, 1772366400000, 0, 1772366400000, NULL, NULL, NULL);
INSERT INTO decision VALUES (1, 1, 'SYNCED', 'exact', 1, 100, 'person', 1772366400000);
INSERT INTO outbox VALUES (1, 1, 'email_filed', 'in_app', 'planned', 1772366400000);
INSERT INTO event VALUES (1, 1772366400000, 'info', 1, 'SYNCED', '1 new email', '', '', NULL, 1);
INSERT INTO backfill VALUES (1, 1, 30, 1769860800000, 1771156800000, 1769860800000, 'done', 0, '', '', 0, 0, 0, 0, 0, 0, 0, 0, 1772366400000, 1772366400000, '{}');
INSERT INTO backfill_before VALUES (1, 1, '17', 1772366400000, 'too old', '[]');
INSERT INTO address_domain VALUES ('acme.example', 'acme', 'example', 'example/ac', 'example/me');
