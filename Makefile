# Custody. `make` or `make help` lists what can be made.
SHELL    := /bin/bash
GO       ?= go
TOOL      = $(GO) tool -modfile=tools/go.mod
BENCHTIME ?= 1s
APACHE    = $(GO) run ./internal/testkit/apache/kafka -secure
EVENTS   ?= 10000000
TESTKAFKA = $(GO) test -count=1 -timeout 20m -tags kafka
FAULTS   ?= 200
ROWS     ?= 10000000
KAFKA    ?= real
RUNS     ?= 5

.DEFAULT_GOAL := help
.PHONY: help demo dev build test kafka test-kafka test-docs test-outbox mutations chaos soak check lint gen bench bench-pipe bench-check bench-produce bench-lookups

help: ## list what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

demo: build ## the main job in one command: a simulated day, logged and looked up
	@bin/custody demo

dev: build ## Kafka, ClickHouse and Custody on this machine, until Ctrl-C
	@bin/custody dev

build: ## bin/custody
	@CGO_ENABLED=0 $(GO) build -trimpath -o bin/custody ./cmd/custody

test: ## every test that needs Go and Node only
	$(GO) test -timeout 20m ./...

kafka: ## a real Apache Kafka on port 19092, until Ctrl-C (needs a JDK 17 and Maven)
	$(GO) run ./internal/testkit/apache/kafka -port 19092 -secure

test-kafka: ## the suites that need Kafka, on real Apache Kafkas: one broker, three, and the oldest version
	$(APACHE) -- $(TESTKAFKA) ./internal/testkit/apache/... ./internal/stream ./producer ./consumers/lineage ./test
	$(APACHE) -brokers 3 -- $(TESTKAFKA) ./internal/stream ./producer ./consumers/lineage
	$(APACHE) -version 3.9.2 -- $(TESTKAFKA) ./internal/stream ./producer

test-docs: ## every command of the documents (needs bash, curl and kcat)
	$(GO) test -count=1 -tags docs -run TestDocs ./test

test-outbox: ## the outbox on a real PostgreSQL and MariaDB (needs both installed)
	$(GO) test -count=1 -tags outbox ./producer/outbox
	$(GO) test -count=1 -tags outbox -run Outbox ./test

mutations: ## take each safeguard of the log out of the code; the tests must notice
	$(GO) run ./test/mutations

chaos: ## break everything under load, FAULTS times, on KAFKA=real or embedded, as SEED says (docs/chaos.md)
	$(GO) run ./test/chaos -faults $(FAULTS) -kafka $(KAFKA) $(if $(SEED),-seed $(SEED))

soak: ## EVENTS events through a writer, some of them months late again: once each, in flat memory
	$(GO) run ./test/soak -events $(EVENTS)

check: ## format, vet, generated files, import rules, lint
	@test -z "$$(gofmt -l . | tee /dev/stderr)" || { echo "run gofmt -w on the files above" >&2; exit 1; }
	$(GO) vet ./...
	$(GO) vet -tags noembedded ./cmd/custody
	$(GO) vet -tags docs,outbox ./test ./producer/outbox ./internal/testkit
	$(GO) vet -tags kafka ./internal/... ./producer ./test
	cd bench && $(GO) vet ./...
	$(GO) mod tidy -diff
	$(GO) test ./internal ./internal/catalog/...
	$(MAKE) --no-print-directory lint

lint: ## golangci-lint, pinned in tools/go.mod
	$(TOOL) golangci-lint run ./...

gen: ## write terms, JSON Schemas and tables of the docs anew
	$(GO) run ./internal/catalog/generate

bench: ## the figures of the README, from decoding to a row in the log
	$(GO) test -run '^$$' -bench . -skip EndToEnd -benchmem -benchtime $(BENCHTIME) \
		./schemas/event ./internal/simulate ./internal/rules ./internal/stream ./internal/store ./consumers/lineage ./producer ./internal/api
	$(GO) test -run '^$$' -bench EndToEnd -benchtime 1000000x ./consumers/lineage

bench-pipe: EVENTS := $(if $(filter file,$(origin EVENTS)),2000000,$(EVENTS))
bench-pipe: build ## Custody beside ClickHouse's Kafka engine and afternoons' consumers, RUNS times, on KAFKA=real or embedded
	cd bench && $(GO) run ./pipe -events $(EVENTS) -runs $(RUNS) -kafka $(KAFKA) -out RESULTS.md

bench-check: ## each stage against bench/baseline.txt: allocations, instructions (valgrind); UPDATE=1 accepts what it finds
	cd bench && $(GO) run ./check $(if $(UPDATE),-update)

bench-produce: build ## the SDK and the gateway beside a bare Writer and sdk-go, on real and embedded Kafka: bench/PRODUCE.md
	cd bench && $(GO) run ./produce -kafka $(if $(filter embedded,$(KAFKA)),embedded,both)

bench-lookups: ## look-ups in a log of ROWS rows, kept in DIR if there is one (bench/LOOKUPS.md); 100000000 need 32 GB
	cd bench && $(GO) run ./lookups -rows $(ROWS) $(if $(DIR),-dir $(abspath $(DIR)) -keep) -report LOOKUPS.md
