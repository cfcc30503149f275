# Every command of the project. Bare `make` lists them.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo test check format docs bench fault bounces mutants lock clean

help: ## List the commands.
	@grep -E '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## (.*)/make \1\t\2/' | expand -t 14

.venv/main: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing what gpsync needs (about a minute)."
	@$(BIN)/pip install --quiet --require-hashes --only-binary :all: -r requirements.lock
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev: .venv/main requirements-dev.lock
	@echo "Installing what the tests and checks need."
	@$(BIN)/pip install --quiet --require-hashes --only-binary :all: -r requirements-dev.lock
	@touch $@

demo: .venv/main ## Three weeks of made-up nights, from nothing.
	@$(BIN)/gpsync demo

test: .venv/dev ## Run the tests.
	@$(BIN)/python -m pytest

check: .venv/dev ## Format, lint, types, printed pages.
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/python -m tests.docs.printing --check

format: .venv/dev ## Put the code into its form.
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

docs: .venv/dev ## Print the pages that come from the code.
	@$(BIN)/python -m tests.docs.printing

bench: .venv/dev ## Measure against peers, on the same data in the same run.
	@bash bench/build_peers.sh
	@$(BIN)/python -m bench
	@$(BIN)/python -m bench.reconciliation
	@if command -v chromium >/dev/null; then $(BIN)/python -m bench.page; \
	else echo "Debian's chromium and chromium-driver would measure the report page too (python -m bench.page)."; fi
	@if PATH="$$PATH:/usr/sbin" command -v smtp-sink >/dev/null; then $(BIN)/python -m bench.mail; \
	else echo "Debian's postfix would measure the mailout too (python -m bench.mail)."; fi

fault: .venv/dev ## Every crash, outage and refusal that can be made here; prints the scoreboard.
	@$(BIN)/python -m tests.faults

bounces: .venv/dev ## How a corpus of returned mail is read, and how many addresses are given up wrongly.
	@$(BIN)/python -m tests.unit.bounces

mutants: .venv/dev ## Change what decides, here and there, and see what no test notices. SAMPLE=300 MODULE=guards SEED=1
	@$(BIN)/python -W ignore -m tests.mutation --module "$(MODULE)" --sample $(or $(SAMPLE),0) --seed $(or $(SEED),1)

lock: .venv/dev ## Resolve the locks anew.
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --no-emit-find-links pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --no-emit-find-links -c requirements.lock --group dev pyproject.toml -o requirements-dev.lock

clean: ## Remove what was built or installed here.
	@rm -rf .venv .demo bench/.work bench/.peers *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .mutants
