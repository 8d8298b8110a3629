# `make run` and `make test` need Python 3.11 or later and make; they install the rest into .venv.

PYTHON ?= python3
PORT ?= 5000
BIN := .venv/bin
READY := .venv/.ready
# Compiled once and kept, whatever the caller's environment says: servers and test workers start faster.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test check lint contract release soak bench format lock clean

run: $(READY)  ## set up, migrate, load demo data if there is none, serve as in production
	@$(BIN)/flask prepare
	@printf '%s\n' '' 'Control Fresco   http://127.0.0.1:$(PORT)' \
	  'Documentation    http://127.0.0.1:$(PORT)/api/docs' \
	  'Demo login       admin / fresco-demo-2026   (demo-user and demo-viewer likewise)' ''
	@PORT=$(PORT) exec $(BIN)/gunicorn -c gunicorn.conf.py wsgi:app

test: $(READY)  ## every test, on a PostgreSQL of its own
	$(BIN)/pytest -n auto --dist loadscope

check: lint  ## all that must be green before a commit
	$(BIN)/pytest -n auto --dist loadscope --cov --cov-report=term

lint: $(READY)  ## the fast part of check: format, rules, types, import contracts, the contract with clients
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m contract check

contract: $(READY)  ## write the API's document to contract/openapi.json
	$(BIN)/python -m contract write

release: $(READY)  ## VERSION=1.1: the document as it is becomes the one that clients rely on
	$(BIN)/python -m contract release $(VERSION)

soak: $(READY)  ## the long runs: every hostile value on every field, and long walks of the company's model
	FRESCO_SOAK=1 $(BIN)/pytest -n auto tests/web/test_hostile_values.py tests/stories/test_company_model.py \
	  tests/stories/test_figures_agree.py tests/domains/auth/test_tokens.py

bench: $(READY)  ## daily jobs and reports over many rows; fails where one takes longer than it may
	$(BIN)/python -m bench.jobs
	$(BIN)/python -m bench.reports

format: $(READY)  ## write the code as lint wants it
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: $(READY)  ## newest versions of what the .in files name, pinned with hashes
	$(BIN)/pip install -q uv
	$(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-find-links \
	  --custom-compile-command "make lock" requirements.in -o requirements.txt
	$(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-find-links \
	  --custom-compile-command "make lock" requirements-dev.in -o requirements-dev.txt

clean:  ## remove what was installed and built, but no data
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage htmlcov

$(READY): requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed, this is " + sys.version if sys.version_info < (3, 11) else 0)'
	@echo 'Installing into .venv ...'
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	@touch $@
