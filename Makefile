# Two commands do everything on a fresh Debian 12 machine: make demo, make test.
PYTHON := .venv/bin/python
ONLY ?=
PART ?= 1/1
SHORT ?=
SECONDS ?= 300
KILLS ?= 2000

.PHONY: demo test conformance items queries machine bench fuzz torture netfaults screens check setup lock

demo: setup
	$(PYTHON) main.py demo

test: setup
	$(PYTHON) -m pytest

conformance: setup
	@$(PYTHON) -m tests.conformance

machine:
	@deploy/setup.sh machine
	@$(PYTHON) -m tests.machine

bench: setup-bench
	$(PYTHON) -m benchmarks --only "$(ONLY)"

items: setup
	@$(PYTHON) -m tests.items --only "$(ONLY)" --part $(PART) $(if $(SHORT),--short)

queries: setup
	@$(PYTHON) -m tests.queries

fuzz: setup
	$(PYTHON) -m fuzzing --seconds $(SECONDS) --only "$(ONLY)"

torture: setup
	$(PYTHON) -m torture --kills $(KILLS)

netfaults: setup
	$(PYTHON) -m torture.netfaults

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
