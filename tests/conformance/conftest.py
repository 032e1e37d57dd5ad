"""Which devices and faults are tried, in which order, and what is told of it at the end."""

from __future__ import annotations

import pytest

from tests.conformance.bench import Bench, Fault
from tests.conformance.devices import BENCHES
from tests.conformance.yard import Yard

RESULTS = pytest.StashKey[dict[tuple[str, str], bool]]()
NOT_RUN = pytest.StashKey[list[str]]()


def pytest_addoption(parser):
    group = parser.getgroup("conformance")
    group.addoption("--device", help=f"one of: {', '.join(BENCHES)}")
    group.addoption("--real", metavar="PORT", help="of a device on the desk; needs --device")
    group.addoption("--all-faults", action="store_true", help="not only the most telling ones")


def pytest_configure(config):
    config.stash[RESULTS], config.stash[NOT_RUN] = {}, []
    name, real = option(config, "--device"), option(config, "--real")
    if name is not None and name not in BENCHES:
        raise pytest.UsageError(f"--device {name}: there are {', '.join(BENCHES)}")
    if real is not None and name is None:
        raise pytest.UsageError("--real needs --device")


def option(config, name):
    return config.getoption(name, default=None)


def pytest_generate_tests(metafunc):
    config, names = metafunc.config, metafunc.fixturenames
    name = option(config, "--device")
    benches = [bench for bench in BENCHES.values() if name in (None, bench.name)]
    every = option(config, "--all-faults") or name is not None
    if "fault" in names:
        rows = [
            pytest.param(bench, fault, id=f"{bench}: {fault}")
            for bench in benches
            for fault in bench.faults
            if every or fault.short
        ]
        metafunc.parametrize(("bench", "fault"), rows)
    elif "bench" in names:
        metafunc.parametrize("bench", benches, ids=str)


def row_of(item) -> tuple[Bench | None, Fault | None]:
    params = item.callspec.params if hasattr(item, "callspec") else {}
    bench, fault = params.get("bench"), params.get("fault")
    return (bench if isinstance(bench, Bench) else None, fault)


def pytest_collection_modifyitems(config, items):
    """The tests of one device follow each other, so that its far end is raised once."""
    order = list(BENCHES.values())
    at = [index for index, item in enumerate(items) if row_of(item)[0] is not None]
    ours = sorted((items[index] for index in at), key=lambda item: order.index(row_of(item)[0]))
    for index, item in zip(at, ours, strict=True):
        items[index] = item
    if option(config, "--real") is None:
        return
    kept, left = [], []
    for item in items:
        (left if row_of(item)[1] else kept).append(item)
    items[:] = kept
    config.stash[NOT_RUN] = [f"{bench}: {fault}" for bench, fault in map(row_of, left)]
    config.hook.pytest_deselected(items=left)


@pytest.fixture(scope="module")
def yard():
    yard = Yard()
    yield yard
    yard.clear()


@pytest.fixture
def real(request):
    return option(request.config, "--real")


@pytest.fixture
def far(real, bench, yard, request):
    """What the device is plugged into; None: the device on the desk."""
    if real is not None:
        yield None
        return
    failed = request.session.testsfailed
    yield yard.far(bench)
    if request.session.testsfailed > failed:
        yard.clear()


@pytest.fixture
def device(real, bench, far):
    return bench.driver(far) if real is None else bench.real(real)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    bench, fault = row_of(item)
    if bench is not None and fault is not None:
        results = item.config.stash[RESULTS]
        key = (bench.name, str(fault))
        results[key] = results.get(key, True) and not report.failed
    return report


def pytest_terminal_summary(terminalreporter, config):
    left = config.stash.get(NOT_RUN, [])
    if left:
        terminalreporter.section("not run on a device on the desk: try these by hand")
        for words in left:
            terminalreporter.write_line(words)
