"""The tables of the store, one entry a schema version.

A version only ever adds (a table, an index, a column with a default): after a failed update the
release before works with the same file. What cannot be had by adding takes another APPLICATION_ID.
"""

from __future__ import annotations

APPLICATION_ID = 0x564B4933  # "VKI3"; written in the header of the file, bytes 68-71

# The log takes whole pages, and of most of them a submission changes a few bytes: with pages
# of 2 kB it is 12 kB longer for a body of that length, with those of 4 kB 22.
PAGE_BYTES = 2048

# `body` is the last, so that nobody reads it for what stands before it. Where a change
# leaves a row as long as it was, SQLite writes the page that differs and not the body once more.
_SUBMISSIONS = """CREATE TABLE submissions (   -- every receipt number given and still known
    seq             INTEGER PRIMARY KEY,    -- the order of keeping; no clock in it
    number          TEXT NOT NULL,          -- see receipt_number.py
    drawn           INTEGER NOT NULL UNIQUE,    -- its seven digits, drawn from the key
    draw            INTEGER NOT NULL,       -- 1 unless what was drawn before was another's
    key             TEXT NOT NULL,          -- UUID, made once, when the resident confirms
    kept_at         TEXT NOT NULL,          -- see moments.py
    acknowledged_at TEXT,
    outcome         TEXT,                   -- a word of submission.Outcome
    kind            TEXT NOT NULL,
    item            TEXT NOT NULL,          -- the service, by its name in the catalogue
    key_id          TEXT NOT NULL,          -- '' where the body is not sealed
    suite           TEXT NOT NULL,
    case_id         TEXT NOT NULL,          -- what shares it goes in order; '' stands alone
    digest          TEXT NOT NULL,          -- of the manifest; '' where there is none
    state           TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'poison')),
    announced       INTEGER NOT NULL DEFAULT 0, -- 1: the platform has the body, not all materials
    due_at          TEXT NOT NULL,          -- not to be tried before
    tries           INTEGER NOT NULL DEFAULT 0,
    last_problem    TEXT,                   -- a word of submission.Problem
    file            TEXT,                   -- of its materials; see material_files.py
    bytes           INTEGER NOT NULL,       -- of the body and the file
    line            INTEGER,                -- the row is this line of the journal, "kept";
    hash            BLOB,                   -- NULL: that line is in the journal's own table
    body            BLOB                    -- NULL once it was acknowledged
) STRICT"""

_BY_KEY = "CREATE INDEX submissions_drawn_again ON submissions (key) WHERE draw > 1"
# All that is asked of a long line is in it (and that it is here), so that no row of it is read.
_IN_LINE = (
    "CREATE INDEX submissions_in_line ON submissions"
    " (state, announced, seq, due_at, case_id, bytes, acknowledged_at)"
    " WHERE acknowledged_at IS NULL"
)
_BY_CASE = (
    "CREATE INDEX submissions_by_case ON submissions (case_id, seq, state, acknowledged_at)"
    " WHERE acknowledged_at IS NULL AND case_id <> ''"
)

_JOURNAL = """CREATE TABLE journal (        -- append only, and not all of it; see journal_lines
    seq     INTEGER PRIMARY KEY,
    at      TEXT NOT NULL,
    event   TEXT NOT NULL,
    number  TEXT,
    word    TEXT,
    device  TEXT,
    count   INTEGER,
    took_ms INTEGER,
    hash    BLOB NOT NULL
) STRICT"""

# A submission is its own line, until its number is forgotten: one page less for each.
_LINES = """CREATE VIEW journal_lines AS
    SELECT seq, at, event, number, word, device, count, took_ms, hash FROM journal
    UNION ALL
    SELECT line, kept_at, 'kept', number, NULL, NULL, NULL, NULL, hash FROM submissions
        WHERE line IS NOT NULL"""

# Selected from the journal's own table: its last line, and the last that is a submission. One row,
# NULL where there is none. A join of the two takes twice as long.
_LAST = "FROM submissions ORDER BY seq DESC LIMIT 1"
LAST_HASHES = f"max(seq), hash, (SELECT line {_LAST}), (SELECT hash {_LAST})"
LAST_MOMENTS = f"max(seq), at, (SELECT line {_LAST}), (SELECT kept_at {_LAST})"

_HEADS = """CREATE TABLE journal_heads (  -- lines of the journal that the terminal has signed
    seq       INTEGER NOT NULL,
    hash      BLOB NOT NULL,
    at        TEXT NOT NULL,
    key       BLOB NOT NULL,            -- the public one, 32 bytes
    signature BLOB NOT NULL,
    PRIMARY KEY (seq, key)
) STRICT"""

_UPLOADS = """CREATE TABLE uploads (        -- how far each material is
    seq      INTEGER NOT NULL REFERENCES submissions (seq) ON DELETE CASCADE,
    material INTEGER NOT NULL,
    chunks   INTEGER NOT NULL,
    next     INTEGER NOT NULL DEFAULT 0,        -- the first that the platform has not confirmed
    PRIMARY KEY (seq, material)
) STRICT"""

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
    (_SUBMISSIONS, _BY_KEY, _IN_LINE, _BY_CASE, _JOURNAL, _LINES, _HEADS, _UPLOADS, _LAST_KNOWN),
)
