# Every target sets up what it needs in .venv, once, and again when a requirements file changes.
PORT ?= 8000
STAGE ?= dev
ARCHITECTURE ?= x86_64
PYTHON ?= python3
WORKERS ?= 2

VENV := .venv
BIN := $(VENV)/bin
LOCAL := $(VENV)/.local
DEV := $(VENV)/.dev
# Inside .venv, so that it is kept out of Git, made once for a tree, and removed with everything else by `make clean`.
DYNALITE := $(VENV)/dynalite
AXE := $(VENV)/axe
CLIENTS := $(VENV)/clients
AWS := $(VENV)/aws
PEERS := $(VENV)/peers
# Lambda's runtime is for Linux, as Lambda is; elsewhere the tests that need it are skipped.
LAMBDA := $(VENV)/lambda
RUNTIME := $(if $(filter Linux,$(shell uname -s)),$(LAMBDA)/.installed)
# What all tests need. Without npm those that need dynalite or axe are skipped.
TESTED = $(DEV) $(CLIENTS)/.installed $(AWS)/.installed $(RUNTIME) $(if $(shell command -v npm 2>/dev/null),dynalite axe)

.DEFAULT_GOAL := help
.PHONY: help run test check check-deep mutate dynalite axe clients aws lambda package deploy bench bench-cold scores-diff scores-write plugin-api openapi validate robustness choices readme charts rig-check format clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(LOCAL) ## Serve the API and the page at http://127.0.0.1:8000, no AWS account needed (PORT=8080 for another port)
	@$(BIN)/python -c 'import socket, sys; s = socket.socket(); sys.exit(s.connect_ex(("127.0.0.1", $(PORT))) == 0 and "port $(PORT) is taken; name another: make run PORT=8080")'
	@PYTHONDONTWRITEBYTECODE=1 $(BIN)/chalice local --stage local --no-autoreload --port $(PORT)

