"""What only a catalogue can tell of a vocabulary: official words that stand nowhere in it, aliases that are another procedure's title."""

from __future__ import annotations

from collections.abc import Sequence

from index.catalogue.procedure import Procedure
from index.catalogue.vocabulary import Vocabulary
from index.errors import VocabularyRefused
from index.storage.analysis import folded_terms, whole_name_terms, whole_term
from index.storage.records import Title
from index.storage.schema import body_text


def find_unused_terms(vocabulary: Vocabulary, procedures: Sequence[Procedure]) -> list[tuple[str, str]]:
    """(term, official reading) of every synonym whose reading stands in no name and no body."""
    texts = [f" {' '.join(folded_terms(text))} " for procedure in procedures for text in (procedure.name, *body_text(procedure).split("\n"))]
    whole = "|".join(dict.fromkeys(texts))
    return [(synonym.term, reading) for synonym in vocabulary.synonyms for reading in synonym.official if f" {' '.join(folded_terms(reading))} " not in whole]


def refuse_titles_as_aliases(vocabulary: Vocabulary, titles: Sequence[Title]) -> None:
    """Raise VocabularyRefused where an alias of one procedure is the exact title of another: it would pull citizens away from it."""
    owners: dict[str, set[str]] = {}
    for title in titles:
        owners.setdefault(whole_name_terms(title.name)[0], set()).add(title.code)
    faults = [
        f"aliases.csv, dòng {line}: mã {code}: “{alias}” là đúng tên của thủ tục {', '.join(sorted(owner))}. Xin bỏ cách gọi này."
        for line, (code, aliases) in enumerate(vocabulary.aliases.items(), 2)
        for alias in aliases
        if (owner := owners.get(whole_term(folded_terms(alias)))) and code not in owner
    ]
    if faults:
        raise VocabularyRefused("Từ vựng có lỗi, chưa dùng được:\n" + "\n".join(faults))
