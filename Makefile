# Each target does all that it needs from a fresh clone with Python 3.11 or later; a second call finds the stamps.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV ?= .venv
BENCH_VENV ?= .venv-bench
PYAM_VENV ?= .venv-pyam
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
# The environment of this checkout, whatever is active in the shell.
export VIRTUAL_ENV :=
INSTALL := $(UV) pip install --quiet --require-hashes
COMPILE := $(UV) pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' $(UPGRADE)

# Files of tests side by side: on one worker the suite takes half as long again.
WORKERS ?= 2
SPREAD = $(if $(filter-out 0 1,$(WORKERS)),-n $(WORKERS) --dist loadfile)

SAY_DATA = @test -n "$(DATA)" -a -n "$(PANEL)" || \
	{ echo "Say where the series are: DATA=m4_yearly_train.parquet PANEL=folder of the city panel"; exit 2; }

.PHONY: help setup report lab test lint bench bench-batch bench-explore train lock clean

help: ## Say what each target does.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.run ## Make .venv and install the locked dependencies and the package.

report: $(VENV)/.run ## Write the reports of every scenario, both editions, to reports/index.html.
	$(PY) -m xtanalysis report --out reports

lab: $(VENV)/.run ## Open JupyterLab on the first notebook.
	$(VENV)/bin/jupyter-lab notebooks/00_start_here.ipynb

test: $(VENV)/.test ## Run the tests (ARGS="-k plan" to choose); those with a browser need Chromium.
ifeq ($(CHROMIUM)$(CI),)
	@echo "No Chromium found: the tests that drive a browser are left out."
	$(PY) -m pytest $(SPREAD) -m 'not browser' $(ARGS)
else
	$(PY) -m pytest $(SPREAD) $(ARGS)
endif

lint: $(VENV)/.test ## Check style and types: ruff, mypy strict.
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy

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

lock: $(VENV)/.uv ## Resolve the locks again (UPGRADE=--upgrade for the newest versions).
	$(COMPILE) pyproject.toml --extra test --output-file requirements/test.txt
	$(COMPILE) pyproject.toml --constraint requirements/test.txt --output-file requirements/run.txt
	$(COMPILE) requirements/build.in --constraint requirements/test.txt --output-file requirements/build.txt
	$(COMPILE) pyproject.toml --extra bench --output-file requirements/bench.txt
	$(COMPILE) requirements/pyam.in --output-file requirements/pyam.txt

clean: ## Remove the environments, caches and builds (reports stay).
	rm -rf $(VENV) $(BENCH_VENV) $(PYAM_VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
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

# pyam reads what the package exports; its pins clash with the newest of the others.
$(PYAM_VENV)/.ready: $(VENV)/.uv requirements/pyam.txt
	test -x $(PYAM_VENV)/bin/python || $(UV) venv --quiet --python $(PY) $(PYAM_VENV)
	$(INSTALL) --python $(PYAM_VENV)/bin/python -r requirements/pyam.txt
	@touch $@

$(BENCH_VENV)/.ready: $(VENV)/.uv requirements/bench.txt pyproject.toml
	test -x $(BENCH_VENV)/bin/python || $(UV) venv --quiet --python $(PY) $(BENCH_VENV)
	$(INSTALL) --python $(BENCH_VENV)/bin/python -r requirements/bench.txt
	@touch $@
