# `make` alone prints what there is. CI runs .ci/run: test, then check.
.DEFAULT_GOAL := help
SHELL := /bin/sh
.DELETE_ON_ERROR:

# The same for tests, lint, the program and the package, so that the large Graph SDK
# is compiled once and not once for each.
export CGO_ENABLED := 0
export GOFLAGS := $(strip $(filter-out -trimpath,$(shell go env GOFLAGS)) -trimpath)

config  := $(wildcard breakglass.yaml)
linter  := bin/golangci-lint
actions := bin/actionlint
scanner := bin/govulncheck
azurite := tools/azurite/node_modules/.bin/azurite-blob
zip     := build/breakglass-watch.zip
pack    := go run -C tools/pack ./cmd -root $(CURDIR)

# $(call patiently,<what>,<command>) runs a command and says how long it has taken.
# An empty build cache takes minutes to fill, and go says nothing meanwhile.
define patiently
	@( waited=0; while sleep 1 >/dev/null 2>&1 && kill -0 $$$$ 2>/dev/null; do \
		waited=$$((waited + 1)); \
		if [ $$waited -eq 5 ]; then echo "$(1): with an empty build cache this takes minutes, for Microsoft's Graph SDK is large" >&2; fi; \
		if [ $$((waited % 15)) -eq 0 ]; then echo "$(1): $$waited s" >&2; fi; \
	done ) & clock=$$!; \
	trap 'kill $$clock 2>/dev/null' EXIT; trap 'exit 130' INT; trap 'exit 143' TERM; \
	$(2)
endef

.PHONY: help
help: ## print this
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: build ## build, then run the whole program on a made-up tenant
	@bin/breakglass demo

.PHONY: test
test: $(if $(shell command -v npm),$(azurite),noazurite) ## run all tests; with npm also those against the Azure Storage emulator
	$(call patiently,test,$(if $(shell command -v npm),BREAKGLASS_AZURITE="$(CURDIR)/$(azurite)") go test ./...)
	go test -C tools/pack ./...

# npm ci takes half a minute, so it runs only when the lock file is newer than what it installed.
$(azurite): tools/azurite/package-lock.json
	npm ci --prefix tools/azurite --no-audit --no-fund
	@touch $@

.PHONY: noazurite
noazurite:
	@if [ "$$CI" = true ]; then echo "npm is missing, and CI tests against the Azure Storage emulator" >&2; exit 1; fi
	@echo "################################################################################" >&2
	@echo "# npm is missing: the tests against the Azure Storage emulator are SKIPPED.    #" >&2
	@echo "# Install Node.js 20 or later to run them.                                     #" >&2
	@echo "################################################################################" >&2

.PHONY: check
check: lint infra-format modules ## what CI checks besides the tests: format, lint, modules, documents in step, release
	go test ./checks ./cmd/breakglass ./internal/config -run 'TestReadme|TestSchemaFile|TestInfraPermissions'
	$(call patiently,less knowledge,go test ./checks -run 'TestLess.*Greener' -every 3 -timeout 60m)
	$(call patiently,random tenants and orders,go test ./checks -run 'TestOracle$$|TestOrderNeverMatters' -tenants 2500 -orders 3 -timeout 60m)
	$(call patiently,random years,go test ./alert -run 'TestProperties$$' -years 30 -timeout 60m)
	$(call patiently,Japanese,go test ./checks -run TestRandomTenantsInJapanese -spoken 500)
	$(call patiently,faults,go test ./internal/graph -run TestFaultsMakeNothingGreener -every 2 -timeout 60m)
	$(call patiently,histories,go test ./handler -run 'TestStorm$$' -seeds 150 -timeout 60m)
	$(call patiently,release,$(pack) -dir $(CURDIR)/build/first/dist -zip $(CURDIR)/build/first/breakglass-watch.zip -release)
	$(call patiently,release again,$(pack) -dir $(CURDIR)/build/second/dist -zip $(CURDIR)/build/second/breakglass-watch.zip -release)
	@cmp build/first/SHA256SUMS build/second/SHA256SUMS && echo "release: twice the same bytes"
	@cd build/first && $(if $(shell command -v sha256sum),sha256sum,shasum -a 256) -c SHA256SUMS
	BREAKGLASS_RELEASE="$(CURDIR)/build/first" go test -C tools -count=1 ./release

