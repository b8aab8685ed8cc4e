# The same verbs everywhere: setup proto lint test e2e fuzz soak bench demo localnet. `make help` explains them.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON  ?= python3
UV      := .cache/uv/bin/uv
VENV    := .venv
TRAIN   := .cache/train
BIN     := build/bin
NESAD   := build/nesad
NATS    := $(BIN)/nats-server
PROVE   := $(BIN)/nesa-prove
MODELS  := build/models
CONTRACTS := contracts/out
WALLETS := contracts/examples/wallets/node_modules
FUZZTIME ?= 50000x
PYTEST  := $(VENV)/bin/pytest

version := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
commit  := $(shell git rev-parse HEAD 2>/dev/null || echo unknown)
ldflags := -s -w -X github.com/cosmos/cosmos-sdk/version.Name=nesa -X github.com/cosmos/cosmos-sdk/version.AppName=nesad \
	-X github.com/cosmos/cosmos-sdk/version.Version=$(version) -X github.com/cosmos/cosmos-sdk/version.Commit=$(commit)
go_sources = $(shell find chain -name '*.go' -o -name go.mod -o -name go.sum)
zk_sources = $(shell find zk -name '*.go' -o -name go.mod -o -name go.sum)

.PHONY: help
help: ## this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

# ---------------------------------------------------------------- setup

.PHONY: setup
setup: need $(VENV)/.installed $(NESAD) $(NATS) $(PROVE) $(MODELS)/.built ## install and build everything from locked versions

.PHONY: need
need:
	@missing=; for tool in go git $(PYTHON); do command -v $$tool >/dev/null || missing="$$missing $$tool"; done; \
	  [ -z "$$missing" ] || { echo "Missing:$$missing. Install Go 1.26.7+, Python 3.11-3.13 and git, then run make again." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not ((3, 11) <= sys.version_info[:2] < (3, 14)))' || \
	  { echo "$(PYTHON) is $$($(PYTHON) --version); Python 3.11, 3.12 or 3.13 is needed: make PYTHON=python3.12 …" >&2; exit 1; }

$(UV): requirements/uv.txt | need
	$(PYTHON) -m venv --clear .cache/uv
	.cache/uv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

$(VENV)/.installed: requirements/dev.txt pyproject.toml $(UV)
	$(UV) venv --quiet --allow-existing --python $(PYTHON) $(VENV)
	$(UV) pip sync --quiet --python $(VENV) --require-hashes requirements/dev.txt
	$(UV) pip install --quiet --python $(VENV) --no-deps --no-build-isolation -e .
	@touch $@

$(NESAD): $(go_sources)
	@echo "building nesad (the first build takes some minutes)"
	cd chain && go build -ldflags '$(ldflags)' -o ../$(NESAD) ./cmd/nesad

$(NATS): tools/go.mod tools/go.sum
	cd tools && go build -o ../$(BIN)/ github.com/nats-io/nats-server/v2

$(PROVE): $(zk_sources)
	cd zk && go build -ldflags '-s -w' -o ../$(PROVE) ./cmd/nesa-prove

