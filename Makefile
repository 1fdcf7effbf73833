# Every target sets up .venv first, from pyproject.toml and the exact versions of constraints.txt.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: lab test run notebooks lint bench clean

lab: .venv/ready
	$(BIN)/jupyter lab --config=jupyter/jupyter_server_config.py notebooks/00-start-here.ipynb

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
	$(BIN)/python -m pip install -q -c constraints.txt -e ".[bench]"
	for script in benchmarks/bench_*.py; do $(BIN)/python $$script || exit 1; done

clean:
	rm -rf .venv runs

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e ".[dev]"
	touch $@
