# Two commands do everything on a fresh Debian 12 machine: make demo, make test.
PYTHON := .venv/bin/python
ONLY ?=
SECONDS ?= 300

.PHONY: demo test conformance bench fuzz screens check setup lock

demo: setup
	$(PYTHON) main.py demo

test: setup
	$(PYTHON) -m pytest

conformance: setup
	@$(PYTHON) -m tests.conformance

bench: setup-bench
	$(PYTHON) -m benchmarks --only "$(ONLY)"

fuzz: setup
	$(PYTHON) -m fuzzing --seconds $(SECONDS) --only "$(ONLY)"

screens: setup
	$(PYTHON) -m screens.gallery --out build/screens --docs docs/gallery

check: setup
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

setup:
	@deploy/setup.sh

.PHONY: setup-bench
setup-bench:
	@deploy/setup.sh bench

# After a change of the dependencies in pyproject.toml; needs uv.
lock:
	uv pip compile -q -U --python-version 3.11 --generate-hashes --no-header pyproject.toml -o requirements.lock
	uv pip compile -q -U --python-version 3.11 --generate-hashes --no-header --extra dev pyproject.toml \
	    -c requirements.lock -o requirements-dev.lock
