# Earshot. `make demo` and `make test` set up the machine, too; `make` alone lists what there is.

PREFIX ?= /usr/local
DEMO := Audio/demo.flac
BENCH :=

.PHONY: help demo test bench train install clean setup

help: ## List what can be made.
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 16

demo: setup ## Build Earshot and transcribe a sample recording.
	swift build -c release --product earshot
	.build/release/earshot $(DEMO)

test: setup ## Lint, build with warnings as errors, run all tests.
	@scripts/setup readers || echo "setup: the tests that need these are skipped"
	@scripts/test

bench: setup ## Measure this machine; BENCH="--synthetic tiny --sweep" measures more.
	swift build -c release --product earshot
	.build/release/earshot bench $(BENCH)

train: setup ## Make the default model anew, from synthetic and human speech; takes hours, goes on where it was stopped.
	@Training/train

install: setup ## Put a binary that needs no Swift into PREFIX/bin (/usr/local; DESTDIR is honoured), with completions.
	swift build -c release --product earshot --static-swift-stdlib -Xlinker -s --scratch-path .build/install
	@scripts/install .build/install/release/earshot "$(DESTDIR)$(PREFIX)"

clean: ## Remove everything that was built.
	rm -rf .build

setup:
	@scripts/setup
