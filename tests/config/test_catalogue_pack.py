"""The compiled catalogue: what went in comes out, by day and signature, and quickly."""

import hashlib
import sqlite3
from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from config.catalogue_compiler import write_pack
from config.catalogue_pack import PackError, open_pack
from config.catalogue_rules import form_of
from config.catalogue_signature import SigningKeyError, open_signed_pack, sign, signature_file
from config.catalogue_source import read
from tests.catalogue_folder import change, copy_to
from tests.packs import PENSION, catalogue, installed


@pytest.fixture
def made(tmp_path):
    file = tmp_path / "catalogue.pack"
    write_pack(installed(), file)
    return file


@pytest.fixture
def key_file(tmp_path):
    file = tmp_path / "key.pem"
    key = Ed25519PrivateKey.generate()
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return file


def test_every_item_comes_out_as_it_went_in():
    pack = catalogue()
    assert pack.codes() == tuple(installed().items)
    for code, item in installed().items.items():
        form = form_of(item, installed().forms)
        kept = {"form": form.id if form else None, "questions": (), "materials": ()}
        assert pack.item(code) == item.model_copy(update=kept)
        if form is not None:
            assert pack.form(form.id) == form


def test_a_form_comes_whole_and_in_the_order_it_is_asked():
    questions = [question.id for question in catalogue().form("at_household").questions]
    assert questions[:5] == ["name", "id_number", "household_addr", "mobile", "live_div"]
    assert questions[-6:-4] == ["notify_by", "rcpt_name"]
    assert questions.index("target_div") < questions.index("remarks")


def test_what_closes_a_block_stays_last():
    pack = catalogue()
    questions = [one.id for one in pack.form(pack.item("2020-35/2/34").form).questions]
    assert questions.index("mine_licence") < questions.index("change") < questions.index("remarks")


def test_an_item_nobody_knows_is_nothing():
    assert catalogue().item("2020-35/9/9") is None
    assert catalogue().bundle("wedding") is None
    with pytest.raises(LookupError, match="there is no form 'nothing'"):
        catalogue().form("nothing")


def test_groups_tiles_and_bundles_come_in_their_order():
    pack = catalogue()
    assert [group.order for group in pack.groups()] == [1, 2, 3, 4, 5, 6]
    assert [item.code for item in pack.featured()] == [PENSION]
    shelved = [item.code for group in pack.groups() for item in pack.in_group(group.id)]
    assert sorted(shelved) == sorted(installed().items)
    assert pack.bundle("newborn") in pack.bundles()


@pytest.mark.parametrize(
    ("day", "there"),
    [("2026-11-30", False), ("2026-12-01", True), ("2026-12-31", True), ("2027-01-01", False)],
)
def test_an_item_is_there_from_its_first_day_to_its_last(tmp_path, day, there):
    folder = copy_to(tmp_path)
    change(folder / "items/1-13.toml", "since = 2021-01-01", "since = 2026-12-01")
    change(folder / "items/1-13.toml", "since =", "until = 2026-12-31\nsince =")
    change(folder / "items/1-27.toml", "since = 2021-01-01", "since = 2026-12-01")
    change(folder / "items/1-27.toml", "since =", "until = 2026-12-31\nsince =")
    write_pack(read(folder), tmp_path / "p")
    with open_pack(tmp_path / "p", today=lambda: date.fromisoformat(day)) as pack:
        assert (pack.item(PENSION) is not None) is there
        assert bool(pack.featured()) is there
        assert (PENSION in pack.codes()) is there
        assert (PENSION in {item.code for item in pack.in_group("pension")}) is there
        assert (pack.bundle("retirement") is not None) is there


def test_the_same_catalogue_gives_the_same_bytes(tmp_path, made):
    write_pack(installed(), tmp_path / "again")
    digests = [hashlib.sha256(file.read_bytes()).digest() for file in (made, tmp_path / "again")]
    assert digests[0] == digests[1]


def test_a_pack_says_what_it_was_made_of(made):
    with open_pack(made) as pack:
        assert pack.version == installed().edition.version
        assert pack.sources == installed().digest


def test_words_people_search_by_find_their_place_in_the_pack(tmp_path):
    def index(db, items):
        db.execute("CREATE TABLE words (word TEXT, code TEXT) STRICT")
        rows = ((word, item.code) for item in items for word in item.search)
        db.executemany("INSERT INTO words VALUES (?, ?)", rows)

    write_pack(installed(), tmp_path / "p", index)
    with open_pack(tmp_path / "p") as pack:
        found = pack.db.execute("SELECT code FROM words WHERE word = '养老认证'").fetchall()
    assert found == [(PENSION,)]


def test_a_pack_is_never_written_to(made):
    with open_pack(made) as pack, pytest.raises(sqlite3.OperationalError, match="readonly"):
        pack.db.execute("DELETE FROM items")


def test_a_missing_pack_names_the_command_that_makes_it(tmp_path):
    with pytest.raises(PackError, match=r"main\.py catalogue build"):
        open_pack(tmp_path / "catalogue.pack")


@pytest.mark.parametrize("rubbish", [b"", b"no database" * 999])
def test_what_is_no_pack_is_refused(tmp_path, rubbish):
    (tmp_path / "p").write_bytes(rubbish)
    with pytest.raises(PackError, match="is no catalogue"):
        open_pack(tmp_path / "p")


def test_a_signed_pack_opens(made, key_file):
    public = sign(made, key_file)
    with open_signed_pack(made, public) as pack:
        assert pack.item(PENSION) is not None


@pytest.mark.parametrize("where", [0.01, 0.5, 0.99])
def test_one_byte_changed_is_refused(made, key_file, where):
    public = sign(made, key_file)
    content = bytearray(made.read_bytes())
    content[int(len(content) * where)] ^= 1
    made.write_bytes(content)
    with pytest.raises(PackError, match="the signature does not hold"):
        open_signed_pack(made, public)


def test_an_unsigned_pack_and_one_of_somebody_else_are_refused(made, key_file, tmp_path):
    with pytest.raises(PackError, match="nobody has signed it"):
        open_signed_pack(made, bytes(32))
    sign(made, key_file)
    stranger = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    with pytest.raises(PackError, match="the signature does not hold"):
        open_signed_pack(made, stranger)
    signature_file(made).write_bytes(b"short")
    with pytest.raises(PackError, match="the signature does not hold"):
        open_signed_pack(made, stranger)


def test_a_key_that_is_none_signs_nothing(made, tmp_path):
    (tmp_path / "key.pem").write_text("no key")
    with pytest.raises(SigningKeyError, match="is no private key"):
        sign(made, tmp_path / "key.pem")
    with pytest.raises(SigningKeyError, match="No such file"):
        sign(made, tmp_path / "gone.pem")
