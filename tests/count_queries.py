"""`python -m tests.count_queries` prints the table of tests/test_query_counts.py as the product counts today."""

import sys
from pathlib import Path

import pytest

if __name__ == "__main__":
    table = f"{Path(__file__).with_name('worlds.py')}::print_table"
    sys.exit(pytest.main([table, "-q", "-o", "python_functions=print_table", "-p", "no:cacheprovider", "-W", "ignore"]))
