# Carnet. `make run` serves http://localhost:8080, `make test` proves it; `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
export CGO_ENABLED ?= 0
export GOTOOLCHAIN ?= local

GOLANGCI := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
GOFUMPT  := mvdan.cc/gofumpt@v0.12.0
CYCLONE  := github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0
TEMPL     = github.com/a-h/templ/cmd/templ@$(shell go list -m -f {{.Version}} github.com/a-h/templ)
PACKAGES := ./...
# Those whose tests take longest begin first, and one more than there are cores runs at once: some wait for a database or a host.
FIRST     = $(if $(filter ./...,$(PACKAGES)),./pkg/web ./cmd/carnet ./pkg/account)
SIDE     := -p $(shell echo $$(($$(getconf _NPROCESSORS_ONLN) + 1)))
# What the program is built with, here and in the Dockerfile: without pgx's list of 60 types (store/postgres.go has ours),
# without this machine's paths (tests too, so that all is compiled once for both), and with nothing of the pages inlined,
# because each place that shows a component would get a copy of all its markup.
export GOFLAGS += -tags=nopgxregisterdefaulttypes -trimpath
BUILD    := -gcflags=github.com/carnetbadges/carnet/views=-l -ldflags "-s -w"
# All but SQLite itself, which is C made Go and calls nobody else at once: with it tests took twice as long. Whole modules must
# not be left out: code they share with others (sync.Map) would no longer be seen.
RACE     := -race -gcflags=modernc.org/sqlite/lib=-race=false

.PHONY: help run build assets test check fmt lint prove interop e2e bench fuzz generate asvs sbom vet tools clean

help: ## what can be made
	@grep -E '^[a-z0-9]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: build ## build and serve http://localhost:8080 with an SQLite file in ./data
	@bin/carnet serve

build: assets ## bin/carnet
	@go build $(BUILD) -o bin/carnet ./cmd/carnet

tools:
	@command -v go >/dev/null || { echo "carnet needs Go 1.26 or newer: see https://go.dev/dl" >&2; exit 1; }
	@command -v node >/dev/null || { echo "carnet needs Node 20 or newer (with npm) to build its pages: see https://nodejs.org" >&2; exit 1; }
	@command -v npm >/dev/null || { echo "carnet needs npm, which comes with Node: see https://nodejs.org" >&2; exit 1; }

assets: tools static/dist/manifest.json pkg/lettering/fonts/NOTICE ## the styles, scripts, icons and fonts, fingerprinted and compressed

static/dist/manifest.json: static/node_modules/.package-lock.json $(wildcard static/css/* static/js/* static/build/*) $(wildcard static/*.svg)
	@go run ./static/build

pkg/lettering/fonts/NOTICE: static/node_modules/.package-lock.json $(wildcard pkg/lettering/pack/*)
	@go run ./pkg/lettering/pack

static/node_modules/.package-lock.json: static/package.json static/package-lock.json
	@cd static && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

test: assets ## every test but the browser's, with the race detector wherever it may find something, in random order
	@CGO_ENABLED=1 GOGC=400 go test $(RACE) $(SIDE) -shuffle=on -timeout 30m $(FIRST) $(PACKAGES)
	@# Those that begin with storetest.Dear(t) take minutes under the race detector, which has nothing to find in them; those
	@# that ask whether they are raced measure what it changes.
	@files=$$(grep -rlE --include='*_test.go' 'storetest\.Dear\(t\)|\<raced\>' cmd pkg store); \
	  dear=$$(awk 'FNR == 1 { name = "" } /^func / { name = $$2; sub(/\(.*/, "", name) } name ~ /^Test/ && /storetest\.Dear\(t\)|[^a-z]raced[^a-z]/ { print name }' $$files | sort -u | paste -sd'|'); \
	  go test $(SIDE) -shuffle=on -timeout 30m -run "^($$dear)\$$" $(FIRST) $$(dirname $$files | sort -u | sed 's|^|./|')

prove: ## what takes too long or too quiet a machine for make test: every mutant of the corpus, memory over 100,000 badges, and the clock at every door
	@go test -count=1 -timeout 30m -run SEC_AUTH3 -v ./pkg/account -prove | grep -E '^ok|FAIL|pairs|_test.go'
	@go test -count=1 -timeout 60m -run 'Mutant|Forged|Flat' -v ./pkg/openbadges -prove | grep -E '^ok|FAIL|_test.go'

interop: ## what we make in other people's verifiers, and what they make in ours (needs Node and npm; Python 3.10 for some)
	@command -v npm >/dev/null || { echo "interop needs Node 20 with npm: see https://nodejs.org" >&2; exit 1; }
	@cd pkg/openbadges/interop && npm ci --no-audit --no-fund --loglevel=error
	@cd pkg/openbadges/interop/python && for program in openbadges openbadgeslib; do \
	  python3 -m venv .venv-$$program && .venv-$$program/bin/pip install -q --disable-pip-version-check --no-deps -r requirements-$$program.txt \
	    || { rm -rf .venv-$$program; echo "$$program can not be installed: what needs it is skipped" >&2; }; \
	done
	@go test -tags interop -count=1 -v ./pkg/openbadges/interop

e2e: build ## the journeys in a real browser (needs Debian's chromium)
	@go test -tags e2e -count=1 -parallel 3 -timeout 30m -v ./cmd/carnet -run E2E

check: assets ## format, generated code up to date, lint, the law of the house
	@unformatted=$$(go run $(GOFUMPT) -l $$(git ls-files '*.go' | grep -v _templ.go)); \
	  [ -z "$$unformatted" ] || { echo "not formatted (make fmt): $$unformatted" >&2; exit 1; }
	@go run $(TEMPL) generate -path views >/dev/null 2>&1 || { go run $(TEMPL) generate -path views; exit 1; }
	@git diff --exit-code --stat -- '*_templ.go' || { echo "generated pages differ from their templ files: commit what make generate writes" >&2; exit 1; }
	@go mod tidy -diff || { echo "go.mod is not tidy: run go mod tidy" >&2; exit 1; }
	@go vet ./...
	@go run $(GOLANGCI) run ./...
	@go test ./cmd/carnet -run 'House|Environment'
	@go run ./docs/asvs -check

asvs: ## docs/asvs.md from the annotations beside tests
	@go run ./docs/asvs

fmt: ## format Go and templ files
	@go run $(GOFUMPT) -w $$(git ls-files '*.go' | grep -v _templ.go)
	@go run $(TEMPL) fmt views

generate: ## Go code from the templ files
	@go run $(TEMPL) generate -path views

bench: assets ## what things cost; compare runs with benchstat
	@go test -run '^$$' -bench . -benchmem $(PACKAGES)

fuzz: ## every fuzz target for FUZZTIME (60s), JOBS side by side; what crashes is kept in testdata/fuzz
	@.ci/fuzz $(filter-out ./...,$(PACKAGES))

sbom: build ## what the program and its pages are made of, as CycloneDX: bin/carnet.cdx.json, bin/pages.cdx.json
	@go run $(CYCLONE) bin -json -std -version "$$(git describe --always --tags)" -output bin/carnet.cdx.json bin/carnet
	@cd static && npm sbom --omit dev --sbom-format cyclonedx > ../bin/pages.cdx.json
	@echo "bin/carnet.cdx.json: $$(grep -c '"purl"' bin/carnet.cdx.json) parts, bin/pages.cdx.json: $$(grep -c '"purl"' bin/pages.cdx.json)"

clean: ## remove what was built
	@rm -rf bin static/node_modules && find static/dist pkg/lettering/fonts -type f ! -name .keep -delete
