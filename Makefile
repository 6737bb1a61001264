# Everything below needs python3 (3.11 or newer) and make; the rest is fetched into .venv once.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test lint format bench migration pictures drafts clean

demo: .venv/.demo
	$(BIN)/rapport demo

test: .venv/.dev
	$(BIN)/python -m pytest -n auto --dist worksteal

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright

format: .venv/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/.dev
	$(BIN)/python -m benchmarks.footprint
	$(BIN)/python -m benchmarks.ticks
	$(BIN)/python -m benchmarks.commands
	$(BIN)/python -m benchmarks.questions
	$(BIN)/python -m benchmarks.review
	$(BIN)/python -m benchmarks.standings
	$(BIN)/python -m benchmarks.challenges
	$(BIN)/python -m benchmarks.pictures

# Writes the next migration from the models: make migration m="what changes"
migration: .venv/.dev
	$(BIN)/python -m bot.storage.migrate "$(m)"

# Takes the README's pictures of the demo again; needs Chromium.
pictures: .venv/.dev
	$(BIN)/python -m docs.pictures

# Writes docs/drafts.md: every message in every tone.
drafts: .venv/.dev
	$(BIN)/python -m docs.drafts

clean:
	rm -rf .venv build dist *.egg-info

.venv/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/.demo: .venv/.python pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[demo]'
	@touch $@

.venv/.dev: .venv/.python pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ .venv/.demo
