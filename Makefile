# Belay: everything that one types. `make` lists it.
SWIFT ?= swift
RELEASE := -c release --static-swift-stdlib
export SWIFT

.PHONY: help setup build demo demo-smoke test lint format bench gate counterparts rehearsal web-test clean

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | awk -F '\t' '{ printf "  make %-13s %s\n", $$1, $$2 }'

setup: ## Install what is missing (Debian packages, by apt)
	@.ci/setup

build: setup ## Build the program: .build/release/belay
	@$(SWIFT) build $(RELEASE) --product belay-launch
	@$(SWIFT) build $(RELEASE) --product belay

demo: build ## A whole night on simulated models, and its morning page
	@.ci/demo

demo-smoke: build ## The same, shorter and in a place that is thrown away
	@rm -rf .build/demo-smoke
	@DEMO_FOLDER=.build/demo-smoke DEMO_TRIALS=260 .ci/demo

test: setup ## Run all tests
	@$(SWIFT) build --build-tests
	@.ci/tests

lint: ## Check format, file sizes and imports
	@.ci/lint

format: ## Bring the sources into form
	@$(SWIFT) format -i -r -p Sources Tests Package.swift

bench: setup ## Measure against the floor, in the same run
	@$(SWIFT) build $(RELEASE)
	@.build/release/belay-bench

gate: setup ## All of it: lint, build, tests, sanitizers, demo, bench
	@.ci/gate

counterparts: setup ## Belay beside other people's programs (BELAY_COUNTERPARTS=DIR keeps them)
	@.ci/counterparts

rehearsal: ## Play every slip and every repair of the rehearsal in real sandboxes
	@$(SWIFT) build --build-tests
	@BELAY_REHEARSE_ALL=1 $(SWIFT) test --skip-build --disable-xctest --filter EpisodesSerial

web-test: build ## The pages in a browser
	@.ci/web-test

clean: ## Remove what was built
	@rm -rf .build
