# make run    sets up what is missing, opens the viewer on the bundled sample and reconstructs it
#             (with no display: the same under Xvfb, results in out/)
# make test   sets up what is missing and runs every check
# PYTHON=…    interpreter for the virtual environment, 3.11 or later

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
SHELL  := /bin/sh

export PYTHON

.PHONY: run test lint types contracts unit setup pins screenshots translations clean

setup: $(READY)

$(READY): pyproject.toml constraints.txt tools/system-packages tools/environment
	@tools/system-packages
	@tools/environment $(VENV)
	@touch $@

run: $(READY)
	@tools/run-sample $(BIN)/python

test: $(READY)
	@tools/check $(BIN)

lint types contracts unit: $(READY)
	@tools/check $(BIN) $@

# The versions in use, as constraints: on a fresh environment, after raising a version in pyproject.toml.
pins: $(READY)
	@tools/pin $(BIN)/python > constraints.new && mv constraints.new constraints.txt

# Pictures of the user guide, from the real window on the bundled sample (minutes).
screenshots: $(READY)
	QT_QPA_PLATFORM=xcb xvfb-run --auto-servernum --server-args="-screen 0 1366x768x24" $(BIN)/python tools/screenshots.py

# Texts of the window: app/ into resources/translations/*.ts, and those into *.qm.
translations: $(READY)
	@tools/translations $(BIN)

clean:
	rm -rf $(VENV) out .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
