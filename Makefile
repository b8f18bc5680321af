# Every target sets up what it needs: a clone and `make demo` or `make test` are enough.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
RUNTIME := .venv/.runtime
DEV := .venv/.dev

.PHONY: help demo test test-fast test-cluster test-pods base-image image test-image lint bench bench-gate golden generate schemas lock clean

help: ## Say what there is
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

$(BIN)/python:
	$(PYTHON) -m venv .venv

$(RUNTIME): requirements/runtime.txt pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --require-hashes -r requirements/runtime.txt
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): requirements/dev.txt $(RUNTIME)
	$(BIN)/pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

demo: $(RUNTIME) ## Set up, render examples/quickstart and say what was made
	@$(BIN)/krmfn render -f examples/quickstart/nats.yaml --config examples/quickstart/render.yaml --output-dir build/demo
	@echo "Rendered examples/quickstart/nats.yaml into build/demo:"
	@find build/demo -type f | LC_ALL=C sort | sed 's/^/  /'

test: $(DEV) ## Set up, run every test, measure branch coverage
	$(BIN)/python -m pytest -n auto --cov --cov-report=term --cov-fail-under=95

test-fast: $(DEV) ## Run the unit tests without what is made up: half a minute
	$(BIN)/python -m pytest -n auto --no-cov -m "unit and not fuzz"

test-cluster: $(DEV) ## Apply what is rendered to a real API server and scheduler (built once, a quarter of an hour)
	$(BIN)/python -m tests.cluster.control_plane build
	KRMFN_CLUSTER=1 $(BIN)/python -m pytest tests/cluster

test-pods: $(DEV) ## Run what is rendered as real pods on four kubelets in three zones (root; built once, some minutes; see tests/pods)
	$(BIN)/python -m tests.pods.programs
	KRMFN_PODS=1 $(BIN)/python -m pytest tests/pods

base-image: $(RUNTIME) ## Make a base image from Debian packages, where none can be pulled (root, debootstrap)
	$(BIN)/python -m image.base

image: $(RUNTIME) ## Build the container image with podman or docker (BASE=..., IMAGE=...)
	$(BIN)/python -m image.build

test-image: $(DEV) ## Build the image twice and run it as kpt, kustomize, kubectl and Argo CD do
	KRMFN_IMAGE_BUILD=1 $(BIN)/python -m pytest tests/image

lint: $(DEV) ## ruff, mypy and the import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(DEV) ## Measure speed as ratios within one run, with the peers that are here, and write docs/explanation/speed.md
	$(BIN)/python bench/bench.py --write

bench-gate: $(DEV) ## The short form for CI: fail when a start has become much slower (half a minute)
	$(BIN)/python bench/bench.py --gate

golden: $(DEV) ## Rewrite tests/golden/*/expected from what krmfn renders now; review the diff
	$(BIN)/python -m pytest tests/test_golden.py tests/reports/test_pull_requests.py --update-golden

generate: $(DEV) ## Rewrite what is generated: schemas/, krmfn/api/table.py, krmfn/library/setting_values.py, Argo CD's parameters, docs/reference/
	$(BIN)/python -m tools.generate

schemas: $(DEV) ## Rewrite krmfn/checks/schemas from the schemas of Kubernetes and of CRDs (needs Go)
	$(BIN)/python -m tools.schemas

lock: ## Rewrite the pinned requirements (needs uv)
	cd requirements && for f in runtime dev; do \
	  uv pip compile --python-version 3.11 --universal --generate-hashes --no-header --no-annotate --no-strip-extras -q $$f.in -o $$f.txt; done

clean: ## Remove what was built
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
