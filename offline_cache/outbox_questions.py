"""What the outbox asks of its tables. The order of going is here, and what waits for what."""

from __future__ import annotations

from typing import Final

_EARLIER: Final = (
    "EXISTS (SELECT 1 FROM outbox AS earlier WHERE earlier.case_id <> ''"
    " AND earlier.case_id = outbox.case_id AND earlier.seq < outbox.seq"
)
_FREE: Final = f"(case_id = '' OR NOT {_EARLIER}))"  # no earlier one of its case is still here
_HELD: Final = f"{_EARLIER} AND earlier.state = 'poison')"  # one of them does not go by itself

# The time now, and the farthest that a sound clock may have written.
_DUE: Final = "state = 'waiting' AND (due_at <= ? OR due_at > ?)"
_NEXT: Final = (
    "SELECT seq, key, kind, item, body, key_id, suite, case_id, digest, number, kept_at, tries,"
    " announced, EXISTS (SELECT 1 FROM uploads WHERE uploads.seq = outbox.seq)"
    " FROM outbox JOIN numbers USING (seq) JOIN bodies USING (seq)"
)
NEXT_BODY: Final = f"{_NEXT} WHERE announced = 0 AND {_DUE} AND {_FREE} ORDER BY seq LIMIT 1"
NEXT_CHUNK: Final = f"{_NEXT} WHERE announced = 1 AND {_DUE} AND {_FREE} ORDER BY seq LIMIT 1"
WAITING: Final = "SELECT seq FROM outbox WHERE state = 'waiting' ORDER BY seq"
CARRIED: Final = f"{_NEXT} WHERE state = 'waiting' AND seq = ?"
NEXT_DUE: Final = f"SELECT min(due_at) FROM outbox WHERE state = 'waiting' AND {_FREE}"  # noqa: S608

STANDING: Final = (
    "SELECT CASE WHEN state IS NULL THEN 'delivered'"  # noqa: S608
    f" WHEN state = 'waiting' AND {_HELD} THEN 'held' ELSE state END,"
    " kept_at, acknowledged_at, outcome"
    " FROM numbers LEFT JOIN outbox USING (seq) WHERE number = ?"
)
HELD: Final = (
    "SELECT count(*) FROM outbox WHERE state = 'waiting' AND case_id <> ''"  # noqa: S608
    f" AND {_HELD}"
)
POSITION: Final = (
    "SELECT count(*) FROM outbox WHERE state = 'waiting' AND seq <="  # noqa: S608
    " (SELECT seq FROM numbers JOIN outbox USING (seq)"
    f"  WHERE key = ? AND state = 'waiting' AND NOT {_HELD}) AND NOT {_HELD}"
)
POISON: Final = (
    "SELECT number, kind, item, last_problem, kept_at,"
    " (SELECT count(*) FROM outbox AS later WHERE later.case_id <> ''"
    "  AND later.case_id = outbox.case_id AND later.seq > outbox.seq AND later.state = 'waiting')"
    " FROM outbox JOIN numbers USING (seq) WHERE state = 'poison' ORDER BY seq"
)
