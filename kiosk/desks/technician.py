"""What a technician does at the terminal with `main.py`: one function a command.

Each answers what the program ends with, None for 0, and prints what is worth knowing.
"""

from __future__ import annotations

import argparse
import time

from config import settings, texts
from config.catalogue_pack import open_pack
from config.catalogue_signature import open_signed_pack
from config.guides import load_guides
from config.start_error import StartError
from devices.base import DeviceError
from devices.discovery import discover
from devices.nodes import pattern_of
from kiosk.desks.courier_desk import carry
from kiosk.desks.device_lines import settings_lines
from kiosk.desks.doctor import rounds
from kiosk.desks.field_recording import RECORDERS
from kiosk.desks.findings import Level
from kiosk.desks.journal_desk import verdict_line, write_journal
from kiosk.desks.outbox_desk import listed, put_back
from kiosk.machines.key_custody import key_place, own_key
from kiosk.platform.drivers import open_reader
from kiosk.platform.platform_set_up import platform_of, publisher_of, sealer_of
from kiosk.works.staff import entry_for
from offline_cache.terminal_key import TerminalKeyError

# What is to be done at the terminal while a device is recorded.
_FIRST = {
    "idcard_reader": "Lay the card on the reader.",
    "receipt_printer": "A test slip is printed.",
    "social_card": "Put the card into the reader.",
    "code_reader": "Hold a code before the reader.",
}
_LAID = ("idcard_reader", "social_card")  # before the recording begins


def check(arguments: argparse.Namespace) -> None:
    """Reads settings, catalogue, texts and keys as the terminal would, and starts nothing."""
    given = settings.load(arguments.config)
    if given.catalogue_key is None:
        items = open_pack(given.catalogue)
    else:
        items = open_signed_pack(given.catalogue, bytes.fromhex(given.catalogue_key))
    load_guides()
    for language in texts.LANGUAGES:
        texts.load(language)
    sealer_of(given)
    publisher_of(given)
    platform_of(given, lambda _: None)
    print(f"{arguments.config}: in order; {len(items.codes())} items")


def devices(arguments: argparse.Namespace) -> None:
    """Looks what is plugged in, asks what it is, and prints lines for the settings."""
    bound: dict[str, str] = {}
    if arguments.config.exists():
        given = settings.load(arguments.config)
        bound = {
            given.idcard_reader.port: "idcard_reader",
            pattern_of(given.receipt_printer.link): "receipt_printer",
        }
    for line in settings_lines(discover(bound=bound)):
        print(line)


def record(arguments: argparse.Namespace) -> None:
    """Records what goes over a device's cable, with nobody in it, as a file."""
    given = settings.load(arguments.config)
    print(_FIRST[arguments.device], flush=True)
    if arguments.device in _LAID:
        input("Then press Enter. ")
    try:
        RECORDERS[arguments.device](given, arguments.file)
    except DeviceError as fault:
        print(f"the fault was recorded: {fault}")
    except OSError as fault:
        raise StartError(f"{arguments.file}: {fault.strerror}") from None
    print(f"{arguments.file}: send this file in; it names nobody (docs/recording.md)")


def staff_card(arguments: argparse.Namespace) -> None:
    """Waits for a card on the configured reader and prints its line for the settings."""
    given = settings.load(arguments.config)
    print("Lay the own ID card of who is to be registered on the reader.", flush=True)
    try:
        with open_reader(given)() as reader:
            while (card := reader.read()) is None:
                time.sleep(reader.poll_gap_s)
    except DeviceError as fault:
        raise StartError(str(fault)) from None
    role = "helpers" if arguments.helper else "staff"
    print(f'{role} = [{{ id = "S01", card = "{entry_for(card.number)}" }}]')


def doctor(arguments: argparse.Namespace) -> int:
    """Reads the installation as a technician would, and prints a line a finding."""
    wrong = False
    for finding in rounds(settings.load(arguments.config)):
        print(finding, flush=True)
        wrong = wrong or finding.level is Level.WRONG
    return 1 if wrong else 0


def enrol(arguments: argparse.Namespace) -> None:
    """Prints what the platform has to know of this terminal; makes its key if there is none."""
    given = settings.load(arguments.config)
    try:
        key = own_key(key_place(given.state))
    except TerminalKeyError as fault:
        raise StartError(str(fault)) from None
    print(f"terminal {given.terminal.id}: its public key (Ed25519) is {key.public.hex()}")


def journal(arguments: argparse.Namespace) -> int:
    """Writes the journal to a file, or checks such a file, with the terminal's public key."""
    if arguments.what == "export":
        print(write_journal(settings.load(arguments.config), arguments.file))
        return 0
    whole, line = verdict_line(arguments.file, arguments.key)
    print(line)
    return 0 if whole else 1


def outbox(arguments: argparse.Namespace) -> None:
    """Lists what was set aside, with the reason, or puts one back into the line."""
    given = settings.load(arguments.config)
    if arguments.what == "list":
        print(*listed(given), sep="\n")
    elif arguments.number is None:
        raise StartError("put-back wants the number of the receipt")
    else:
        print(put_back(given, arguments.number))


def courier(arguments: argparse.Namespace) -> None:
    """Writes what waits to a directory (a stick), for somebody to carry to the platform."""
    print(carry(settings.load(arguments.config), arguments.directory))
