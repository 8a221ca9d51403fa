# make demo, make test and the rest. Needs Python 3.11 or newer with venv and pip, make, and 10 GB; nothing else.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; exit; }; done; echo python3)
FREE_GB ?= 10
BIN := .venv/bin
STAMP := .venv/.installed
PYTEST_ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help install demo test lint docs docs-check bench lock clean

help: ## Say what can be made
	@echo "Patternbook. What can be made:"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | awk -F'|' '{ printf "  make %-11s %s\n", $$1, $$2 }'
	@echo "Start with: make demo"

install: $(STAMP) ## Make .venv with everything in it, once (2 to 5 minutes)

$(STAMP): pyproject.toml requirements.lock
	@sh scripts/check-machine "$(PYTHON)" $$( [ -x $(BIN)/patternbook ] && echo 1 || echo $(FREE_GB) )
	@echo "Installing into .venv (the first time this fetches some 3 GB and takes 2 to 5 minutes) …"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock --editable '.[dev]'
	@touch $@
	@echo "Installed: $$($(BIN)/patternbook --version), in $$(du -sh .venv | cut -f1)"

demo: install ## Twelve small papers become patterns, a plan, a run, and another plan (3 minutes)
	@$(BIN)/python examples/demo.py
	@echo
	@echo "Try next:"
	@echo "  $(BIN)/patternbook --help"
	@echo "  $(BIN)/patternbook ingest YOUR_PAPERS/ && $(BIN)/patternbook compile && $(BIN)/patternbook ask 'what you want to find out'"

test: install ## Run every test; those that need Neo4j are skipped, by name, where Java 17 or Maven is missing
	@sh scripts/which-neo4j
	@$(BIN)/python -m pytest $(PYTEST_ARGS)
	@[ -n "$$CI" ] || echo "Try next: make demo, or make test PYTEST_ARGS='tests/service -x'"

lint: install ## ruff, mypy --strict, and the import contract
	@echo "ruff check …" && $(BIN)/ruff check .
	@echo "ruff format …" && $(BIN)/ruff format --check .
	@echo "mypy --strict …" && $(BIN)/mypy
	@echo "import contract …" && $(BIN)/lint-imports

docs: install ## Write the reference pages and JSON Schemas anew from the code
	@$(BIN)/python scripts/make-docs

docs-check: install ## Say whether the reference pages and JSON Schemas are what the code says
	@$(BIN)/python scripts/make-docs --check

bench: install ## Measure every figure; BENCH='store parse' for some, DATA=path for other files
	@$(BIN)/python scripts/bench $(if $(DATA),--data $(DATA)) $(BENCH)

lock: install ## Write requirements.lock from what is in .venv
	@{ head -1 requirements.lock; $(BIN)/python -m pip freeze --disable-pip-version-check --exclude-editable; } > requirements.lock.new
	@mv requirements.lock.new requirements.lock && git --no-pager diff --stat requirements.lock

clean: ## Remove .venv and caches; .patternbook, which holds your graph, stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage coverage.xml build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
