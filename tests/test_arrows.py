"""The arrows between the rooms, as docs/architecture.md draws them, read from the imports
themselves.
"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Room → the rooms it may import, besides itself.
ARROWS = {
    "config": set(),
    "devices": set(),
    "offline_cache": set(),
    "kiosk": {"devices", "offline_cache", "config"},
    "screens": {"kiosk", "config"},
    "sandbox": set(),
    # The lexicon is made by the rule by which it is searched (screens/ime/syllables.py: no Kivy).
    "deploy": {"screens"},
    # Stands beside the tests: it meets every parser, and takes its seeds from the far ends.
    "fuzzing": {"config", "devices", "kiosk", "offline_cache", "sandbox"},
}
# Within kiosk/, from the cellar up: a room imports from those named before it. Conductor and
# reception, which put them together, stand above all.
FLOORS = ("platform", "visits", "services", "makers", "papers", "works", "machines", "desks")
ROOMS = {*ARROWS, "main", "tests", "benchmarks", "torture"}
KIVY_ROOMS = {"screens"}


def modules(room):
    return sorted((ROOT / room).rglob("*.py"))


def imports(file):
    """(module, line number, whether inside a function)."""
    tree = ast.parse(file.read_text("utf-8"))
    inner = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports are absolute"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            yield name.split("."), node.lineno, id(node) in inner


@pytest.mark.parametrize("room", sorted(ARROWS))
def test_a_room_imports_only_where_its_arrows_lead(room):
    files = modules(room)
    assert files, f"the room {room} is empty"
    wrong = [
        f"{file.relative_to(ROOT)}:{line} imports {name}"
        for file in files
        for (name, *_), line, _ in imports(file)
        if name in ROOMS and name != room and name not in ARROWS[room]
    ]
    assert wrong == []


@pytest.mark.parametrize("floor", FLOORS)
def test_within_the_kiosk_a_room_imports_only_from_below(floor):
    below = FLOORS[: FLOORS.index(floor) + 1]
    files = modules(f"kiosk/{floor}")
    assert files, f"the room kiosk/{floor} is empty"
    wrong = [
        f"{file.relative_to(ROOT)}:{line} imports {'.'.join(name)}"
        for file in files
        for name, line, _ in imports(file)
        if name[0] == "kiosk" and name[1] not in below
    ]
    assert wrong == []


def test_every_room_of_the_kiosk_has_its_floor():
    rooms = {file.parent.name for file in (ROOT / "kiosk").glob("*/__init__.py")}
    assert rooms == set(FLOORS)


@pytest.mark.parametrize("room", sorted(set(ARROWS) - KIVY_ROOMS))
def test_only_the_screens_know_kivy(room):
    assert [
        str(f) for f in modules(room) if any(name == "kivy" for (name, *_), _, _ in imports(f))
    ] == []


@pytest.mark.parametrize("room", sorted(ARROWS))
def test_no_import_hides_inside_a_function(room):
    hidden = [
        f"{f.relative_to(ROOT)}:{line}"
        for f in modules(room)
        for _, line, deep in imports(f)
        if deep
    ]
    assert hidden == []
