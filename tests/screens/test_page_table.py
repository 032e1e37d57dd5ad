"""Every page has a screen, and each screen brings along all that it is drawn with."""

import ast
import re
from pathlib import Path
from typing import get_args

import pytest

from kiosk.visits import form_pages, pages
from screens.page_table import PAGES

SCREENS = Path(__file__).resolve().parents[2] / "screens"
# A kv line that begins a widget or a rule: `Name:`, `<Name>:`, `<Name@Base>:`.
WIDGET = re.compile(r"^ *(?:<-?(\w+)(?:@(\w+))?.*>|([A-Z]\w*)):", re.MULTILINE)
BROUGHT = re.compile(r"^#:import \w+ screens\.([\w.]+)$", re.MULTILINE)
ALWAYS = ("app", "widgets", "frame", "overlays")  # loaded before the first page


def defined():
    """Class of a widget → the module that defines it."""
    found = {}
    for file in SCREENS.rglob("*.py"):
        for node in ast.parse(file.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef):
                found[node.name] = module_of(file)
    for file in SCREENS.rglob("*.kv"):
        for name, base, _ in WIDGET.findall(file.read_text("utf-8")):
            if base:
                found[name] = module_of(file)
    return found


def module_of(file):
    return ".".join(file.relative_to(SCREENS).with_suffix("").parts)


def brought_along(module):
    """The module and all of this room that it imports, directly or not."""
    reached, open_ends = set(), [module]
    while open_ends:
        name = open_ends.pop()
        file = SCREENS.joinpath(*name.split(".")).with_suffix(".py")
        if name in reached or not file.exists():
            continue
        reached.add(name)
        kv = file.with_suffix(".kv")
        if kv.exists():
            open_ends += BROUGHT.findall(kv.read_text("utf-8"))
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module.split(".")[0] == "screens":
                inner = node.module.removeprefix("screens").lstrip(".")
                open_ends += [inner] if inner else []
                open_ends += [f"{inner}.{one.name}".lstrip(".") for one in node.names]
    return reached


HOMES = defined()


def used(module):
    kv = SCREENS.joinpath(*module.split(".")).with_suffix(".kv")
    if not kv.exists():
        return set()
    lines = WIDGET.findall(kv.read_text("utf-8"))
    return {name for found in lines for name in found if name in HOMES}


def test_every_kind_of_page_has_a_screen():
    kinds = {kind.__name__ for kind in (*get_args(pages.Page), *get_args(form_pages.FormPage))}
    assert kinds == set(PAGES)


@pytest.mark.parametrize("place", sorted(set(PAGES.values())))
def test_a_screen_that_is_loaded_alone_knows_all_it_is_drawn_with(place):
    module, name = place.removeprefix("screens.").split(":")
    assert HOMES[name] == module
    reached = brought_along(module)
    there = reached.union(*(brought_along(one) for one in ALWAYS))
    unknown = {
        f"{one}.kv: {widget} of {HOMES[widget]}"
        for one in reached
        for widget in used(one)
        if HOMES[widget] not in there
    }
    assert unknown == set()
