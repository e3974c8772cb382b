# Every target does its own set-up: Python 3.11 or newer is all a machine needs.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/
PAGES := $(wildcard bff/web/developer/source/*)
# One worker per processor. Each collects all tests anew: more than eight do not pay.
SPREAD := --numprocesses=auto --maxprocesses=8 --dist=worksteal

.PHONY: demo test lint schema bench coverage clean

demo: $(VENV)/installed ## serve a made-up shop on http://127.0.0.1:8000
	$(RUN)bff demo

test: $(VENV)/installed-dev ## all tests; they bring their own Redis
	$(RUN)python -m pytest $(SPREAD)

coverage: $(VENV)/installed-dev ## all tests; the functional core must be covered branch by branch
	$(RUN)python -m pytest $(SPREAD) --cov=bff --cov-report=
	$(RUN)coverage report --include='bff/domain/*' --fail-under=100
	$(RUN)coverage report --format=total

lint: $(VENV)/installed-dev ## format, lint, types, import contracts, schema snapshot
	$(RUN)ruff format --check .
	$(RUN)ruff check .
	$(RUN)mypy
	$(RUN)lint-imports --no-cache
	$(RUN)bff schema | diff schema.graphql - || (echo 'run: make schema' && exit 1)

schema: $(VENV)/installed ## write schema.graphql
	$(RUN)bff schema > schema.graphql

bench: $(VENV)/installed-dev ## benchmarks: ratios, measured side by side
	$(RUN)python -m benchmarks

clean: ## forget everything that was installed and built
	rm -rf $(VENV) bff/web/developer/dist bff/web/developer/source/node_modules \
		tests/clients/node_modules

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| (echo 'bff needs Python 3.11 or newer: make PYTHON=python3.12 ...' && exit 1)
	$(PYTHON) -m venv $(VENV)

# The editable install also builds GraphiQL and the REST documentation.
$(VENV)/installed: pyproject.toml $(PAGES) | $(VENV)/bin/python
	$(RUN)python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/installed-dev: pyproject.toml $(PAGES) | $(VENV)/bin/python
	$(RUN)python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@ $(VENV)/installed
