"""What is wrong with a catalogue is told with file, line and rule."""

import re

import pytest

from config.catalogue_source import FOLDER, CatalogueError, read
from config.toml_lines import Lines
from tests.catalogue_folder import change, copy_to, line_of

ITEM, FORM, BUNDLE = "items/1-16.toml", "forms/delivery.toml", "bundles/jobless.toml"

RATE = 'rates = [{ yuan = 1, when = { question = "weather", one_of = ["wet"] } }]'
# File, what it says, what it says instead, the line it is told for, the rule.
BROKEN = {
    "no TOML": (ITEM, "minutes = 10", "minutes = ", "minutes", "Invalid value"),
    "a key is missing": (ITEM, 'hotline = "12333"\n', "", "", "hotline: is missing"),
    "no such key": (ITEM, "minutes", "minuets", "minuets", "minuets: there is no such key"),
    "too few minutes": (ITEM, "minutes = 10", "minutes = 0", "minutes", "must be at least 1"),
    "no such ability": (ITEM, '"forward"', '"foreward"', "ability", "must be 'certify'"),
    "no such group": (ITEM, '"work"', '"play"', "group", "there is no group 'play'"),
    "no such form": (ITEM, '"at_insured"', '"at_rest"', "form", "there is no form 'at_rest'"),
    "no such device": (ITEM, '"outbox"', '"inbox"', "devices =", "there is no device 'inbox'"),
    "not in the list": (ITEM, "2020-35/1/16", "2020-35/1/61", "code", "the file has to be 1-61"),
    "a code of another form": (ITEM, "2020-35/1/16", "1/16", "code", "must look like"),
    "ends before it begins": (ITEM, "since =", "until = 2020-01-01\nsince =", "until", "before"),
    "too long to be plain": (ITEM, 'plain = "丢', f'plain = "{"丢" * 60}', "plain", "at most 60"),
    "a telephone of words": (ITEM, '"12333"', '"ask us"', "hotline", "must look like"),
    "a mode twice": (ITEM, '["online"]', '["online", "online"]', "modes", "names a mode twice"),
    "nothing to be paid": (ITEM, "yuan = 0", "yuan = 0, here = true", "fee", "nothing is to be"),
    "a rate of something unasked": (
        *(ITEM, "yuan = 0", f"yuan = 0, {RATE}", "fee"),
        "no question 'weather' comes before",
    ),
    "asked already": (ITEM, 'id = "lost_on"', 'id = "mobile"', 'id = "mobile"', "asked already"),
    "asked later already": (ITEM, 'id = "lost_on"', 'id = "remarks"', 'id = "remarks"', "already"),
    "a choice without options": (ITEM, 'kind = "date"', 'kind = "choice"', "[[q", "at least 2"),
    "no kind of question": (ITEM, 'kind = "date"', 'kind = "day"', 'kind = "day"', "must be"),
    "depends on nothing": (FORM, "notify_by", "notified_by", "when", "no question 'notify_by'"),
    "no such answer": (FORM, '["post"]', '["mail"]', "when", "'mail' is no answer to"),
    "an answer twice": (FORM, '"sms"', '"post"', '    { value = "post"', "is there already"),
    "no such block": ("forms/person.toml", '"contact"', '"contacts"', "blocks", "there is no form"),
    "a block within itself": (
        *("forms/contact.toml", '"mobile"', '"person"'),
        *("blocks", "lies within itself"),
    ),
    "a pattern in no words": (FORM, "pattern_hint =", "why =", "pattern", "needs a pattern_hint"),
    "no regular expression": (FORM, '"[0-9]{6}"', '"[0-9"', "pattern", "no regular expression"),
    "no field of the card": (FORM, 'from_card = "name"', 'from_card = "n"', "from_card", "no 'n'"),
    "before something unasked": (
        *("forms/query_insurance.toml", 'not_before = "from"', 'not_before = "form"'),
        *("not_before", "no question 'form' comes before"),
    ),
    "differs from something unasked": (
        *("forms/couple.toml", '"id_number"\n\n', '"number"\n\n'),
        *("differs_from", "no question 'number' comes before"),
    ),
    "both sides of what is no card": (
        *("forms/social_card.toml", "identity_document = true\nsides", "sides"),
        *("sides = 2", "identity_document is false"),
    ),
    "no such item in a bundle": (BUNDLE, "1/16", "1/99", "items", "there is no item 2020-35/1/99"),
    "an item twice in a bundle": (BUNDLE, "1/16", "1/5", "items", "is there twice"),
    "the place of another group": ("groups.toml", "order = 2", "order = 1", "order", "already"),
    "no list": ("pack.toml", "items = 74", "items = 73", "code", "is in none of the lists"),
    "no version": ("pack.toml", '"2026.11.21"', '""', "version", "must look like"),
}


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.replace(" ", "-"))
def test_a_broken_rule_is_told_with_file_and_line(tmp_path, case):
    name, old, new, beginning, rule = BROKEN[case]
    folder = copy_to(tmp_path)
    change(folder / name, old, new)
    with pytest.raises(CatalogueError) as told:
        read(folder)
    mended = folder / ("items/2-74.toml" if case == "no list" else name)
    lines = [one for one in told.value.lines if rule in one and one.startswith(f"{mended}:")]
    assert lines, told.value.lines
    found = re.match(r"(.+):([0-9]+): ", lines[0])
    assert found, lines[0]
    assert mended.read_text("utf-8").splitlines()[int(found[2]) - 1].startswith(beginning)