$(MODELS)/.built: $(VENV)/.installed $(PROVE) $(wildcard models/*.py models/train/*.py models/train/chat/*.py models/chat/*)
	$(VENV)/bin/python models/build.py $(MODELS)
	@touch $@

# The digits take a minute or two, so setup leaves them out.
.PHONY: models-digits
models-digits: setup ## train the network that reads digits, and make the keys of its proofs
	$(VENV)/bin/python models/build.py $(MODELS) digits

# PyTorch and what it needs are gigabytes, in an environment of their own. It goes on where it was stopped.
.PHONY: train
train: $(TRAIN)/.installed ## train the chat model again, minutes of a GPU or a night, and compare its measures
	nice -n 19 $(TRAIN)/bin/python models/train/chat/learn.py build/chat
	$(TRAIN)/bin/python models/train/chat/measure.py build/chat

$(TRAIN)/.installed: requirements/train.txt $(UV)
	$(UV) venv --quiet --allow-existing --python $(PYTHON) $(TRAIN)
	$(UV) pip sync --quiet --python $(TRAIN) --require-hashes requirements/train.txt
	@touch $@

.PHONY: contracts
contracts: $(CONTRACTS)/.built ## install forge and solc from npm and build contracts/

$(CONTRACTS)/.built: $(wildcard contracts/src/*.sol contracts/src/examples/*.sol contracts/test/*.sol) \
  contracts/foundry.toml contracts/package-lock.json
	@command -v npm >/dev/null || { echo "Missing: npm. Install Node.js 20 or newer, then run make contracts again." >&2; exit 1; }
	cd contracts && npm ci --silent && npm run --silent build
	@touch $@

.PHONY: wallets
wallets: $(WALLETS)/.installed ## install CosmJS and viem from npm for contracts/examples/wallets

$(WALLETS)/.installed: contracts/examples/wallets/package-lock.json
	@command -v npm >/dev/null || { echo "Missing: npm. Install Node.js 20.19 or newer, then run make wallets again." >&2; exit 1; }
	cd contracts/examples/wallets && npm ci --silent
	@touch $@

.PHONY: lock
lock: $(UV) ## resolve Python versions again into requirements/*.txt
	UV=$(UV) requirements/lock.sh

# ---------------------------------------------------------------- code

.PHONY: vectors
vectors: ## write the golden vectors of proofs again
	cd zk && go run ./cmd/vectors ../tests/vectors

.PHONY: proto
proto: $(VENV)/.installed ## generate Go and Python from proto/
	proto/generate.sh

.PHONY: proto-check
proto-check: $(VENV)/.installed ## lint proto/, generate again and compare
	proto/generate.sh
	@changed=$$(git status --porcelain -- 'chain/x/*.pb.go' 'chain/x/*.pb.gw.go' agents/nesa/proto); \
	  [ -z "$$changed" ] || { echo "Generated code differs from proto/; run make proto and commit:" >&2; echo "$$changed" >&2; exit 1; }

.PHONY: lint lint-go lint-python lint-proto
lint: lint-proto lint-python lint-go ## all linters
lint-python: $(VENV)/.installed
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
lint-go: $(BIN)/golangci-lint $(BIN)/determinism
	cd chain && ../$(BIN)/golangci-lint run --timeout 20m ./...
	cd zk && ../$(BIN)/golangci-lint run --timeout 20m ./...
	cd chain && go vet -vettool=../$(BIN)/determinism ./x/... ./hashing/...
lint-proto: proto-check

$(BIN)/golangci-lint: tools/go.mod tools/go.sum
	cd tools && go build -o ../$(BIN)/ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

$(BIN)/determinism: $(wildcard tools/determinism/*.go) tools/go.mod
	cd tools && go build -o ../$(BIN)/ ./determinism

.PHONY: threats
threats: ## write the tests' names into docs/threats.md
	$(PYTHON) tests/threat_index.py

.PHONY: format
format: $(VENV)/.installed $(BIN)/golangci-lint ## format Go and Python
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .
	cd chain && ../$(BIN)/golangci-lint fmt
	cd zk && ../$(BIN)/golangci-lint fmt

# ---------------------------------------------------------------- tests

.PHONY: test test-go test-python test-fuzz test-contracts e2e
test: setup lint test-go test-contracts test-fuzz test-python e2e ## everything that CI runs

test-go:
	cd tools && go test ./determinism
	cd chain && go test ./...
	cd zk && go test ./...

test-python: $(VENV)/.installed $(NATS) $(MODELS)/.built
	$(PYTEST) tests/unit -q -n 2

test-contracts: $(CONTRACTS)/.built
	cd contracts && npm test --silent

e2e: setup $(CONTRACTS)/.built $(WALLETS)/.installed ## end-to-end tests on real processes
	$(PYTEST) tests/e2e -q -p no:xdist

# Every Go fuzz target for a number of runs each: a time limit fails at random on a busy machine (go.dev/issue/75804).
# Those of the app package are left to make fuzz: their coverage build is the whole node's.
define fuzz
	cd $(3) && grep -rlE '^func Fuzz' --include='*_test.go' $(2) | while read -r file; do \
	  package=$$(dirname "$$file"); grep -oE '^func Fuzz[A-Za-z0-9_]+' "$$file" | sed 's/func //' | while read -r target; do \
	    go test "./$$package" -run '^$$' -fuzz "^$$target\$$" -fuzztime $(1) </dev/null; done; done
endef
test-fuzz:
	$(call fuzz,2000x,x,chain)
	$(call fuzz,2000x,.,zk)

.PHONY: fuzz soak
fuzz: ## every fuzz target for FUZZTIME (50000x, runs) each; FUZZTIME=10m for a duration
	$(call fuzz,$(FUZZTIME),x app,chain)
	$(call fuzz,$(FUZZTIME),.,zk)

soak: setup $(TRAIN)/.installed ## long tests: many deadlines, random kills, partitions
	cd chain && NESA_SOAK_JOBS=100000 go test -timeout 60m -run Threat03 ./x/job/keeper
	$(PYTEST) tests -q -m slow --timeout 3600

.PHONY: bench
bench: setup $(CONTRACTS)/.built ## measure the figures of docs/benchmarks.md, or FIGURES="F10a V1"; two hours for all
	PYTHONPATH=tests:models $(VENV)/bin/python -m bench $(FIGURES)

# ---------------------------------------------------------------- running

.PHONY: demo demo-proof demo-text localnet
demo: setup ## a network, two models, paid jobs on real input
	$(VENV)/bin/nesa demo

demo-proof: setup $(CONTRACTS)/.built ## one input settled four ways, a decision proven on private data, a contract that asks
	$(VENV)/bin/nesa demo-proof

demo-text: setup ## a paid and checked chat job, and all that a miner may try instead of doing it
	$(VENV)/bin/nesa demo-text

localnet: setup ## a network to play with; Ctrl-C ends it
	$(VENV)/bin/nesa localnet up

.PHONY: clean
clean: ## remove what was built
	rm -rf build .venv .cache
