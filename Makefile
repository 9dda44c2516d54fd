# make run | test | contract | fuzz | lint | pictures | bench | soak | dist | clean: each makes what it needs first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: run test contract fuzz lint pictures bench soak dist clean

run: $(VENV)/.run
	@$(BIN)/bikorders serve

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto

# Requests of all kinds to a running server, made up from its OpenAPI document.
contract: $(VENV)/.contract
	$(BIN)/python -m tests.contract

# The same with other examples at every run, and forty times as many.
fuzz: $(VENV)/.dev
	HYPOTHESIS_PROFILE=fuzz $(BIN)/python -m pytest tests/test_fuzz.py

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	@! $(BIN)/radon cc -n D -s bikorders | grep . || { echo "Split these functions: rank D is too much to hold" >&2; exit 1; }

# The pictures of the documents, from the running program; needs chromium and chromedriver.
pictures: $(VENV)/.dev
	$(BIN)/python -m tests.pictures

# Some ten minutes; nothing else should run meanwhile.
bench: $(VENV)/.dev
	$(BIN)/python benchmarks/bench.py

# Ten minutes of edits and of every kind of refusal: whether the memory stays.
soak: $(VENV)/.dev
	$(BIN)/python benchmarks/soak.py

# From nothing: setuptools would put what an older build left behind into the wheel.
dist: $(VENV)/.dev
	rm -rf build dist
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation -w dist .

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "bikorders needs Python 3.11 or newer; name one like this: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo "Python's venv module is missing; on Debian and Ubuntu: sudo apt-get install python3-venv" >&2; exit 1; }
	@rm -rf $(VENV)
	@echo "Making $(VENV) (once) ..."
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: $(VENV)/.made setup.cfg pyproject.toml constraints.txt
	@echo "Installing into $(VENV) ..."
	@$(PIP) -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run
	@echo "Installing the development tools ..."
	@$(PIP) -e '.[dev]'
	@touch $@

$(VENV)/.contract: $(VENV)/.dev
	@echo "Installing schemathesis ..."
	@$(PIP) -e '.[dev,contract]'
	@touch $@
