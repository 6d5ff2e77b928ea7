# What one does with SmartBot, from a fresh clone. `make` alone lists it.

# The profile of `make run`: dev builds in half the time, release answers faster (make run PROFILE=release).
PROFILE ?= dev
# Narrows `make accept` to tests whose name contains it: make accept TEST=openapi
TEST ?=

CARGO ?= cargo
NPM ?= npm
PYTHON ?= python3
BINARY = $(or $(CARGO_TARGET_DIR),target)/debug/smartbot
INSTALLED = web/node_modules/.package-lock.json

.DEFAULT_GOAL := help
.PHONY: help run build app test web contract faults tools lint fmt accept bench clean

help: ## Lists the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: app ## Builds and starts the demo on embedded storage in demo-data/; prints lines to paste
	$(CARGO) run --locked --profile $(PROFILE) -p smartbot -- demo --data demo-data

build: app ## Builds the server for use, into target/release/smartbot
	$(CARGO) build --locked --release -p smartbot

# The server takes what is there into its binary; without Node it is built without the app, and says so at /app/.
app: ## Builds the admin app into web/dist/, where Node is there
	@if command -v $(NPM) >/dev/null 2>&1; then $(MAKE) --no-print-directory web/dist/app/index.html; \
	else echo "Node is not there: the server is built without the admin app." >&2; fi

web/dist/app/index.html: $(INSTALLED) $(shell find web/admin web/client web/sdk/src web/widget -type f -not -path '*/node_modules/*' -not -path '*/test/*' 2>/dev/null)
	cd web && $(NPM) run --silent build

# One feature set for all: `-p` would build the dependencies again. The tests of the binary build the binary, so what
# runs the transcripts is what was tested.
test: tools lint ## Checks everything: lints, all tests on both databases, transcripts, web/, the contract of the API
	$(CARGO) test --workspace --locked --no-fail-fast
	$(BINARY) bot test bots
	$(MAKE) --no-print-directory web contract

web: $(INSTALLED) $(BINARY) ## Checks web/ and examples/: lints, types, the SDK, the portal and the Postman collections against a server
	cd web && $(NPM) run --silent lint
	cd web && $(NPM) run --silent test

contract: $(BINARY) ## Holds a running server to api/openapi.json with schemathesis, with tokens of both kinds
	$(PYTHON) scripts/contract/run.py

# Everything is built together: the servers that are killed are of the same build as what kills them.
faults: tools ## Kills servers, disks and databases 200 times each, simulates 10,000 lives, and prints the ledgers
	$(CARGO) test --workspace --locked --profile faults --no-run --test faults
	$(CARGO) build --workspace --locked --profile faults --bin smartbot
	SMARTBOT_FAULTS=all $(CARGO) test --workspace --locked --profile faults --no-fail-fast --test faults -- --nocapture --test-threads=2

# As it is: whoever changed the code has just tested it, and `-p` would build the dependencies again.
$(BINARY):
	$(CARGO) build --locked -p smartbot

$(INSTALLED): web/package-lock.json web/package.json
	cd web && $(NPM) ci --ignore-scripts --no-progress </dev/null
	touch $@

tools: ## Installs what the tests start (PostgreSQL, Chromium, …) when root, else says what is missing
	@sh scripts/install-test-tools.sh

lint: ## Checks format, lints and, if cargo-deny is installed, licences and sources
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --locked -- -D warnings
	@sh scripts/check-dependencies.sh

fmt: $(INSTALLED) ## Formats the code
	$(CARGO) fmt --all
	cd web && $(NPM) run --silent fix

accept: $(INSTALLED) ## Writes generated files and snapshots as the code makes them now; read the diff afterwards
	SMARTBOT_ACCEPT=1 INSTA_UPDATE=always $(CARGO) test --workspace --locked --no-fail-fast $(TEST)
	cd web && $(NPM) run --silent generate

bench: ## Measures; bench/README.md says what and what to compare with
	bench/run

clean: ## Removes what was built, not demo-data/
	$(CARGO) clean
