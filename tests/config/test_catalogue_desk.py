"""`main.py catalogue`, as somebody who looks after the catalogue uses it."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import jsonschema
import pytest

from config.catalogue_diff import differences
from config.catalogue_pack import open_pack
from config.catalogue_schema import schema
from config.catalogue_source import FOLDER
from tests.catalogue_folder import change, copy_to

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = ROOT / "docs" / "api" / "catalogue.schema.json"


def ask(*words, ends_with=0):
    ended = subprocess.run(
        [sys.executable, "main.py", "catalogue", *map(str, words)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=100,
        check=False,
    )
    assert ended.returncode == ends_with, ended.stderr
    return ended.stdout or ended.stderr


def test_the_installed_catalogue_is_in_order():
    assert "140 items (58 + 74 + 8), 17 finished here, 123 forwarded" in ask("check")


def test_what_is_wrong_is_printed_line_by_line(tmp_path):
    folder = copy_to(tmp_path)
    for number in (1, 2):
        change(folder / f"items/1-{number}.toml", "minutes = 10", "minutes = 0")
    told = ask("check", folder, ends_with=2)
    assert told.count("minutes: must be at least 1") == 2


def test_it_says_how_it_wants_to_be_asked():
    assert "usage: main.py catalogue diff OLD NEW" in ask("diff", "one", ends_with=2)
    assert "usage: main.py catalogue sign FILE --key" in ask("sign", "one", ends_with=2)


def test_an_item_is_added_as_the_handbook_says_and_is_in_the_pack(tmp_path):
    text = (ROOT / "docs" / "catalogue.md").read_text("utf-8")
    folder, made, key = copy_to(tmp_path), tmp_path / "catalogue.pack", tmp_path / "key.pem"
    ask("build", FOLDER, made)
    for block in re.findall(r"```toml\n(# .*?)```", text, re.DOTALL):
        name = block.split("\n")[0].removeprefix("# ")
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write(f"\n{block}" if file.tell() else block)
    command = re.search(r"`(openssl [^`]*)`", text)[1].replace("key.pem", str(key))
    subprocess.run(command.split(), check=True, capture_output=True)
    for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL):
        for line in block.splitlines():
            places = {"config/catalogue": folder, "build/catalogue.pack": made, "key.pem": key}
            words = [places.get(word, word) for word in line.split()[2:]]
            told = ask(*words)
            if "diff" in words:
                assert "+ item 2026-1/1/1\n" in told
    with open_pack(made) as pack:
        item = pack.item("2026-1/1/1")
        assert item.zh.short == "高龄津贴"
        questions = [question.id for question in pack.form(item.form).questions]
    assert questions.index("target_div") < questions.index("lives_alone")
    assert questions.index("lives_alone") < questions.index("notify_by")
    assert made.with_name("catalogue.pack.sig").stat().st_size == 64


def test_differences_are_told_field_by_field(tmp_path):
    folder = copy_to(tmp_path)
    change(folder / "items/1-13.toml", "minutes = 3", "minutes = 4")
    change(folder / "forms/mobile.toml", "办好了发短信告诉您。", "办好了通知您。")
    (folder / "bundles/jobless.toml").unlink()
    told = list(differences(FOLDER, folder))
    assert "~ item 2020-35/1/13: minutes: 3 → 4" in told
    assert (
        '~ form mobile: questions.mobile.why.zh: "办好了发短信告诉您。" → "办好了通知您。"' in told
    )
    assert "- bundle jobless" in told
    assert [line for line in told if line.startswith("+")] == []
    assert list(differences(FOLDER, FOLDER)) == []


def test_a_pack_is_compared_with_the_folder_it_came_from(tmp_path):
    made = tmp_path / "catalogue.pack"
    ask("build", made)
    assert ask("diff", made, FOLDER) == "diff: 0 differences\n"


def test_a_new_pack_has_no_old_signature(tmp_path):
    made, signature = tmp_path / "p", tmp_path / "p.sig"
    signature.write_bytes(bytes(64))
    ask("build", made)
    assert not signature.exists()


def test_the_published_schema_is_that_of_the_models():
    assert json.loads(PUBLISHED.read_text("utf-8")) == schema()


@pytest.mark.parametrize(
    ("files", "name"), [("items", "Item"), ("forms", "Form"), ("bundles", "Bundle")]
)
def test_the_files_are_as_the_schema_says(files, name):
    whole = json.loads(PUBLISHED.read_text("utf-8"))
    checker = jsonschema.Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": whole["$defs"]})
    for file in sorted((FOLDER / files).glob("*.toml")):
        raw = tomllib.loads(file.read_text("utf-8"))
        said = json.loads(json.dumps(raw, default=str))
        assert [error.message for error in checker.iter_errors(said)] == [], file.name
