"""A screen is loaded when its page is first shown, and brings what its rules are made of."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCREENS = ROOT / "screens"
RULES = sorted(SCREENS.glob("*.kv"))


@cache
def tree(file):
    return ast.parse(file.read_text("utf-8"))


def brought_by(file):
    """Modules of the room that this one imports, in Python or in its rules."""
    names = {
        name
        for node in ast.walk(tree(file))
        if isinstance(node, ast.ImportFrom) and node.module
        for name in (node.module, *(f"{node.module}.{one.name}" for one in node.names))
    }
    rules = file.with_suffix(".kv")
    if rules.exists():
        said = re.findall(r"^#:import \w+ (screens\.[\w.]+)", rules.read_text("utf-8"), re.M)
        names |= {name for one in said for name in (one, one.rpartition(".")[0])}
    files = (ROOT / f"{name.replace('.', '/')}.py" for name in names if name.startswith("screens"))
    return {one for one in files if one.exists()}


def loaded_with(*files):
    seen, waiting = set(), list(files)
    while waiting:
        file = waiting.pop()
        if file not in seen:
            seen.add(file)
            waiting += brought_by(file)
    return seen


def classes_in(files):
    return {
        node.name for file in files for node in ast.walk(tree(file)) if type(node) is ast.ClassDef
    }


@pytest.mark.parametrize("rules", RULES, ids=lambda file: file.stem)
def test_a_screen_that_is_the_first_to_be_shown_has_all_that_its_rules_name(rules):
    named = set(re.findall(r"^ +([A-Z]\w*):$", rules.read_text("utf-8"), re.M))
    ours = named & classes_in(SCREENS.rglob("*.py"))
    there = classes_in(loaded_with(SCREENS / "app.py", rules.with_suffix(".py")))
    assert ours - there == set()
