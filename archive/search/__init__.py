"""Staff search over title, numbers and full text (design section 8): `search` answers one page.

words.py reads the question, narrowing.py what it is narrowed to, exact.py finds what contains every word, nearest.py
what comes nearest when nothing does, sampling.py counts for it, snippets.py cuts from the text as written.
"""

from .exact import CAP, SIZE, Found, all_ids, as_asked, matching, search
from .narrowing import Narrow
from .words import BadSearch, words_of

__all__ = ["CAP", "SIZE", "BadSearch", "Found", "Narrow", "all_ids", "as_asked", "matching", "search", "words_of"]
