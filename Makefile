# make demo | test | page | bench | docs | clean: each sets up all that it needs in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := data/demo
CLIP ?= $(DEMO)/demo.mp4
FACES ?= $(DEMO)/faces
DEMO_DIRS := --aligned_dir $(DEMO)/aligned --classifiers_dir $(DEMO)/classifiers

.DEFAULT_GOAL := help
.PHONY: help demo film test lint models page bench docs clean

help:
	@echo "make demo   learn two people and find one of them, and not a stranger, in a film"
	@echo "make test   check style, types, imports and behaviour"
	@echo "make page   build the page of svod web from its sources in page/"
	@echo "make bench  measure speed beside other programs; CLIP=film FACES=folder TRUTH=file SETS=folder COCO=folder for your own"
	@echo "make docs   make the pictures of README.md again"
	@echo "make clean  remove the virtual environment and the caches; data/ and models/ stay"

demo: film
	@$(BIN)/python prepare.py --input_dir $(DEMO)/faces $(DEMO_DIRS)
	@$(BIN)/python video.py --video_source $(DEMO)/demo.mp4 --no_window \
		--classifiers_dir $(DEMO)/classifiers --output $(DEMO)/annotated.mp4 --no_history --listener_port 0
	@echo "The annotated film is $(DEMO)/annotated.mp4"
	@$(BIN)/python -m svod_rcgn rules test $(DEMO)/demo.mp4 --rules docs/demo-rules.toml --expect docs/demo-events.csv \
		--classifiers_dir $(DEMO)/classifiers
	@$(BIN)/python -m svod_rcgn identify $(DEMO)/pictures --top 1

film: $(VENV)/.core
	@$(BIN)/python download_models.py --demo --classes
	@$(BIN)/python -m svod_rcgn.commands.demo

test: lint models
	$(BIN)/python -m page.build --check
	$(BIN)/python -m pytest --numprocesses=2 --dist=loadfile

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

models: $(VENV)/.core
	@$(BIN)/python download_models.py --demo --classes --digits
	@$(BIN)/python download_models.py --detector mtcnn

page: $(VENV)/.test
	$(BIN)/python -m page.build

bench: $(VENV)/.bench film
	@$(BIN)/python -m benchmarks --clip "$(CLIP)" --faces "$(FACES)" $(if $(TRUTH),--truth "$(TRUTH)") $(if $(SETS),--sets "$(SETS)") $(if $(COCO),--coco "$(COCO)")

docs: demo $(VENV)/.test
	@$(BIN)/python download_models.py --objects --digits
	@$(BIN)/python -m docs.make_pictures

$(VENV)/.core: setup.py | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[web]'
	@touch $@

$(VENV)/.test: setup.py $(VENV)/.core
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,web]'
	@touch $@

# face_recognition itself asks for dlib, which is compiled for many minutes; dlib-bin is the same, compiled.
$(VENV)/.bench: setup.py $(VENV)/.core
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench,web,webrtc]'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps face_recognition==1.3.0
	@touch $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || \
		{ echo "error: $(PYTHON) is older than 3.10; name a newer one: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)

clean:
	rm -rf $(VENV) page/node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
