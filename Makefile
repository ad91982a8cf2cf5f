# make run   the sample prefecture, from files to release, in .venv
# make test  lint, types, import direction and every test layer
# make help  the rest

PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help run programs test test-long lint types layers unit docs bench lock clean

help:
	@echo "make run    run the sample prefecture wuzhong, 36 months, in ./povmon-home"
	@echo "make test   lint, types, import direction, documents, every test layer"
	@echo "make test-long  a thousand edits of a home that povmon verify must name; forty releases under twenty readers"
	@echo "make programs  the Debian packages that tests need beside Python (as root); nothing when they are there"
	@echo "make docs   write the generated documents anew"
	@echo "make bench  time and memory by stage, as printed ratios"
	@echo "make lock   resolve the lock files anew (needs uv)"
	@echo "make clean  remove .venv and povmon-home"

.venv/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or later is needed; $(PYTHON) is older. Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/installed: .venv/python requirements.lock pyproject.toml
	$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/installed-test: .venv/python requirements-test.lock pyproject.toml
	$(BIN)/pip install --quiet --require-hashes -r requirements-test.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@ .venv/installed

run: .venv/installed
	$(BIN)/povmon demo --home povmon-home

# what tests need of the machine beside Python: a browser, layout and fonts of text, a database server, R
PROGRAMS := chromium libpango-1.0-0 libpangoft2-1.0-0 fonts-noto-cjk postgresql r-base-core r-cran-dbi r-cran-rpostgresql

programs:
	@missing="$$(for program in $(PROGRAMS); do dpkg -s $$program >/dev/null 2>&1 || echo $$program; done | xargs)"; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $$missing \
	  || echo "could not be installed: $$missing; tests that need them will say so"; \
	else \
	  echo "Tests need programs that this machine lacks: $$missing"; \
	  echo "to do: make programs as root, or install what your system calls them (Debian: apt-get install $$missing)"; \
	fi

test: programs lint types layers unit

test-long: .venv/installed-test
	POVMON_EDITS=1000 $(BIN)/python -m pytest tests/ledger/test_tampering.py
	POVMON_READER_ROUNDS=40 $(BIN)/python -m pytest tests/postgres/test_readers.py

lint: .venv/installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/installed-test
	$(BIN)/mypy

layers: .venv/installed-test
	$(BIN)/lint-imports --no-cache

unit: .venv/installed-test
	$(BIN)/python -m pytest -n 2 --dist loadfile --durations 15

docs: .venv/installed-test
	$(BIN)/python -m warehouse.dictionary docs/dictionary
	$(BIN)/python -m assets.rules docs/rules.md
	$(BIN)/python -m warehouse.programme docs/programme.md
	$(BIN)/python -m warehouse.migrations

bench: .venv/installed-test
	$(BIN)/python -m benchmarks.month
	$(BIN)/python -m benchmarks.prefecture
	$(BIN)/python -m benchmarks.marts
	$(BIN)/python -m benchmarks.data_docs
	$(BIN)/python -m benchmarks.ledger
	$(BIN)/python -m benchmarks.queries

lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras \
	  --no-emit-index-url --no-header --extra test --extra install pyproject.toml -o requirements-test.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras \
	  --no-emit-index-url --no-header --extra install -c requirements-test.lock pyproject.toml -o requirements.lock

clean:
	rm -rf .venv povmon-home
