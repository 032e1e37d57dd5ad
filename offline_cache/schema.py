"""The tables of the store, one entry a schema version.

A version only ever adds (a table, an index, a column with a default): after a failed update the
release before works with the same file. What cannot be had by adding takes another APPLICATION_ID.
"""

from __future__ import annotations

APPLICATION_ID = 0x564B4931  # "VKI1"; written in the header of the file, bytes 68-71

_NUMBERS = """CREATE TABLE numbers (        -- every receipt number given and still known
    seq             INTEGER PRIMARY KEY,    -- the order of keeping; no clock in it
    number          TEXT NOT NULL UNIQUE,   -- see receipt_number.py
    key             TEXT NOT NULL UNIQUE,   -- UUID, made once, when the resident confirms
    kept_at         TEXT NOT NULL,          -- see moments.py
    acknowledged_at TEXT,
    outcome         TEXT                    -- a word of outbox.Outcome
) STRICT"""

_OUTBOX = """CREATE TABLE outbox (          -- what the platform has not acknowledged
    seq          INTEGER PRIMARY KEY REFERENCES numbers (seq),
    kind         TEXT NOT NULL,
    item         TEXT NOT NULL,             -- the service, by its name in the catalogue
    key_id       TEXT NOT NULL,             -- '' where the body is not sealed
    suite        TEXT NOT NULL,
    due_at       TEXT NOT NULL,             -- not to be tried before
    tries        INTEGER NOT NULL DEFAULT 0,
    last_problem TEXT,                      -- a word of outbox.Problem
    state        TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'poison'))
) STRICT"""

# Apart from its row, so that putting a submission off does not write its pictures once more.
_BODIES = """CREATE TABLE bodies (
    seq  INTEGER PRIMARY KEY REFERENCES outbox (seq) ON DELETE CASCADE,
    body BLOB NOT NULL
) STRICT"""

_JOURNAL = """CREATE TABLE journal (        -- append only; see journal.py
    seq    INTEGER PRIMARY KEY,
    at     TEXT NOT NULL,
    event  TEXT NOT NULL,
    number TEXT,
    word   TEXT,
    hash   BLOB NOT NULL
) STRICT"""

_FACTS = (
    "ALTER TABLE journal ADD COLUMN device TEXT",
    "ALTER TABLE journal ADD COLUMN count INTEGER",
    "ALTER TABLE journal ADD COLUMN took_ms INTEGER",
)

_HEADS = """CREATE TABLE journal_heads (  -- lines of the journal that the terminal has signed
    seq       INTEGER NOT NULL,
    hash      BLOB NOT NULL,
    at        TEXT NOT NULL,
    key       BLOB NOT NULL,            -- the public one, 32 bytes
    signature BLOB NOT NULL,
    PRIMARY KEY (seq, key)
) STRICT"""

_CASES = (
    # The digest of the manifest, as the receipt bears it; '' where there is no manifest.
    "ALTER TABLE numbers ADD COLUMN digest TEXT NOT NULL DEFAULT ''",
    # What belongs together goes in the order of keeping; '' stands alone.
    "ALTER TABLE outbox ADD COLUMN case_id TEXT NOT NULL DEFAULT ''",
    # 1: the platform has the body and waits for the rest of the materials.
    "ALTER TABLE outbox ADD COLUMN announced INTEGER NOT NULL DEFAULT 0",
    # Of the body and all chunks; a release without this column does not count its own.
    "ALTER TABLE outbox ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0",
    "UPDATE outbox SET bytes = coalesce("
    "(SELECT length(body) FROM bodies WHERE bodies.seq = outbox.seq), 0)",
    "CREATE INDEX outbox_by_case ON outbox (case_id, seq) WHERE case_id <> ''",
    "CREATE INDEX outbox_announced ON outbox (seq) WHERE announced = 1",
)

_UPLOADS = """CREATE TABLE uploads (        -- how far each material is
    seq      INTEGER NOT NULL REFERENCES outbox (seq) ON DELETE CASCADE,
    material INTEGER NOT NULL,
    chunks   INTEGER NOT NULL,
    next     INTEGER NOT NULL DEFAULT 0,        -- the first that the platform has not confirmed
    PRIMARY KEY (seq, material)
) STRICT"""

# Of releases that kept materials in the store; what they left is still sent from here.
_CHUNKS = """CREATE TABLE chunks (
    seq      INTEGER NOT NULL REFERENCES outbox (seq) ON DELETE CASCADE,
    material INTEGER NOT NULL,
    chunk    INTEGER NOT NULL,
    box      BLOB NOT NULL,                     -- see materials.py
    PRIMARY KEY (seq, material, chunk)
) STRICT"""

