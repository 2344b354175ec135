# Onramp. `make run` starts it, `make test` proves it; the rest is for those who work on it.
# Python 3.11 or later is all it needs. Everything else goes into .venv and .data (or ONRAMP_DATA).

PYTHON ?= python3
BIN := .venv/bin
PRODUCTION_LIKE := ONRAMP_ENV_FILE=/dev/null DATABASE_URL=sqlite://:memory: DEBUG=false ALLOWED_HOSTS=onramp.example \
	SECRET_KEY=check-$$(head -c 40 /dev/urandom | od -An -tx1 | tr -d ' \n') \
	ONRAMP_SECRET_KEYS=$$(head -c 32 /dev/urandom | base64 | tr '+/' '-_')

define bootstrap
	@command -v $(PYTHON) >/dev/null || { echo "Onramp needs Python 3.11 or later; there is no '$(PYTHON)' here (another name: make PYTHON=...)." >&2; exit 1; }
	@$(PYTHON) -I config/bootstrap.py $(1)
endef

# Many processes start here; without compiled modules each would compile hundreds of them first.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test lint types contracts checks unit database services browser format lock clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## prepare .venv from the locked requirements, and a .env for trying things out
	$(call bootstrap,run)

setup-dev:
	$(call bootstrap,dev)

run: setup ## start broker, web server, workers and scheduler with demo data; Ctrl-C stops them (PORT=8000)
	@$(BIN)/python -m config.devserver

test: setup-dev ## all of the suite that needs no server and no browser
	@$(MAKE) --no-print-directory -j2 lint types contracts checks
	$(BIN)/python -m pytest -q -n auto --dist worksteal -m "unit or database"

lint: setup-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check --output-format concise

types: setup-dev
	$(BIN)/mypy

contracts: setup-dev
	$(BIN)/lint-imports --no-cache --no-logo

checks: setup-dev
	DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python manage.py makemigrations --check --dry-run
	$(PRODUCTION_LIKE) $(BIN)/python manage.py check --deploy --fail-level WARNING

unit: setup-dev ## the tests that touch no database, in less than a minute
	$(BIN)/python -m pytest -q -n auto --dist worksteal -m unit

database: setup-dev ## those of services, pages and API, on SQLite
	$(BIN)/python -m pytest -q -n auto --dist worksteal -m database

services: setup-dev ## the tests that need PostgreSQL and RabbitMQ (DATABASE_URL, ONRAMP_TEST_BROKER)
	$(BIN)/python -m pytest -q -n auto --dist worksteal -m services

browser: setup-dev ## the tests that drive Debian's chromium
	$(BIN)/python -m pytest -q -n auto --dist worksteal -m browser

format: setup-dev ## let ruff put the code in order
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

lock: ## pin the requirements again, with hashes (needs uv; UPGRADE=1 takes newer releases)
	@command -v uv >/dev/null || { echo "make lock needs uv on the PATH." >&2; exit 1; }
	uv pip compile -q pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
		$(if $(UPGRADE),--upgrade) -o config/requirements/run.txt
	uv pip compile -q pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
		$(if $(UPGRADE),--upgrade) -c config/requirements/run.txt -o config/requirements/dev.txt

clean: ## remove the environment and the caches; .data and .env stay
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
