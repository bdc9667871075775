PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin

.PHONY: demo test bench clean

$(BIN)/oxykg: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet -e '.[dev]'
	@touch $@

demo: $(BIN)/oxykg
	$(BIN)/oxykg demo oxykg-demo

test: $(BIN)/oxykg
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses auto --dist loadfile

bench: $(BIN)/oxykg
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) oxykg-demo dist build .mypy_cache .ruff_cache .pytest_cache
