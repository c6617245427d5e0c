# The project's commands. `make` alone lists them; every one does the set-up that it needs.

MAKEFLAGS += --no-print-directory --no-builtin-rules
SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:

STACK ?= dev
export STACK
export PYTHON

# What would have Python find other modules, do without its caches, or run other code first.
unexport PYTHONDONTWRITEBYTECODE PYTHONHOME PYTHONOPTIMIZE PYTHONPATH PYTHONSAFEPATH PYTHONSTARTUP PYTHONWARNINGS

# Words of the command line go through the environment, never into a recipe's text. A line that takes long starts with
# `exec`: what make passes on when it is told to end then reaches the program, and not a shell around it.
python := .venv/bin/python
check := $(python) -m settings check -- "$$STACK"
pulumi := bin/sandbox pulumi
unattended := --yes --non-interactive
guarded := --policy-pack "$(CURDIR)/policies"

.PHONY: help
help:
	@echo "make TARGET [STACK=dev|staging|prod]"
	@echo
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  \1|\2/p' Makefile | awk -F'|' '{ printf "  %-10s %s\n", $$1, $$2 }'

.PHONY: setup
setup: ## Python packages and the engine; what needs them does it first
	@exec sh tools/setup/start

.PHONY: up
up: setup ## bring STACK up in the offline clouds, judged by the policies
	@$(check)
	@exec $(pulumi) up -s "$$STACK" $(unattended) --suppress-outputs $(guarded)
	@$(python) -m sandbox.summary "$$STACK"

.PHONY: preview
preview: setup ## show what `make up` would change
	@$(check)
	@exec $(pulumi) preview -s "$$STACK" --non-interactive $(guarded)

.PHONY: refresh
refresh: setup ## read STACK back from the offline clouds into its state
	@$(check)
	@exec $(pulumi) refresh -s "$$STACK" $(unattended)

.PHONY: destroy
destroy: setup ## take STACK down again, and list what is retained
	@$(check)
	@mkdir -p .cache
	@exec $(pulumi) stack export -s "$$STACK" > .cache/before-destroy.json
	@exec $(pulumi) destroy -s "$$STACK" $(unattended)
	@exec $(python) -m tools.retained .cache/before-destroy.json

.PHONY: policy
policy: setup ## judge what STACK has in the offline clouds, without an engine; a control matrix for auditors beside it
	@$(check)
	@mkdir -p .cache/policy
	@exec $(pulumi) stack export -s "$$STACK" > .cache/policy/state.json
	@exec $(python) policies/audit.py .cache/policy/state.json --json .cache/policy/findings.json \
		--junit .cache/policy/findings.xml --sarif .cache/policy/findings.sarif --evidence .cache/policy/evidence

.PHONY: review
review: setup ## write the comment that a pull request of STACK's changes would get
	@$(check)
	@rm -rf .cache/review && mkdir -p .cache/review
	-@exec $(pulumi) preview -s "$$STACK" --non-interactive --json --show-sames > .cache/review/preview.json
	-@exec $(python) policies/audit.py .cache/review/preview.json --json .cache/review/findings.json
	@exec $(python) -m tools.review .cache/review/preview.json --findings .cache/review/findings.json \
		--out .cache/review/comment.md

.PHONY: check
check: setup ## read STACK's settings and say everything that is wrong with them
	@$(check)

.PHONY: test
test: setup lint ## lint, every test, and the coverage floors
	@exec sh tools/setup/start tests
	@exec $(python) -m tools.testing

.PHONY: lint
lint: setup ## style, types, import rules, dead code
	@exec $(python) -m tools.linting

.PHONY: bench
bench: setup ## times of the program's parts beside a floor that does as little as possible
	@rm -rf .cache/bench
	@exec env SANDBOX_HOME=.cache/bench $(pulumi) stack -s prod > /dev/null
	@exec env SANDBOX_HOME=.cache/bench bin/sandbox $(python) -m tools.bench

.PHONY: facts
facts: setup ## read the vendors' models again and write sandbox/facts
	@exec sh tools/setup/start facts
	@exec env PYTHONPATH="$$(echo .venv-facts/lib/python*/site-packages)" $(python) -m tools.facts --harvest

.PHONY: docs
docs: setup ## write the generated pages and the schema of the stack files
	@mkdir -p .cache && $(python) -m settings schema > .cache/schema.json && mv .cache/schema.json settings/schema.json
	@$(python) -m tools.requirements
	@$(python) -m tools.sandbox_coverage

.PHONY: lock
lock: ## compile the requirement files from their .in files
	@exec sh tools/setup/start lock

.PHONY: clean
clean: ## delete all that set-up, tests and the offline clouds have made
	@rm -rf .venv .venv-facts .engine .postgres .cache .sandbox .coverage .coverage.* .hypothesis .pytest_cache .ruff_cache .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
