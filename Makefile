# Every target sets up what it needs and is quick the second time. ARGS="..." is handed on.
.NOTPARALLEL:
.DEFAULT_GOAL := help
.PHONY: help setup tex paper trial site look test data refresh bench audit explain verify reproduce lint clean distclean
.PHONY: course-student course-grade slides

RUN := scripts/run.sh
# Adds an optional lock to the environment; the next change of the main lock takes it out again.
ADD := $(RUN) uv pip install --quiet --require-hashes --requirements
ARGS :=
# Your own postings, and how they are read: make paper POSTINGS=postings.csv COLUMNS=mapping.toml ENCODING=cp1252
# By their occupation codes, in any language: CODING=soc2018, soc2010, isco08 or a CSV with code, soc, weight.
POSTINGS :=
COLUMNS :=
ENCODING :=
NEW :=
IDS :=
CODING :=
# In single quotes, as written: neither make nor the shell acts on what is in a name.
quoted = '$(subst ','\'',$(value $(1)))'
option = $(if $(value $(2)),--$(1)=$(call quoted,$(2)) )
OWN = $(call option,postings,POSTINGS)$(call option,columns,COLUMNS)$(call option,encoding,ENCODING)$(call option,ids,IDS)$(if $(value CODING),--exposure-by occupation )$(call option,coding,CODING)
# Of the course.
OUT :=
SUBMISSIONS :=
INSTRUCTOR :=
unexport POSTINGS COLUMNS ENCODING IDS CODING NEW OUT SUBMISSIONS INSTRUCTOR

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 16

setup: ## make or update the Python environment
	@scripts/setup.sh

tex: ## install the TeX packages when they are missing and the user may
	@scripts/tex.sh

paper: setup tex ## build everything: notebooks, figures, tables, paper/paper.pdf
	@$(RUN) llmexposure build $(OWN)$(ARGS)

trial: setup tex ## the paper on 5,000 simulated postings, as if they were a user's own
	@$(RUN) llmexposure simulate build/trial/postings.parquet --rows 5000 --seed 1 --no-progress
	@$(MAKE) --no-print-directory paper POSTINGS=build/trial/postings.parquet ARGS="--language zh $(ARGS)"

site: setup ## the web edition in build/site, from what make paper left; nothing runs again
	@$(ADD) requirements/site.txt
	@$(RUN) llmexposure site

look: site ## the site in headless Chromium: errors, links, filters, accessibility, the scorer
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || scripts/apt.sh chromium || true
	@$(ADD) requirements/browser.txt
	@$(RUN) python -m pytest tests/site --slow -k 'not node' -n 2 --dist loadgroup $(ARGS)

test: setup tex ## run the whole test suite
	@$(RUN) python -m pytest -n auto --maxprocesses 2 --dist loadfile $(ARGS)

data: setup ## derive the tables of data/ from the upstream files again; fail on any difference
	@$(RUN) llmexposure data $(ARGS)

refresh: setup tex ## NEW=folder: what newer upstream files there would change; the record stays
	@$(if $(value NEW),$(RUN) llmexposure refresh $(call quoted,NEW),\
	    echo 'Say where they are: make refresh NEW=folder (docs/how-to/refresh.md)' >&2; exit 2)

explain: setup ## say what a build would do and why
	@$(RUN) llmexposure build --explain $(OWN)$(ARGS)

verify: setup tex ## rebuild in a clean copy, compare with the committed record; ARGS=--quick builds nothing
	@$(RUN) llmexposure verify $(ARGS)

reproduce: setup tex ## rebuild with other folders, threads, kernels and Pythons; compare the bytes
	@$(RUN) python -m llmexposure.publish.verify.reproduce $(ARGS)

bench: setup ## measure speed and memory as ratios; write build/performance.csv and its figure
	@$(ADD) requirements/embeddings.txt || echo 'The benchmark goes on without sentence embeddings.'
	@$(RUN) python benchmarks/table.py $(ARGS)

audit: setup ## look the locked packages up in the database of known vulnerabilities
	@$(ADD) requirements/audit.txt
	@bad=0; for lock in requirements/*.txt; do echo "$$lock"; \
	    $(RUN) pip-audit --strict --progress-spinner off --disable-pip --require-hashes \
	        -r "$$lock" || bad=1; \
	done; exit $$bad

course-student: setup ## the course without solutions and hidden seeds, to build/course or OUT=folder
	@$(RUN) python course export $(if $(value OUT),$(call quoted,OUT),build/course)

course-grade: setup ## grade SUBMISSIONS=folder to OUT=grades.csv (runs students' code); INSTRUCTOR=folder
	@$(RUN) python course grade $(call quoted,SUBMISSIONS) $(call option,out,OUT)$(call option,instructor,INSTRUCTOR)$(ARGS)

slides: setup tex ## the deck of the course with the paper's numbers: build/slides/slides.pdf
	@$(RUN) python course slides

lint: setup ## check style and types: ruff, ty, and no outputs in the notebooks
	@$(RUN) ruff check .
	@$(RUN) ruff format --check .
	@$(RUN) ty check
	@$(RUN) nbstripout --keep-id --verify $(wildcard notebooks/*.ipynb examples/*/notebooks/*.ipynb course/*/*.ipynb) || \
	    { echo 'Strip them: scripts/run.sh nbstripout --keep-id notebooks/*.ipynb' >&2; exit 1; }

clean: ## remove what a build can make again; data, results, figures and .venv stay
	@rm -rf build .pytest_cache .ruff_cache .hypothesis
	@find src tests course -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean ## remove .venv too
	@rm -rf .venv
