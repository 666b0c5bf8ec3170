# Every target works from a bare clone: the first makes .venv and fills it, later ones reuse it.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check
ADDR   ?= 127.0.0.1:8000
HOST   ?= mkdocs
# One more than two cores: tests wait for browsers and for builds.
JOBS   ?= 3
SAMPLE ?= 40
SEED   ?= 1
# Material's notice of its own end of life is no news to who builds this site.
export NO_MKDOCS_2_WARNING := 1

.DEFAULT_GOAL := help
.PHONY: help install serve site test test-all quick audit lock changelog coverage check format bench mutants browser wheel clean

help: ## what there is to make
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install: $(STAMP) ## make .venv and install convref with all that the site and the tests need

$(STAMP): pyproject.toml constraints.txt constraints-nodeps.txt requirements-build.lock requirements.lock playground/package-lock.json
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "convref needs Python 3.11 or later; name one: make PYTHON=python3.12 ..."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing into $(VENV) (a few minutes and about 1.8 GB, once)"
	@$(PIP) --require-hashes --no-deps -r requirements-build.lock
	@$(PIP) --require-hashes --no-deps --no-build-isolation -r requirements.lock
	@$(PIP) -c constraints.txt torch
	@$(PIP) --no-deps -r constraints-nodeps.txt
	@$(PIP) --no-deps --no-build-isolation -e .
	@if command -v npm >/dev/null; then npm ci --prefix playground --no-audit --no-fund --silent \
	  || echo "npm failed: the site is built without its playground"; fi
	@touch $@

serve: $(STAMP) ## build the site and serve it, again at every change
	$(BIN)/mkdocs serve --dev-addr $(ADDR)

site: $(STAMP) ## build the site into site/, strictly; HOST=zensical builds it with Zensical
ifeq ($(HOST),zensical)
	$(BIN)/python -m convref_docs.zensical_site
else
	$(BIN)/mkdocs build --strict
endif

test: $(STAMP) browser ## run every test: code, docstrings, pages, the site in a browser
	$(BIN)/pytest -n $(JOBS)

# What is long: every page with axe and for its weight, more drawn arguments, 1,000 edits against the cache, ten
# hostile builds. The site shows the figures of these tests.
test-all: export CONVREF_TEST_ALL := 1
test-all: export CONVREF_EXAMPLES := 300
test-all: export CONVREF_FUZZ_STEPS := 1000
test-all: export CONVREF_SCALING := 50000
test-all: export CONVREF_HOSTILE_BUILDS := 10
test-all: export CONVREF_FIGURES := 1
test-all: $(STAMP) browser ## run every test at its full size, as the nightly workflow does (an hour or more)
	$(BIN)/pytest -n $(JOBS)

# What most changes need, in about a minute: no site, no browser, no build in processes of its own, and none of the
# tests that run whole networks in PyTorch.
quick: $(STAMP) ## format, lint, types, contracts, and the fast tests
	$(MAKE) --no-print-directory check
	$(BIN)/pytest -n $(JOBS) -q tests/test_contracts.py tests/test_docstrings.py tests/test_lookups.py \
	  tests/test_workflows.py \
	  tests/nn tests/analysis tests/architectures tests/weave/markdown tests/weave/numbers tests/weave/page \
	  tests/weave/render tests/weave/check \
	  --ignore=tests/architectures/test_agreement.py --ignore=tests/analysis/test_conventions.py \
	  --ignore=tests/analysis/test_gradient_support.py --ignore=tests/analysis/test_memory.py \
	  --ignore=tests/analysis/test_step_memory.py

audit: $(STAMP) ## the licences of all dependencies, and how old their versions are
	$(BIN)/pytest -q tests/test_supply_chain.py
	$(BIN)/python .ci/age.py

lock: ## write the locks anew (needs uv)
	$(PYTHON) .ci/lock.py

changelog: $(STAMP) ## show the section of the changelog that the fragments will make
	@$(BIN)/towncrier build --draft --version next

check: $(STAMP) ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(STAMP) ## put the code into the house's form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

coverage: $(STAMP) browser ## measure the coverage of all tests; fail if it is below the one that the site shows
	@mkdir -p .cache
	COVERAGE_FILE=.cache/coverage $(BIN)/pytest -n $(JOBS) --cov=convref --cov-report=json:.cache/coverage.json
	$(BIN)/python .ci/coverage_record.py .cache/coverage.json

bench: $(STAMP) ## time convref beside its peers and write benchmarks/report.json
	$(BIN)/python benchmarks/report.py

mutants: $(STAMP) ## make mistakes on copies of the pages, and count those that the checks find (half an hour)
	PYTHONPATH=tests $(BIN)/python -m mutants --sample $(SAMPLE) --seed $(SEED) --write docs/assets/mutants.json

browser: $(STAMP)
	@$(BIN)/python tests/chromium.py

wheel: $(STAMP) ## build the wheel and the source archive into dist/
	$(BIN)/python -m build

clean: ## remove what was built, .venv too
	rm -rf $(VENV) site dist .cache .convref .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