_MATERIAL_FILES = """CREATE TABLE material_files (     -- see material_files.py
    seq   INTEGER PRIMARY KEY REFERENCES outbox (seq) ON DELETE CASCADE,
    name  TEXT NOT NULL,
    bytes INTEGER NOT NULL              -- its length
) STRICT"""

# One row, so that nobody counts a long line; kept by triggers, which every release obeys.
_LOAD = """CREATE TABLE load (
    waiting INTEGER NOT NULL,
    poison  INTEGER NOT NULL,
    bytes   INTEGER NOT NULL
) STRICT"""

_COUNTED = (
    "INSERT INTO load SELECT coalesce(sum(state = 'waiting'), 0),"
    " coalesce(sum(state = 'poison'), 0), coalesce(sum(bytes), 0) FROM outbox",
    "CREATE TRIGGER load_more AFTER INSERT ON outbox BEGIN UPDATE load SET"
    " waiting = waiting + (new.state = 'waiting'), poison = poison + (new.state = 'poison'),"
    " bytes = bytes + new.bytes; END",
    "CREATE TRIGGER load_less AFTER DELETE ON outbox BEGIN UPDATE load SET"
    " waiting = waiting - (old.state = 'waiting'), poison = poison - (old.state = 'poison'),"
    " bytes = bytes - old.bytes; END",
    "CREATE TRIGGER load_moved AFTER UPDATE OF state ON outbox BEGIN UPDATE load SET"
    " waiting = waiting + (new.state = 'waiting') - (old.state = 'waiting'),"
    " poison = poison + (new.state = 'poison') - (old.state = 'poison'); END",
)

_LAST_KNOWN = """CREATE TABLE last_known (  -- see last_known.py; the newest has the highest rowid
    number TEXT PRIMARY KEY,    -- of the receipt: it names a case, not a person
    told   TEXT NOT NULL,       -- JSON
    at     TEXT NOT NULL
) STRICT"""

# Made by whoever opens it first (print_ledger.py).
PRINT_LEDGER = """CREATE TABLE IF NOT EXISTS print_ledger (
    number TEXT PRIMARY KEY,    -- of the receipt: it names an event, not a person
    state  TEXT NOT NULL CHECK (state IN ('begun', 'unsure', 'printed'))
) STRICT"""

# Made by whoever opens it first (drafts.py).
DRAFTS = """CREATE TABLE IF NOT EXISTS drafts (
    tag     BLOB PRIMARY KEY,   -- derived from document, code and terminal; names nobody
    kept_at TEXT NOT NULL,
    days    INTEGER NOT NULL,
    box     BLOB NOT NULL       -- nonce and AES-256-GCM
) STRICT"""

# Which drafts are of one document, so that its holder is told of them; goes with the draft.
DRAFT_OWNERS = """CREATE TABLE IF NOT EXISTS draft_owners (
    tag   BLOB PRIMARY KEY REFERENCES drafts (tag) ON DELETE CASCADE,
    owner BLOB NOT NULL     -- derived from document and terminal; names nobody
) STRICT"""

# Of drafts whose days are over, so that whoever comes too late is told that and nothing else.
PAST_DRAFTS = """CREATE TABLE IF NOT EXISTS past_drafts (
    tag   BLOB PRIMARY KEY,
    until TEXT NOT NULL
) STRICT"""

# Made by whoever opens it first (payment_orders.py).
PAYMENT_ORDERS = """CREATE TABLE IF NOT EXISTS payment_orders (
    key        TEXT PRIMARY KEY,    -- UUID, made when the resident wants to pay
    item       TEXT NOT NULL,
    submission TEXT NOT NULL,       -- the key of what is paid for; it names no person
    amount_fen INTEGER NOT NULL,
    number     TEXT NOT NULL,       -- of the platform's order; '' until it is known
    run        TEXT NOT NULL,       -- of the program
    visit      INTEGER NOT NULL,    -- in that run
    given_up   INTEGER NOT NULL CHECK (given_up IN (0, 1))
) STRICT"""

VERSIONS: tuple[tuple[str, ...], ...] = (
    (_NUMBERS, _OUTBOX, _BODIES, _JOURNAL),
    (*_FACTS, _HEADS),
    (*_CASES, _UPLOADS, _CHUNKS, _LOAD, *_COUNTED),
    (_MATERIAL_FILES, _LAST_KNOWN),
)