.PHONY: exhaustive
exhaustive: ## what "check" takes a share of: every key away from every case, every request broken in every way, 300 random histories
	$(call patiently,less knowledge,go test ./checks -run 'TestLess.*Greener' -every 1 -timeout 60m)
	$(call patiently,random tenants and orders,go test ./checks -run 'TestOracle$$|TestOrderNeverMatters' -tenants 20000 -orders 10 -timeout 60m)
	$(call patiently,random years,go test ./alert -run 'TestProperties$$' -years 300 -timeout 60m)
	$(call patiently,faults,go test ./internal/graph -run TestFaultsMakeNothingGreener -every 1 -timeout 60m)
	$(call patiently,histories,go test ./handler -run 'TestStorm$$' -exhaustive -timeout 60m)

.PHONY: modules
modules: ## what was downloaded is what go.sum says, and go.mod lists neither more nor less than is needed
	go mod verify
	go mod tidy -diff
	go -C tools mod verify
	go -C tools mod tidy -diff
	go -C tools/pack mod verify
	go -C tools/pack mod tidy -diff
	go -C tools/actionlint mod verify
	go -C tools/actionlint mod tidy -diff

.PHONY: lint
lint: $(linter) $(actions) ## gofmt, go vet, golangci-lint, and actionlint for the workflows
	@unformatted=$$(find . -name node_modules -prune -o -name '*.go' -print | xargs gofmt -l) && if [ -n "$$unformatted" ]; then echo "gofmt would change:"; echo "$$unformatted"; exit 1; fi
	$(call patiently,vet,go vet ./...)
	$(call patiently,lint,$(linter) run)
	go vet -C tools ./...
	go vet -C tools/pack ./...
	cd tools && ../$(linter) run -c ../.golangci.yml
	cd tools/pack && ../../$(linter) run -c ../../.golangci.yml
	$(actions) -shellcheck= -pyflakes=

$(linter): tools/go.mod tools/go.sum
	@echo "building the linter; the first time takes a minute or two"
	go build -C tools -o ../$@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

# A module of its own: it does not compile with the YAML library that the linter asks for.
$(actions): tools/actionlint/go.mod tools/actionlint/go.sum
	go build -C tools/actionlint -o ../../$@ github.com/rhysd/actionlint/cmd/actionlint

$(scanner): tools/go.mod tools/go.sum
	go build -C tools -o ../$@ golang.org/x/vuln/cmd/govulncheck

.PHONY: vulnerabilities
vulnerabilities: $(scanner) ## look up the modules of both programs and Go in Go's database of vulnerabilities; needs vuln.go.dev
	$(call patiently,vulnerabilities,GOOS=linux GOARCH=amd64 $(scanner) ./handler ./cmd/breakglass)

.PHONY: infra-format
infra-format:
	@if command -v terraform >/dev/null; then \
		terraform fmt -check -diff -recursive infra || { echo "terraform fmt -recursive infra would change the files above" >&2; exit 1; }; \
	elif [ "$$CI" = true ]; then echo "terraform is missing, and CI checks the format of infra" >&2; exit 1; \
	else \
		echo "################################################################################" >&2; \
		echo "# terraform is missing: the format of infra is NOT CHECKED.                    #" >&2; \
		echo "################################################################################" >&2; \
	fi

.PHONY: test-infra
test-infra: ## validate and test the Terraform configuration; needs the provider registry, no credentials
	@infra/test.sh

.PHONY: docs
docs: ## write the documents that are generated from the code
	go test ./internal/graph -run TestPermissions -update
	go test ./checks -run TestReadme -update
	go test ./internal/config -run TestSchemaFile -update
	go test ./cmd/breakglass -run 'TestReadmePermissions|TestInfraPermissions' -update

.PHONY: build
build: ## build bin/breakglass, the command line, and bin/handler, which its demonstration starts
	$(call patiently,build,go build -o bin/ ./cmd/breakglass ./handler)

.PHONY: package
package: ## write build/breakglass-watch.zip for the function app, with breakglass.yaml if there is one
	$(call patiently,package,$(pack) -dir $(CURDIR)/dist -zip $(CURDIR)/$(zip) $(if $(config),-config $(CURDIR)/$(config)))
	@echo "$(zip)"

.PHONY: release
release: ## write the zip, its bill of materials, the licences and the checksums into build; never with a breakglass.yaml
	$(call patiently,release,$(pack) -dir $(CURDIR)/dist -zip $(CURDIR)/$(zip) -release)
	@cat build/SHA256SUMS

.PHONY: deploy
deploy: package ## package and deploy to the function app that Terraform made; shows the commands and asks
	@infra/deploy.sh $(zip)

.PHONY: pictures
pictures: ## draw the pictures of messages and of the terminal
	npm ci --prefix tools/render --no-audit --no-fund
	node tools/render/render.mjs

.PHONY: clean
clean: ## remove what was built
	rm -rf bin build dist tools/azurite/node_modules tools/render/node_modules
