# Two commands for a newcomer: `make run` and `make test`. Needs Python 3.11+, git and make; nothing else.
PYTHON ?= python3
export EGOV_DATA_DIR := $(abspath $(or $(EGOV_DATA_DIR),.data))
VENV := .venv
PY := $(VENV)/bin/python
RUN_STAMP := $(VENV)/.run-stamp
DEV_STAMP := $(VENV)/.dev-stamp
FONTS := $(EGOV_DATA_DIR)/fonts/.stamp

.PHONY: run test deep setup check bench demo-reset clean

run: setup
	@EGOV_DIE_WITH_PARENT=1 exec $(PY) manage.py run

setup: $(RUN_STAMP)
	@$(PY) -m changning_egov.fonts_setup
	@test $(EGOV_DATA_DIR)/web/faces/faces.css -nt $(EGOV_DATA_DIR)/fonts || $(PY) manage.py web_fonts

$(RUN_STAMP): requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; PYTHON=/path/to/python3.11 make … chooses one.")'
	@echo "Virtual environment and packages …"
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(DEV_STAMP): $(RUN_STAMP) requirements-dev.txt
	@echo "Packages for tests …"
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

test: setup $(DEV_STAMP)
	@$(PY) -m pytest -n auto --dist loadfile

# The suite with every random and crossed test at the full number of the issues (docs/testing.md)
deep: setup $(DEV_STAMP)
	@EGOV_DEEP=1 $(PY) -m pytest -n auto --dist loadfile

check: setup $(DEV_STAMP)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/lint-imports
	$(PY) manage.py house
	$(VENV)/bin/mypy
	$(PY) manage.py draw_tables --check
	$(PY) manage.py draw_files --check
	$(VENV)/bin/djlint templates --check
	$(VENV)/bin/djlint templates --lint
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) manage.py check
	EGOV_ENV=production SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(60))') $(PY) manage.py check --deploy --fail-level WARNING
	$(PY) -m pytest -n auto --dist loadfile

# make bench SIZES=10000,1000000 ONLY=pages; make bench AGAINST=COMMIT measures this tree and an earlier one in turns;
# make bench ONLY=year [RECORDS=31857]: a year's records imported, packaged, delivered and accepted
bench: setup $(DEV_STAMP)
	@$(PY) -m bench $(if $(SIZES),--sizes $(SIZES)) $(if $(ONLY),--only $(ONLY)) $(if $(AGAINST),--against $(AGAINST)) $(if $(RECORDS),--records $(RECORDS))

# Throws the demo's data away; fonts and packages stay. Refused while the site runs.
demo-reset:
	@$(PYTHON) -m changning_egov.demo_reset

clean:
	rm -rf $(VENV) $(EGOV_DATA_DIR)/static
