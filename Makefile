# Every target sets up .venv first, from pyproject.toml and the exact versions of constraints.txt.
PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/uv pip install -q --python $(BIN)/python

.PHONY: lab test test-lowest run notebooks lint bench clean

lab: .venv/ready
	$(BIN)/gencourse lab

test: .venv/ready
	$(BIN)/python -m pytest --nbval-lax --nbval-current-env --nbval-sanitize-with tests/nbval_sanitize.cfg

run: .venv/ready
	$(BIN)/gencourse run --to runs

notebooks: .venv/ready
	$(BIN)/gencourse notebooks

lint: .venv/ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: .venv/ready
	$(INSTALL) -c constraints.txt -e ".[bench]"
	for script in benchmarks/bench_*.py; do $(BIN)/python $$script || exit 1; done

test-lowest: .venv-lowest/ready
	.venv-lowest/bin/python -m pytest $(LOWEST)

clean:
	rm -rf .venv .venv-lowest runs

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt uv
	$(INSTALL) -c constraints.txt -e ".[dev]"
	touch $@

# The lowest versions that pyproject.toml allows, on the oldest Python, and the tests that depend on them most.
LOWEST := tests/support tests/data tests/figures tests/models tests/training tests/measure tests/course tests/exercises

.venv-lowest/ready: pyproject.toml constraints-lowest.txt .venv/ready
	$(BIN)/uv venv -q --clear --python 3.11 .venv-lowest
	$(BIN)/uv pip install -q --python .venv-lowest/bin/python -c constraints-lowest.txt -e ".[dev]"
	touch $@