test: $(TESTED) ## Run the tests
	@PYTHONDONTWRITEBYTECODE=1 $(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup

check: $(DEV) ## Lint, format, types and import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

check-deep: $(TESTED) ## What takes long: every test, more examples for each property, and the benchmarks
	@PYTHONDONTWRITEBYTECODE=1 HYPOTHESIS_PROFILE=deep $(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup
	@$(MAKE) --no-print-directory bench

mutate: $(DEV) ## Leave out each clause of the conditions in chalicelib/storage in turn; a test must fail each time
	@PYTHONDONTWRITEBYTECODE=1 $(BIN)/python -m tools.mutate_conditions

dynalite: $(DYNALITE)/.installed ## Install the tests' second DynamoDB engine from npm; needs Node.js

axe: $(AXE)/.installed ## Install axe-core from npm, with which the browser tests look for faults of accessibility; needs Node.js

clients: $(CLIENTS)/.installed ## Install a generator of clients, in an environment of its own, which the tests try on /openapi.json

aws: $(AWS)/.installed ## Install AWS's command line and its translation of SAM, in an environment of their own, on which the tests try `make deploy`

lambda: $(LAMBDA)/.installed ## Install Lambda's runtime for Python, with which the tests run the package; Linux only

package: $(LOCAL) ## Build deployment.zip and the CloudFormation template in build/ (STAGE=dev ARCHITECTURE=x86_64)
	@$(BIN)/python -m tools.package --stage $(STAGE) --architecture $(ARCHITECTURE)

# `make deploy --dry-run` is taken for the tool's option of that name: + has the line run where make would only print it.
deploy: $(LOCAL) ## Put a stage into your AWS account, each step shown (STAGE=dev; DEPLOY="--email you@example.org"; --dry-run shows only)
	+@PYTHONDONTWRITEBYTECODE=1 $(BIN)/python -m tools.deploy --stage $(STAGE) --architecture $(ARCHITECTURE) $(if $(findstring n,$(firstword -$(MAKEFLAGS))),--dry-run) $(DEPLOY)

bench: $(TESTED) $(PEERS)/.installed ## Run all benchmarks and write bench/RESULTS.md (BENCH="score cold" for some, which writes nothing)
	@PYTHONDONTWRITEBYTECODE=1 $(BIN)/python -m bench $(BENCH)

bench-cold: $(DEV) $(PEERS)/.installed ## Measure the CPU of a cold start, part by part, beside other ways to deploy it
	@$(BIN)/python -m bench.cold

scores-diff: $(LOCAL) ## Show which scores this state of code, plugins and data moves
	@$(BIN)/python -m tools.scores diff

scores-write: $(LOCAL) ## Take moved scores over into tests/golden, and print the line for the changelog
	@$(BIN)/python -m tools.scores write

plugin-api: $(LOCAL) ## Write docs/plugin_api.txt, what plugins can see, anew, and print the line for the changelog
	@$(BIN)/python -m tools.plugin_api

openapi: $(LOCAL) ## Write the description of the HTTP API and docs/http_api.txt, what callers rely on, anew; says what breaks
	@$(BIN)/python -m tools.openapi

validate: $(LOCAL) ## Compare scores with recorded decisions of real teams; writes docs/validation.md
	@$(BIN)/python -m tools.validate

robustness: $(LOCAL) ## Shake all weights and see which verdicts of 2018 stand; writes docs/robustness.md
	@$(BIN)/python -m tools.robustness

choices: $(LOCAL) ## Write docs/choices.md anew from the plugins and the code
	@$(BIN)/python -m tools.choices $(if $(REREAD),--reread)

readme: $(LOCAL) ## Write the README's answer anew
	@$(BIN)/python -m tools.readme

charts: $(LOCAL) ## Draw docs/charts, and write the tables of docs/measuring.md, anew from the measured figures
	@$(BIN)/python -m tools.charts
	@$(BIN)/python -m tools.measured

rig-check: $(BIN)/python ## Install the reference application of every framework and check that they conform (RIG="flask django" for some)
	@$(BIN)/python -m rig.conformance $(RIG)

format: $(DEV) ## Put the code into the form that `make check` asks for
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

clean: ## Remove everything that was built or installed here
	rm -rf $(VENV) build *.egg-info .chalice/deployments .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Chalice refuses pip 26.3 and later.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Frameworth needs Python 3.11 or later; name one with PYTHON=…")'
	@echo "Setting up $(VENV) …"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "pip<26.3"

$(LOCAL): requirements.txt requirements-local.txt | $(BIN)/python
	@echo "Installing what the service needs …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-local.txt
	@touch $@

$(DEV): requirements.txt requirements-local.txt requirements-dev.txt | $(BIN)/python
	@echo "Installing what the checks need …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ $(LOCAL)

$(CLIENTS)/.installed: tests/clients/requirements.txt | $(BIN)/python
	@echo "Installing a generator of clients …"
	@$(PYTHON) -m venv $(CLIENTS)
	@$(CLIENTS)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

$(AWS)/.installed: tests/packaging/requirements-aws.txt | $(BIN)/python
	@echo "Installing AWS's command line …"
	@$(PYTHON) -m venv $(AWS)
	@$(AWS)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

$(LAMBDA)/.installed: tests/packaging/requirements-lambda.txt | $(BIN)/python
	@echo "Installing Lambda's runtime …"
	@rm -rf $(LAMBDA)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --target $(LAMBDA) -r $<
	@touch $@

$(PEERS)/.installed: bench/peers/requirements.txt | $(BIN)/python
	@echo "Installing what others would take …"
	@rm -rf $(PEERS)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --target $(PEERS) -r $<
	@touch $@

$(DYNALITE)/.installed: tests/engines/dynalite/package.json tests/engines/dynalite/package-lock.json | $(BIN)/python
	$(from_npm)

$(AXE)/.installed: tests/browser/axe/package.json tests/browser/axe/package-lock.json | $(BIN)/python
	$(from_npm)

define from_npm
	@command -v npm >/dev/null || { echo "$(notdir $(@D)) needs Node.js 18 or later with npm (apt-get install nodejs npm)" >&2; exit 1; }
	@echo "Installing $(notdir $(@D)) …"
	@mkdir -p $(@D) && cp $^ $(@D)
	@cd $(@D) && npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error
	@touch $@
endef
