"""SM2 at both ends: against the example of the standard, and each against the other."""

from __future__ import annotations

import secrets
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from offline_cache import sm2 as ours
from offline_cache.sm2 import Sm2, Sm2Error
from sandbox.platform import sm2 as theirs

# GB/T 32918.5-2017, Annex C: the key pair, the random number and the ciphertext C1 ‖ C3 ‖ C2.
PRIVATE = 0x3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8
PUBLIC = bytes.fromhex(
    "0409F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
RANDOM = 0x59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21
PLAIN = b"encryption standard"
SEALED = bytes.fromhex(
    "0404EBFC718E8D1798620432268E77FEB6415E2EDE0E073C0F4F640ECD2E149A73"
    "E858F9D81E5430A57B36DAAB8F950A3C64E6EE6A63094D99283AFF767E124DF0"
    "59983C18F809E262923C53AEC295D30383B54E39D609D160AFCB1908D0BD8766"
    "21886CA989CA9C7D58087307CA93092D651EFA"
)


@pytest.fixture(scope="module")
def sm2():
    return Sm2()


def test_the_far_end_opens_the_example_of_the_standard():
    assert theirs.public_of(PRIVATE) == PUBLIC
    assert theirs.public_of(RANDOM) == SEALED[:65]
    assert theirs.decrypt(SEALED, PRIVATE) == PLAIN


def test_what_is_sealed_here_has_the_form_of_the_example_and_is_opened_there(sm2):
    sealed = sm2.encrypt(PLAIN, PUBLIC)
    assert len(sealed) == len(SEALED) == ours.OVERHEAD_BYTES + len(PLAIN)
    assert sealed != sm2.encrypt(PLAIN, PUBLIC)
    assert theirs.decrypt(sealed, PRIVATE) == PLAIN


def test_numbers_that_begin_with_zeros_keep_their_place(sm2):
    """One in 128 has a coordinate that ASN.1 writes shorter."""
    for _ in range(400):
        assert len(sm2.encrypt(b"\0" * 28, PUBLIC)) == 125


@pytest.mark.parametrize(
    "point",
    [b"", PUBLIC[:-1], b"\x02" + PUBLIC[1:], PUBLIC[:-1] + b"\0", b"\x04" + bytes(64), b"\0" * 65],
)
def test_what_is_no_point_of_the_curve_is_refused(sm2, point):
    with pytest.raises(Sm2Error):
        sm2.encrypt(PLAIN, point)
    assert theirs.decrypt(sm2.encrypt(PLAIN, PUBLIC), PRIVATE) == PLAIN


@pytest.mark.parametrize("plain", [b"", bytes(257)])
def test_only_what_a_key_may_be_is_sealed(sm2, plain):
    with pytest.raises(Sm2Error, match="bytes are expected"):
        sm2.encrypt(plain, PUBLIC)


def test_several_threads_seal_at_once(sm2):
    opened: list[bytes] = []

    def seal(number: int) -> None:
        for _ in range(10):
            opened.append(theirs.decrypt(sm2.encrypt(bytes([number]) * 28, PUBLIC), PRIVATE))

    threads = [threading.Thread(target=seal, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(opened) == sorted(bytes([number]) * 28 for number in range(4) for _ in range(10))


def test_a_changed_ciphertext_is_not_opened():
    for place in (0, 40, 70, 100):
        changed = bytearray(SEALED)
        changed[place] ^= 1
        with pytest.raises(theirs.NotSm2Error):
            theirs.decrypt(bytes(changed), PRIVATE)


def test_a_system_without_the_library_says_so():
    words = (
        "import sys\n"
        "from offline_cache import sm2\n"
        "sm2.LIBRARY = 'libcrypto-of-nobody.so.3'\n"
        "try:\n    sm2.Sm2()\nexcept sm2.Sm2Error as fault:\n    print(fault)\n"
    )
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert done.stdout == "libcrypto-of-nobody.so.3 is not there or lacks a function\n"


def test_memory_does_not_grow_with_what_is_sealed(sm2):
    """Each call gives back the key and the context it made."""

    def resident_kb() -> int:
        return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * 4

    for _ in range(500):
        sm2.encrypt(secrets.token_bytes(28), PUBLIC)
    before_kb = resident_kb()
    for _ in range(3000):
        sm2.encrypt(secrets.token_bytes(28), PUBLIC)
    assert resident_kb() - before_kb < 1024
