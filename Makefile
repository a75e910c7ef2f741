# The interface: report, test, proof, ui, bench. Everything is set up on first use.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export DAGSTER_HOME := $(CURDIR)/dagster_home
export GX_ANALYTICS_ENABLED := false
export PYTHONHASHSEED := 0
# Every command and every child of one would translate its libraries again, for seconds.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup report test proof ui bench lint lock clean

help: ## What there is to make
	@grep -hE '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 10

setup: $(VENV)/.ready ## Install the locked environment and find a browser

$(VENV)/.ready: requirements.lock pyproject.toml deploy/programs.sh
	@if command -v uv >/dev/null; then \
	  uv venv --quiet --allow-existing --python $(PYTHON) $(VENV) && \
	  VIRTUAL_ENV=$(VENV) uv pip sync --quiet --compile-bytecode --require-hashes requirements.lock && \
	  VIRTUAL_ENV=$(VENV) uv pip install --quiet --no-deps --editable . ; \
	else \
	  $(PYTHON) -m venv $(VENV) && \
	  $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock && \
	  $(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . ; \
	fi
	@bash deploy/programs.sh browser
	@touch $@

report: setup ## Build the demonstration edition
	@$(BIN)/tesat demo --output build

test: setup ## Lint, types and all tests
	@bash deploy/programs.sh test
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy
	@$(BIN)/pytest -q -n 2 --dist loadgroup

proof: setup ## The long proofs, whole; results in benchmarks/results/
	@TESAT_PROOF=1 $(BIN)/pytest -q -n 2 --dist loadgroup -m proof && cat benchmarks/results/proofs.json
	@$(BIN)/python -m benchmarks.scale

ui: setup ## The Dagster UI with the demonstration
	@test -e build/.store/ledger.jsonl -a -e dagster_home/history/runs.db || $(BIN)/tesat demo --output build
	@TESAT_INBOX=examples/demonstration/returns TESAT_OUTPUT=build TESAT_STORE=build/.store TESAT_DEMONSTRATION=true \
	  $(BIN)/dagster dev -m assets.definitions -h 127.0.0.1 -p 3000

bench: setup ## Timings, as ratios in one run
	@$(BIN)/python -m benchmarks.run

lock: ## Renew the lock file (needs uv)
	@uv pip compile pyproject.toml --extra dev --generate-hashes --no-emit-index-url --no-header --quiet --upgrade -o requirements.lock

clean: ## Remove what was built
	@rm -rf build dagster_home/storage dagster_home/history dagster_home/schedules dagster_home/logs
