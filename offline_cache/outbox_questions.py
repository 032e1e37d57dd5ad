"""What the outbox asks of its table. The order of going is here, and what waits for what.

`?1` and `?2`, where a row is looked for by its key: the digits first drawn from that, and itself.
"""

from __future__ import annotations

from typing import Final

from offline_cache.schema import LAST_HASHES

_HERE: Final = "acknowledged_at IS NULL"
_WAITING: Final = f"{_HERE} AND state = 'waiting'"

_EARLIER: Final = (
    "EXISTS (SELECT 1 FROM submissions AS earlier"
    " WHERE earlier.acknowledged_at IS NULL AND earlier.case_id <> ''"
    " AND earlier.case_id = line.case_id AND earlier.seq < line.seq"
)
_FREE: Final = f"(case_id = '' OR NOT {_EARLIER}))"  # no earlier one of its case is still here
_HELD: Final = f"{_EARLIER} AND earlier.state = 'poison')"  # one of them does not go by itself

# Whose number is not the first that was drawn from the key, and whose is.
_SEQ: Final = (
    "(SELECT seq FROM submissions WHERE drawn = ?1 AND key = ?2"
    " UNION ALL SELECT seq FROM submissions WHERE draw > 1 AND key = ?2)"
)
BY_KEY: Final = f"seq = {_SEQ}"
# Of what is still here; the length is that of its file.
STILL_HERE: Final = (
    "SELECT seq, number, file, bytes - length(body) FROM submissions"  # noqa: S608
    f" WHERE {BY_KEY} AND {_HERE}"
)
KEY_OF: Final = "SELECT key FROM submissions WHERE drawn = ? AND number = ?"
HEAD_AND_OWNERS: Final = (
    f"SELECT {LAST_HASHES}, (SELECT key FROM submissions WHERE drawn = ?1),"  # noqa: S608
    " (SELECT key FROM submissions WHERE draw > 1 AND key = ?2) FROM journal"
)
GIVEN: Final = f"SELECT number, digest FROM submissions WHERE {BY_KEY}"  # noqa: S608

# What waits for more than its text has its rows in uploads.
FILES: Final = "SELECT file FROM submissions WHERE seq IN (SELECT seq FROM uploads)"

KEEP: Final = (
    "INSERT INTO submissions (number, drawn, draw, key, kept_at, kind, item, key_id, suite,"
    " case_id, digest, due_at, file, bytes, line, hash, body)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?5, ?12, ?13, ?14, ?15, ?16)"
)
ACKNOWLEDGE: Final = (
    "UPDATE submissions SET acknowledged_at = ?3, outcome = ?4, body = NULL"  # noqa: S608
    f" WHERE {BY_KEY} AND {_HERE} RETURNING seq, number, state, bytes, file"
)
ADVANCE: Final = (
    "UPDATE submissions SET announced = 1, tries = 0, due_at = ?3, last_problem = NULL"  # noqa: S608
    f" WHERE {BY_KEY} AND {_HERE} AND NOT (announced AND tries = 0 AND last_problem IS NULL)"
)
PUT_OFF: Final = (
    "UPDATE submissions SET due_at = ?3, tries = tries + 1, last_problem = ?4,"  # noqa: S608
    f" announced = announced AND NOT ?5 WHERE {BY_KEY} AND {_HERE}"
)
HURRY: Final = f"UPDATE submissions SET due_at = ?1 WHERE {_WAITING} AND due_at > ?1"  # noqa: S608
SET_ASIDE: Final = (
    "UPDATE submissions SET state = 'poison', last_problem = ?3"  # noqa: S608
    f" WHERE {BY_KEY} AND {_HERE} RETURNING number"
)
PUT_BACK: Final = (
    "UPDATE submissions SET state = 'waiting', due_at = ?3, tries = 0, announced = 0"  # noqa: S608
    f" WHERE drawn = ?1 AND number = ?2 AND {_HERE} AND state = 'poison'"
)

_QUEUED: Final = (
    "SELECT seq, key, kind, item, body, key_id, suite, case_id, digest, number, kept_at, tries,"
    " announced, file FROM submissions AS line"
)
# The time now, and the farthest that a sound clock may have written. Text goes before pictures.
NEXT: Final = (
    f"{_QUEUED} WHERE {_WAITING} AND (due_at <= ? OR due_at > ?) AND {_FREE}"
    " ORDER BY announced, seq LIMIT 1"
)
WAITING: Final = f"SELECT seq FROM submissions WHERE {_WAITING} ORDER BY seq"  # noqa: S608
CARRIED: Final = f"{_QUEUED} WHERE {_WAITING} AND seq = ?"
NEXT_DUE: Final = f"SELECT min(due_at) FROM submissions AS line WHERE {_WAITING} AND {_FREE}"  # noqa: S608

LOAD: Final = (
    "SELECT coalesce(sum(state = 'waiting'), 0), coalesce(sum(state = 'poison'), 0),"  # noqa: S608
    f" coalesce(sum(bytes), 0) FROM submissions WHERE {_HERE}"
)
STANDING: Final = (
    "SELECT CASE WHEN acknowledged_at IS NOT NULL THEN 'delivered'"  # noqa: S608
    f" WHEN state = 'waiting' AND {_HELD} THEN 'held' ELSE state END,"
    " kept_at, acknowledged_at, outcome FROM submissions AS line WHERE drawn = ? AND number = ?"
)
_WAITING_HELD: Final = (
    "SELECT count(*) FROM submissions AS line"  # noqa: S608
    f" WHERE {_WAITING} AND case_id <> '' AND {_HELD}"
)
HELD: Final = _WAITING_HELD
# Of a long line, only what belongs to a case is looked at one by one.
POSITION: Final = (
    "SELECT (SELECT count(*) FROM submissions"  # noqa: S608
    f"  WHERE {_WAITING} AND announced IN (0, 1) AND seq <= own.seq)"
    f" - ({_WAITING_HELD} AND line.seq <= own.seq)"
    f" FROM submissions AS own WHERE {BY_KEY} AND {_WAITING}"
    f" AND NOT EXISTS ({_WAITING_HELD.replace('count(*)', '1')} AND line.seq = own.seq)"
)
POISON: Final = (
    "SELECT number, kind, item, last_problem, kept_at,"  # noqa: S608
    " (SELECT count(*) FROM submissions AS later WHERE later.acknowledged_at IS NULL"
    "  AND later.case_id <> '' AND later.case_id = line.case_id AND later.seq > line.seq"
    "  AND later.state = 'waiting')"
    f" FROM submissions AS line WHERE {_HERE} AND state = 'poison' ORDER BY seq"
)
