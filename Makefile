# The two commands of the README are `make run` and `make test`; the others are for people who work on Prellbock.
PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv

.PHONY: run install gui gui-check functions deploy infra-check test check long lock clean

install: .venv/installed

# Everything comes from the lock files with hashes: first uv (by pip), then the rest (by uv), then Prellbock itself.
# All is compiled to bytecode, so that no start has to.
# Building compiles the mail reader, so its sources count. Without a C compiler it is installed as it is.
MAIL_READER := $(shell find src/prellbock/sources/mail -name '*.py')

.venv/installed: requirements.lock requirements-uv.lock pyproject.toml hatch_build.py $(MAIL_READER)
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Prellbock needs Python 3.11 or newer: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv || { echo 'venv is missing: run scripts/install-debian-packages' >&2; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock
	$(UV) pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q src
	touch $@

# The web GUI, built into the package. Node comes from the lock, too.
GUI_SOURCES := $(shell find gui -type f -not -path '*/node_modules/*' -not -path '*/.angular/*' -not -path 'gui/src/api/*' -not -name openapi.json) $(shell find src/prellbock/api src/prellbock/store -name '*.py')

gui: src/prellbock/gui/index.html

src/prellbock/gui/index.html: .venv/installed $(GUI_SOURCES) scripts/build-gui
	$(BIN)/python scripts/build-gui

run: install gui
	$(BIN)/prellbock demo --responses 300000 --serve

# The provider of OpenID Connect that tests sign in with; Node.js comes from requirements.lock.
OIDC := tests/oidc/node_modules/.package-lock.json

$(OIDC): tests/oidc/package-lock.json .venv/installed
	PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --silent --prefix tests/oidc
	touch $@

test: install check infra-check gui gui-check $(OIDC)
	$(BIN)/pytest

# The package of the cloud functions, and the stack as it stands in infra/ (docs/how-to/deploy-to-aws.md).
ARCH := arm64

functions: install gui
	$(BIN)/python scripts/build-functions --arch $(ARCH)

deploy: functions
	@test -n "$(STAGE)" || { echo 'name the stage: make deploy STAGE=staging' >&2; exit 2; }
	scripts/deploy $(STAGE) $(PARAMETERS)

infra-check: install
	$(BIN)/cfn-lint infra/template.yaml infra/deployer.yaml
	scripts/sam validate --lint --template infra/template.yaml

# Style, format, types (the build checks them, templates too) and component tests of the GUI.
gui-check: gui
	PATH="$(CURDIR)/$(BIN):$$PATH" npm --prefix gui run --silent lint
	PATH="$(CURDIR)/$(BIN):$$PATH" npm --prefix gui run --silent format -- --log-level warn
	PATH="$(CURDIR)/$(BIN):$$PATH" npm --prefix gui run --silent test

check: install
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

# Fuzzing, soak and scale runs: minutes to hours, never part of `make test`.
long: install
	$(BIN)/pytest -m long -n 0 --timeout 0

# Renews the locks after pyproject.toml changed; writes hashes and no address of a package index.
lock:
	$(UV) pip compile --quiet --no-header --no-emit-index-url --universal --generate-hashes --all-extras --group dev -o requirements.lock pyproject.toml
	echo 'uv' | $(UV) pip compile --quiet --no-header --no-emit-index-url --universal --generate-hashes -o requirements-uv.lock -
	echo 'aws-sam-cli' | $(UV) pip compile --quiet --no-header --no-emit-index-url --universal --generate-hashes -o infra/sam-requirements.lock -

clean:
	find src -name '*.so' -delete
	rm -rf gui/node_modules gui/.angular gui/src/api src/prellbock/gui
	rm -rf .venv .venv-sam build demo-data tests/oidc/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
