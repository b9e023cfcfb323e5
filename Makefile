# Each target does all that it needs from a fresh clone with Python 3.11 or later; a second call finds the stamps.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV ?= .venv
BENCH_VENV ?= .venv-bench
PYAM_VENV ?= .venv-pyam
LOWEST_VENV ?= .venv-lowest
S3_VENV ?= .venv-s3
PY := $(VENV)/bin/python
UV := $(VENV)/bin/uv
# The newest Python with venv that the lock is made for (tried by running it: a shim may name a version that is not there).
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$p && break; done)
CHROMIUM := $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)

# One BLAS thread: the workers share the cores, and equal runs give equal bytes.
export OPENBLAS_NUM_THREADS := 1
export OMP_NUM_THREADS := 1
# Compiled once, here: where PYTHONDONTWRITEBYTECODE is set, every command would compile 2,500 modules anew, for four seconds.
export UV_COMPILE_BYTECODE := 1
export PYTHONDONTWRITEBYTECODE :=
# The environment of this checkout, whatever is active in the shell.
export VIRTUAL_ENV :=
INSTALL := $(UV) pip install --quiet --require-hashes
COMPILE := $(UV) pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' $(UPGRADE)

# Files of tests side by side, the longest first (tests/conftest.py), one worker a processor, four at most.
WORKERS ?= $(shell n=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2); echo $$((n > 4 ? 4 : n)))
SPREAD = $(if $(filter-out 0 1,$(WORKERS)),-n $(WORKERS) --dist loadfile)

# Old versions beside newer ones that they did not know warn of names that have moved since.
OLD_AMONG_NEW = -W ignore::DeprecationWarning -W ignore::PendingDeprecationWarning -W ignore::FutureWarning

# A tier of the tests; without a browser those that drive one are left out, and it is said.
HAS_BROWSER = $(CHROMIUM)$(CI)
TIER = $(if $(HAS_BROWSER),,echo "No Chromium found: the tests that drive a browser are left out." && )\
	$(PY) -m pytest $(SPREAD) -m '$(1)$(if $(HAS_BROWSER),, and not browser)' $(ARGS)

SAY_DATA = @test -n "$(DATA)" -a -n "$(PANEL)" || \
	{ echo "Say where the series are: DATA=m4_yearly_train.parquet PANEL=folder of the city panel"; exit 2; }

.PHONY: help setup report docs lab test test-slow test-lowest test-s3 lint words fuzz kill dist wheelhouse audit bench bench-batch bench-explore train lock clean

help: ## Say what each target does.
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.run ## Make .venv and install the locked dependencies and the package.

report: $(VENV)/.run ## Write the reports of every scenario, both editions, to reports/index.html.
	$(PY) -m xtanalysis report --out reports

lab: $(VENV)/.run ## Open JupyterLab on the first notebook.
	$(VENV)/bin/jupyter-lab notebooks/00_start_here.ipynb

KILLS ?= 60

test: $(VENV)/.test ## Run the tests that are not slow (ARGS="-k plan" to choose); those with a browser need Chromium.
	$(call TIER,not slow)

test-slow: export XTANALYSIS_KILLS := $(KILLS)
test-slow: $(VENV)/.test ## Run the slow ones: every notebook and page, 60 kills at random (KILLS=100), 1,000 odd inputs.
	$(call TIER,slow)

test-lowest: $(LOWEST_VENV)/.ready ## Run the tests on the lowest versions that pyproject.toml allows (Python 3.11).
	$(LOWEST_VENV)/bin/python -m pytest $(SPREAD) $(OLD_AMONG_NEW) $(ARGS)

test-s3: $(S3_VENV)/.ready ## Try a sweep's addresses against an S3 server in process, in an environment of its own.
	$(S3_VENV)/bin/python -m pytest tests/report/s3_server.py $(ARGS)

lint: $(VENV)/.test ## Check style and types: ruff, mypy strict.
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy

words: $(VENV)/.test ## Bring the code's new messages into the Chinese catalogue and compile it.
	$(PY) scripts/words.py

N ?= 1000
SEED ?= 1

fuzz: $(VENV)/.test ## Try random inputs of every command and count what they do (N=10000, SEED=2).
	$(PY) -m tests.fuzz $(N) $(SEED)

kill: $(VENV)/.test ## Kill batch and report at random moments and compare bytes; stop every command (N=100, SEED=2).
	$(PY) -m tests.kill $(N) $(SEED)

docs: $(VENV)/.docs ## Build the site of the documentation: open build/site/index.html (warnings are errors; nothing is fetched).
	rm -rf docs/api
	$(PY) -m sphinx --fail-on-warning --keep-going --quiet -d build/site.doctrees docs build/site

audit: $(VENV)/.uv ## Look the locked packages up in the database of known vulnerabilities (needs the network).
	for lock in run test docs bench pyam s3 build; do $(UV) tool run pip-audit --require-hashes --disable-pip -r requirements/$$lock.txt || exit 1; done

