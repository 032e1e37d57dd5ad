"""A screen is loaded with the first page of its kind: whatever it is made of is loaded with it."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from screens.page_table import PAGES

ROOT = Path(__file__).resolve().parents[2]
# What a rule of the Kivy language makes besides: Kivy's own widgets, and drawing.
KIVYS = frozenset(
    {
        *("BoxLayout", "FloatLayout", "AnchorLayout", "GridLayout", "Widget", "Image", "Label"),
        *("Color", "Rectangle", "RoundedRectangle", "SmoothRoundedRectangle", "Ellipse"),
        *("SmoothEllipse", "Line", "SmoothLine"),
    }
)
MADE = re.compile(r"^ +([A-Z][A-Za-z]+):$", re.MULTILINE)
RULES_IMPORT = re.compile(r"^#:import \w+ (screens\.\w+)$", re.MULTILINE)
OWN = re.compile(r"^<([A-Za-z]+)@", re.MULTILINE)  # a class that the rules themselves make


@cache
def _read(module: str) -> tuple[frozenset[str], frozenset[str]]:
    """The classes of a module of the screens, and which such modules it imports."""
    file = ROOT / (module.replace(".", "/") + ".py")
    tree = ast.parse(file.read_text("utf-8"))
    classes = {one.name for one in ast.walk(tree) if isinstance(one, ast.ClassDef)}
    classes |= set(OWN.findall(_rules(module)))
    imported = set()
    for one in ast.walk(tree):
        if isinstance(one, ast.ImportFrom) and (one.module or "").startswith("screens"):
            names = {f"{one.module}.{alias.name}" for alias in one.names} | {str(one.module)}
            imported |= {name for name in names if _file(name).is_file()}
    imported |= set(RULES_IMPORT.findall(_rules(module)))
    return frozenset(classes), frozenset(imported)


def _rules(module: str) -> str:
    rules = _file(module).with_suffix(".kv")
    return rules.read_text("utf-8") if rules.is_file() else ""


def _file(module: str) -> Path:
    return ROOT / (module.replace(".", "/") + ".py")


def _loaded_with(module: str) -> set[str]:
    """Itself, and what is imported on the way."""
    found, open_ends = set[str](), [module, "screens.app"]
    while open_ends:
        name = open_ends.pop()
        if name not in found:
            found.add(name)
            open_ends.extend(_read(name)[1])
    return found


@pytest.mark.parametrize("module", sorted({name.partition(":")[0] for name in PAGES.values()}))
def test_a_screen_finds_all_it_is_made_of_also_when_it_is_the_first(module: str) -> None:
    loaded = _loaded_with(module)
    there = KIVYS.union(*(_read(one)[0] for one in loaded))
    lacking = {
        f"{one}: {made}"
        for one in loaded
        for made in MADE.findall(_rules(one))
        if made not in there
    }
    assert not lacking
