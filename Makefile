# make maps: draws everything; make test: all tests; make check: lint, types, layers
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: maps test check lint clean

maps: $(VENV)/.installed
	$(BIN)/kzgeo build

test: $(VENV)/.tested
	$(BIN)/python -m pytest

check: $(VENV)/.tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(BIN)/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	touch $@

$(VENV)/.tested: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test]'
	sh tests/install.sh
	touch $@

clean:
	rm -rf $(VENV) dist
	git clean -fdXq maps
