"""From text to search tokens: pure functions, the same for PostgreSQL, SQLite and the query.

Polish inflects heavily ("szkoła, szkół, szkole"), so a word gives its stem and a five-character
prefix. Each token starts with a letter that says where the word stood, which makes ranking a plain
question of which tokens a record has:

    a… stem in the title    b… stem in the abstract, names and tools
    c… stem elsewhere       p… prefix, anywhere
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

import snowballstemmer

from common.text import fold

TITLE, ABSTRACT, BODY, PREFIX = "a", "b", "c", "p"
PREFIX_LENGTH = 5
MAX_WORD = 40
MAX_QUERY = 200
MAX_QUERY_WORDS = 8
MAX_INDEXED = 300_000  # characters of one field; far above any real record

# Words that join others and tell nothing about the subject.
_JOINING = (
    "a aby albo ale bez by byc byl byla bylo byly co czy dla do i ich ile im ja jak jako je jej jest juz ku "
    "ktora ktore ktory lub ma na nad nie niz o od oraz po pod przed przez przy sa sie sposob ta tak takze tam "
    "te tego tej ten to tym u w we wraz z za ze"
)
_STOP = frozenset(_JOINING.split())
_WORD = re.compile(r"[^\W_]+")
_INDEXABLE = re.compile(r"[a-z0-9]+")
_stemmer = snowballstemmer.stemmer("polish")


def words_of(text: str) -> Iterator[str]:
    """Words in lower case, still with their Polish letters, without those that tell nothing."""
    for match in _WORD.finditer(text[:MAX_INDEXED].lower()):
        word = match.group()[:MAX_WORD]
        if len(word) > 1 and not _only_joins(word):
            yield word


@lru_cache(maxsize=20_000)
def _only_joins(word: str) -> bool:
    return fold(word) in _STOP


@lru_cache(maxsize=20_000)
def stems(word: str) -> frozenset[str]:
    """Stems as typed with and without Polish letters: people write both "oświata" and "oswiata"."""
    found = (fold(_stemmer.stemWord(word)), _stemmer.stemWord(fold(word)))
    return frozenset(stem for stem in found if _INDEXABLE.fullmatch(stem))


@lru_cache(maxsize=20_000)
def prefix(word: str) -> str:
    folded = fold(word)[:PREFIX_LENGTH]
    return folded if _INDEXABLE.fullmatch(folded) else ""


def tokens(*, title: str, abstract: Iterable[str], body: Iterable[str]) -> str:
    """Every token of a record, each once, in a stable order, separated by spaces."""
    found: set[str] = set()
    for place, texts in ((TITLE, [title]), (ABSTRACT, abstract), (BODY, body)):
        for word in {word for text in texts for word in words_of(text)}:
            found.update(place + stem for stem in stems(word))
            if start := prefix(word):
                found.add(PREFIX + start)
    return " ".join(sorted(found))


def query_words(query: str) -> list[str]:
    """What a query asks for; whatever is not a word (quotes, operators, emoji) only separates."""
    found: dict[str, None] = {}
    for word in words_of(query[:MAX_QUERY]):
        if stems(word) or prefix(word):
            found.setdefault(word)
    return list(found)[:MAX_QUERY_WORDS]
