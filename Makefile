# `make run` and `make test` need Python 3.11 or later and make; they install the rest into .venv: `make run` what serving
# needs, the others what tests need as well. PORT=5001 and BIND, from here or .env, say where `make run` listens.
# The TypeScript client needs Node 20.19 or later as well: `make client`, `client-check`, and so `check`.

PYTHON ?= python3
BIN := .venv/bin
CLIENT := sdk/typescript
EXAMPLE := examples/react
RUNS := .venv/.run
READY := .venv/.ready
RIGHT_PYTHON := $(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed, this is " + sys.version if sys.version_info < (3, 11) else 0)'
# Extras are named as they are asked for: a lock with `coverage` does not fulfil `coverage[toml]`.
COMPILE := $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-strip-extras \
  --no-emit-find-links --custom-compile-command "make lock"
# Compiled once and kept, whatever the caller's environment says: servers and test workers start faster.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test check lint contract release client client-check soak mutants bench bench-quick bench-growth bench-docs format check-install lock clean

run:  ## set up, migrate, load demo data if there is none (DEMO=0: never), serve as in production
	@$(RIGHT_PYTHON)
	@$(PYTHON) -I app/infra/listening.py
	@$(MAKE) -s --no-print-directory $(RUNS)
	@$(BIN)/flask prepare $(if $(filter 0 no false off,$(DEMO)),--no-demo)
	@exec $(BIN)/gunicorn -c gunicorn.conf.py wsgi:app

test: $(READY)  ## every test, on a PostgreSQL of its own
	$(BIN)/pytest -n auto --dist loadscope --no-loadscope-reorder

check: lint client-check  ## all that must be green before a commit
	$(BIN)/pytest -n auto --dist loadscope --no-loadscope-reorder --cov --cov-report=term

lint: $(READY)  ## the fast part of check: format, rules, types, import contracts, plain docstrings, the contract with clients
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m checks.docstrings app bench checks contract tests tools config.py environment.py gunicorn.conf.py wsgi.py
	$(BIN)/python -m contract check

contract: $(READY)  ## write the API's document to contract/openapi.json
	$(BIN)/python -m contract write

client: $(READY) $(CLIENT)/.ready  ## write the API's document and the types of the TypeScript client
	$(BIN)/python -m contract write
	npm --prefix $(CLIENT) run -s types

client-check: $(READY) $(CLIENT)/.ready $(EXAMPLE)/.ready  ## the document is well made, the client fresh, all its tests pass
	npm --prefix $(CLIENT) run -s types:check
	npm --prefix $(CLIENT) run -s lint:document
	npm --prefix $(CLIENT) run -s typecheck
	FRESCO_PYTHON=$(abspath $(BIN)/python) npm --prefix $(CLIENT) run -s test
	npm --prefix $(CLIENT) run -s build
	npm --prefix $(EXAMPLE) run -s build
	FRESCO_PYTHON=$(abspath $(BIN)/python) npm --prefix $(EXAMPLE) run -s test

release: $(READY)  ## VERSION=1.1: the document becomes the one that clients rely on, and migrations are frozen
	$(BIN)/python -m contract release $(VERSION)

soak: $(READY)  ## every test and the long runs: hostile values on every field, walks of the models, crashes and outages; hours
	FRESCO_SOAK=1 $(BIN)/pytest -n auto --dist loadscope --no-loadscope-reorder --ignore tests/reliability; first=$$?; \
	  FRESCO_SOAK=1 $(BIN)/pytest tests/reliability && exit $$first

mutants: $(READY)  ## small changes of the code that tests must notice, an hour or two; GROUP=rules: those only
	$(BIN)/python -m tests.mutants $(GROUP)

bench: $(READY)  ## daily jobs, reports and requests over a million rows; fails where one takes longer than it may
	$(BIN)/python -m bench

bench-quick: $(READY)  ## requests against their floor only, over less data
	$(BIN)/python -m bench.speed --quick
	$(BIN)/python -m bench.credito --quick

bench-growth: $(READY)  ## how answers slow down up to 5,000,000 movements, and what exports take of memory; half an hour
	$(BIN)/python -m bench.growth
	$(BIN)/python -m bench.memory
	$(BIN)/python -m bench.credito --loans 1000000

bench-docs: $(READY)  ## all of these once more, into docs/performance.md, and what docs/scaling.md shows
	-$(BIN)/python -m bench --write
	$(BIN)/python -m bench.growth --write
	$(BIN)/python -m bench.memory --write
	$(BIN)/python -m bench.scaling --write
	$(BIN)/python -m bench.credito --loans 1000000 --write

format: $(READY)  ## write the code as lint wants it
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

check-install:  ## before a release: a fresh clone installs and serves with each pip that people have; some minutes
	$(PYTHON) -I tools/check_install.py

lock: $(READY)  ## newest versions of what the .in files name, pinned with hashes
	$(BIN)/pip install -q uv
	$(COMPILE) --upgrade requirements-build.in -o requirements-build.txt
	$(COMPILE) --upgrade requirements-dev.in -o requirements-dev.txt
	for part in requirements-run requirements; do \
	  cp requirements-dev.txt $$part.txt && $(COMPILE) $$part.in -o $$part.txt || exit; done  # the versions that are tested

clean:  ## remove what was installed and built, but no data
	rm -rf */*/node_modules */*/dist */*/.ready .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage htmlcov .mutants

%/.ready: %/package-lock.json
	@node -e 'const [major, minor] = process.versions.node.split("."); process.exit(+major > 20 || (+major === 20 && +minor >= 19) ? 0 : 1)' \
	  2>/dev/null && command -v npm >/dev/null || { echo 'Node 20.19 or later with npm is needed for what concerns the client; make run, test and lint do without.' >&2; exit 1; }
	@echo 'Installing into $*/node_modules ...'
	@npm --prefix $* ci --no-audit --no-fund --silent
	@touch $@

$(RUNS): requirements-build.txt requirements-run.txt
	@$(RIGHT_PYTHON)
	@$(PYTHON) -I tools/install.py run

$(READY): requirements-build.txt requirements-dev.txt
	@$(RIGHT_PYTHON)
	@$(PYTHON) -I tools/install.py dev