bench: $(BENCH_VENV)/.ready ## Compare the annual forecaster with its peers (DATA, PANEL as for train; ARGS=--all).
	$(SAY_DATA)
	PYTHONPATH=.:scripts $(BENCH_VENV)/bin/python benchmarks/bench_annual.py $(DATA) --panel $(PANEL) $(ARGS)

bench-batch: $(VENV)/.run ## Compare a batch of notebooks with a loop of papermill and nbconvert.
	$(PY) benchmarks/bench_batch.py $(ARGS)

bench-explore: $(VENV)/.test ## Time a slider's step in JupyterLab and under Voilà, from the key to the redrawn page (needs Chromium).
	PYTHONPATH=. $(PY) benchmarks/bench_explore.py $(ARGS)

train: $(VENV)/.run ## Train the annual forecaster anew: make train DATA=m4_yearly_train.parquet PANEL=folder
	$(SAY_DATA)
	PYTHONPATH=.:scripts $(PY) scripts/train_annual.py $(DATA) --panel $(PANEL) $(ARGS)

dist: $(VENV)/.run ## Build wheel and sdist into dist/ (the same commit gives the same bytes).
	rm -rf dist/*.whl dist/*.tar.gz
	SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct 2>/dev/null || echo 315532800)} $(PY) -m hatchling build -d dist

wheelhouse: dist ## Gather the wheel and all that it needs in dist/wheelhouse, for offices without internet.
	$(PY) -m pip download --quiet --require-hashes -r requirements/run.txt -d dist/wheelhouse
	cp dist/*.whl dist/wheelhouse/

lock: $(VENV)/.uv ## Resolve the locks again (UPGRADE=--upgrade for the newest versions).
	$(COMPILE) pyproject.toml --extra test --output-file requirements/test.txt
	$(COMPILE) pyproject.toml --constraint requirements/test.txt --output-file requirements/run.txt
	$(COMPILE) pyproject.toml --extra docs --constraint requirements/test.txt --output-file requirements/docs.txt
	$(COMPILE) requirements/build.in --constraint requirements/test.txt --output-file requirements/build.txt
	$(COMPILE) pyproject.toml --extra bench --output-file requirements/bench.txt
	$(COMPILE) requirements/pyam.in --output-file requirements/pyam.txt
	$(COMPILE) pyproject.toml --extra cluster requirements/s3.in --output-file requirements/s3.txt

clean: ## Remove the environments, caches and builds (reports stay).
	rm -rf $(VENV) $(BENCH_VENV) $(PYAM_VENV) $(LOWEST_VENV) $(S3_VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis docs/api
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.uv: requirements/build.txt
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or later with the venv module found (Debian: apt-get install python3-venv)."; exit 1; }
	test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/build.txt
	@touch $@

$(VENV)/.run: $(VENV)/.uv requirements/run.txt pyproject.toml
	$(INSTALL) --python $(PY) -r requirements/run.txt
	$(UV) pip install --quiet --python $(PY) --no-deps --no-build-isolation --editable .
	$(PY) -m compileall -q xtanalysis
	@touch $@

$(VENV)/.test: $(VENV)/.run requirements/test.txt $(PYAM_VENV)/.ready
	$(INSTALL) --python $(PY) -r requirements/test.txt
	@touch $@

$(VENV)/.docs: $(VENV)/.run requirements/docs.txt
	$(INSTALL) --python $(PY) -r requirements/docs.txt
	@touch $@

# pyam reads what the package exports; its pins clash with the newest of the others.
$(PYAM_VENV)/.ready: $(VENV)/.uv requirements/pyam.txt
	test -x $(PYAM_VENV)/bin/python || $(UV) venv --quiet --python $(PY) $(PYAM_VENV)
	$(INSTALL) --python $(PYAM_VENV)/bin/python -r requirements/pyam.txt
	@touch $@

# Not locked: what pyproject.toml allows at its lowest is the question. Nothing of .venv is used but uv; tests of the
# wheel ask for pip.
$(LOWEST_VENV)/.ready: $(VENV)/.uv pyproject.toml $(PYAM_VENV)/.ready
	test -x $(LOWEST_VENV)/bin/python || $(UV) venv --quiet --seed --python 3.11 $(LOWEST_VENV)
	$(UV) pip install --quiet --python $(LOWEST_VENV)/bin/python --resolution lowest-direct --editable '.[test]'
	@touch $@

# An S3 server and its client hold back python-dateutil, which the tests have newer.
$(S3_VENV)/.ready: $(VENV)/.uv requirements/s3.txt pyproject.toml
	test -x $(S3_VENV)/bin/python || $(UV) venv --quiet --python $(PY) $(S3_VENV)
	$(INSTALL) --python $(S3_VENV)/bin/python -r requirements/s3.txt
	@touch $@

$(BENCH_VENV)/.ready: $(VENV)/.uv requirements/bench.txt pyproject.toml
	test -x $(BENCH_VENV)/bin/python || $(UV) venv --quiet --python $(PY) $(BENCH_VENV)
	$(INSTALL) --python $(BENCH_VENV)/bin/python -r requirements/bench.txt
	@touch $@
