# Every target sets up what it needs and is quick the second time. ARGS="..." is handed on.
.NOTPARALLEL:
.DEFAULT_GOAL := help
.PHONY: help setup tex paper trial site look test data bench audit explain verify reproduce lint clean distclean

RUN := scripts/run.sh
# Adds an optional lock to the environment; the next change of the main lock takes it out again.
ADD := $(RUN) uv pip install --quiet --require-hashes --requirements
ARGS :=
# Your own postings, and how they are read: make paper POSTINGS=postings.csv COLUMNS=mapping.toml ENCODING=cp1252
# By their occupation codes, in any language: CODING=soc2018, soc2010, isco08 or a CSV with code, soc, weight.
POSTINGS :=
COLUMNS :=
ENCODING :=
IDS :=
CODING :=
# In single quotes, as written: neither make nor the shell acts on what is in a name.
quoted = '$(subst ','\'',$(value $(1)))'
option = $(if $(value $(2)),--$(1)=$(call quoted,$(2)) )
OWN = $(call option,postings,POSTINGS)$(call option,columns,COLUMNS)$(call option,encoding,ENCODING)$(call option,ids,IDS)$(if $(value CODING),--exposure-by occupation )$(call option,coding,CODING)
unexport POSTINGS COLUMNS ENCODING IDS CODING

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 12

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
	@$(RUN) python -m pytest -n auto --maxprocesses 2 --dist loadgroup $(ARGS)

data: setup ## derive the tables of data/ from the upstream files again; fail on any difference
	@$(RUN) llmexposure data $(ARGS)

explain: setup ## say what a build would do and why
	@$(RUN) llmexposure build --explain $(OWN)$(ARGS)

verify: setup tex ## rebuild in a clean copy, compare with the committed record; ARGS=--quick builds nothing
	@$(RUN) llmexposure verify $(ARGS)

reproduce: setup tex ## rebuild with other folders, threads, kernels and Pythons; compare the bytes
	@$(RUN) python -m llmexposure.publish.verify.reproduce $(ARGS)

bench: setup ## measure matching, scoring and inference: rows a second, seconds, peak memory
	@$(ADD) requirements/embeddings.txt || echo 'The benchmark goes on without sentence embeddings.'
	@$(RUN) sh -c 'all=0; for script in benchmarks/bench_*.py; do python "$$script" || all=1; done; exit $$all'

audit: setup ## look the locked packages up in the database of known vulnerabilities
	@$(ADD) requirements/audit.txt
	@bad=0; for lock in requirements/*.txt; do echo "$$lock"; \
	    $(RUN) pip-audit --strict --progress-spinner off --disable-pip --require-hashes \
	        -r "$$lock" || bad=1; \
	done; exit $$bad

lint: setup ## check style and types: ruff, ty, and no outputs in the notebooks
	@$(RUN) ruff check .
	@$(RUN) ruff format --check .
	@$(RUN) ty check
	@$(RUN) nbstripout --keep-id --verify $(wildcard notebooks/*.ipynb) || \
	    { echo 'Strip them: scripts/run.sh nbstripout --keep-id notebooks/*.ipynb' >&2; exit 1; }

clean: ## remove what a build can make again; data, results, figures and .venv stay
	@rm -rf build .pytest_cache .ruff_cache .hypothesis
	@find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean ## remove .venv too
	@rm -rf .venv