def test_the_line_of_a_rule_is_the_line_to_mend(tmp_path):
    folder = copy_to(tmp_path)
    file = folder / "items" / "1-13.toml"
    change(file, "minutes = 3", "minutes = 0")
    with pytest.raises(CatalogueError) as told:
        read(folder)
    line = line_of(file, "minutes")
    assert str(told.value) == f"{file}:{line}: minutes: must be at least 1"


def test_everything_that_is_wrong_is_told_at_once(tmp_path):
    folder = copy_to(tmp_path)
    for number in (1, 2, 3):
        change(folder / f"items/1-{number}.toml", "minutes = 10", "minutes = 0")
    with pytest.raises(CatalogueError) as told:
        read(folder)
    assert len(told.value.lines) == 3


def test_the_same_item_twice_is_told(tmp_path):
    folder = copy_to(tmp_path)
    (folder / "items/1-59.toml").write_bytes((folder / "items/1-58.toml").read_bytes())
    with pytest.raises(CatalogueError, match=r"1-59\.toml.*stands in another file already"):
        read(folder)


def test_a_file_that_is_no_text_is_told(tmp_path):
    folder = copy_to(tmp_path)
    (folder / ITEM).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CatalogueError, match="is not written in UTF-8"):
        read(folder)


def test_an_empty_folder_is_told(tmp_path):
    with pytest.raises(CatalogueError, match=r"pack\.toml:1: No such file"):
        read(tmp_path)


TEXT = '''\
# a comment = with an equals sign
code = "a # b"
said.zh = "["
many = [
    { value = "one", label = { zh = "一" } },   # ]
    { value = "two", label = { zh = """
二""" } },
]

[zh]
name = "x"

[[questions]]
id = "first"

[[questions.each]]
id = "inner"

[[questions]]
id = "second"
when = { question = "first", one_of = ["a"] }
'''

WHERE = [
    (("code",), 2),
    (("said", "zh"), 3),
    (("many",), 4),
    (("many", 0, "label", "zh"), 5),
    (("many", 1), 6),
    (("many", 1, "label", "zh"), 6),
    (("zh", "name"), 11),
    (("zh", "missing"), 10),
    (("questions", 0, "id"), 14),
    (("questions", 0, "each", 0, "id"), 17),
    (("questions", 1), 19),
    (("questions", 1, "when", "one_of", 0), 21),
    (("nothing",), 1),
]


@pytest.mark.parametrize(("path", "line"), WHERE)
def test_a_key_is_found_on_its_line(path, line):
    assert Lines(TEXT).of(path) == line


def test_every_key_of_the_catalogue_is_found_on_a_line_that_names_it():
    for file in sorted(FOLDER.rglob("items/*.toml"))[:20]:
        text = file.read_text("utf-8")
        lines, rows = Lines(text), text.splitlines()
        for key in ("code", "limit", "fee", "search"):
            assert rows[lines.of((key,)) - 1].startswith(key), file
