"""The journal for people: written to a file, and checked from one. What `main.py journal` does."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from config.settings import Settings
from config.start_error import StartError
from kiosk.machines.key_custody import key_place, own_key
from offline_cache import database
from offline_cache.errors import StoreError
from offline_cache.journal import Journal
from offline_cache.journal_file import Verdict, export, verify_file
from offline_cache.moments import stamp, utc_now
from offline_cache.terminal_key import TerminalKeyError


class JournalDeskError(StartError):
    """One line for whoever asked."""


def write_journal(given: Settings, file: Path) -> str:
    """One line about what was written. The terminal may be running meanwhile.

    Raises:
        JournalDeskError: there is no journal, or no room for the file, or the file is there.
    """
    try:
        key = own_key(key_place(given.state))
        with closing(database.connect(given.state / "store.db")) as store:
            journal = Journal(store)
            journal.sign(key)
            store.execute("BEGIN")  # one picture of the journal, while the terminal goes on
            with file.open("x", encoding="ascii") as out:
                for line in export(journal, key, given.terminal.id, stamp(utc_now())):
                    out.write(f"{line}\n")
                lines = journal.head().seq
    except (StoreError, TerminalKeyError) as fault:
        raise JournalDeskError(f"the journal cannot be read: {fault}") from None
    except OSError as fault:
        raise JournalDeskError(f"{file}: {fault.strerror}") from None
    return f"{file}: {lines} lines; the key of this terminal is {key.public.hex()}"


def verdict_line(file: Path, key: str | None) -> tuple[bool, str]:
    """Whether the file is whole, and one line about it. `key`: 64 hex digits.

    Raises:
        JournalDeskError: the file cannot be read, or the key is none.
    """
    try:
        public = None if key is None else bytes.fromhex(key)
    except ValueError:
        raise JournalDeskError("--key: 64 hexadecimal digits are expected") from None
    try:
        verdict = verify_file(file, public)
    except OSError as fault:
        raise JournalDeskError(f"{file}: {fault.strerror}") from None
    return verdict.wrong_at is None, f"{file}: {_said(verdict, believed=public is None)}"


def _said(verdict: Verdict, *, believed: bool) -> str:
    if verdict.wrong_at == 0:
        return f"the statement at the top does not hold: {verdict.why}"
    if verdict.wrong_at is not None:
        return f"line {verdict.wrong_at} of the journal does not fit: {verdict.why}"
    whole = (
        f"whole: {verdict.lines} lines of terminal {verdict.terminal} until {verdict.at},"
        f" {verdict.heads} signed heads"
    )
    if believed:
        return f"{whole}; by the file's own key {verdict.key.hex()}: compare it, or give --key"
    return whole
