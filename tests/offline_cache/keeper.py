"""A terminal that keeps submissions until it is killed: `python keeper.py <store>`.

Prints "<key> <number>" once a submission is kept. Every fifth is kept twice, every third delivered.
"""

from __future__ import annotations

import sys
from pathlib import Path

from offline_cache.submission import Outcome
from tests.offline_cache.helpers import a_submission, an_outbox

if __name__ == "__main__":
    outbox = an_outbox(Path(sys.argv[1]))
    turn = 0
    while True:
        turn += 1
        submission = a_submission(b"sealed" * (turn % 7 * 300 + 1))
        kept = outbox.keep(submission)
        print(submission.key, kept.number, flush=True)
        if turn % 5 == 0:
            outbox.keep(submission)
        if turn % 3 == 0:
            outbox.acknowledge(submission.key, Outcome.ACCEPTED)
