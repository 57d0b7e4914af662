"""What only a catalogue can tell of a vocabulary: words, values and codes that stand nowhere in it, aliases that are another procedure's title."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from index.catalogue.procedure import Procedure
from index.catalogue.vocabulary import Vocabulary
from index.catalogue.vocabulary_editing import read_entries
from index.catalogue.vocabulary_merging import OFF, read_edits
from index.catalogue.vocabulary_rows import TITLE
from index.errors import VocabularyRefused
from index.storage.analysis import folded_terms, whole_name_terms, whole_term
from index.storage.records import Title
from index.storage.schema import FACETS, body_text
from index.storage.title_phrases import find_holders, spell_titles
from index.text.folding import fold


def find_unused_terms(vocabulary: Vocabulary, procedures: Sequence[Procedure]) -> list[tuple[str, str]]:
    """(term, official reading) of every synonym whose reading stands in no name and no body."""
    texts = [f" {' '.join(folded_terms(text))} " for procedure in procedures for text in (procedure.name, *body_text(procedure).split("\n"))]
    whole = "|".join(dict.fromkeys(texts))
    return [(synonym.term, reading) for synonym in vocabulary.synonyms for reading in synonym.official if f" {' '.join(folded_terms(reading))} " not in whole]


def find_idle_steers(vocabulary: Vocabulary, procedures: Sequence[Procedure]) -> list[str]:
    """A sentence for every steer whose value no procedure has: a slip of the pen, or a level that this catalogue does not hold."""
    present = {facet: {fold(value) for procedure in procedures for value in values(procedure)} for facet, values in FACETS.items()}
    spelled = spell_titles(procedures)
    return [
        f"steers.csv: không thủ tục nào có {steer.facet} “{steer.value}”, nên dòng này không có tác dụng."
        for steer in vocabulary.steers
        if not (
            any(find_holders(spelled, steer.value)) if steer.facet == TITLE else any(f" {fold(steer.value)} " in f" {value} " for value in present[steer.facet])
        )
    ]


def find_idle_pins(vocabulary: Vocabulary, titles: Sequence[Title]) -> list[str]:
    """A sentence for every pinned code that the catalogue does not hold; searches pass it over."""
    known = {title.code for title in titles}
    missing = [(pin.query, code) for pin in vocabulary.pins for code in pin.codes if code not in known]
    return [f"pins.csv: câu “{query}” ghim mã {code}, mã này không có trong danh mục đang công bố." for query, code in missing]


def find_idle_edits(shipped: Path, edits: Path) -> list[str]:
    """A sentence for every entry that staff switched off and that is no longer shipped."""
    switched_off = read_edits(edits)[0].off
    found = {(file, entry.key) for file, _ in switched_off for entry in read_entries(shipped, edits, file) if entry.origin == "off"}
    return [f"{OFF} của đơn vị: {file} không còn dòng “{key}”, nên không cần tắt nữa." for file, key in switched_off if (file, key) not in found]


def find_titles_as_aliases(vocabulary: Vocabulary, titles: Sequence[Title]) -> list[tuple[int, str, str, set[str]]]:
    """(line, code, alias, codes of that name) for every alias of one procedure that is the exact title of others."""
    owners: dict[str, set[str]] = {}
    for title in titles:
        owners.setdefault(whole_name_terms(title.name)[0], set()).add(title.code)
    return [
        (line, code, alias, owner)
        for line, (code, aliases) in enumerate(vocabulary.aliases.items(), 2)
        for alias in aliases
        if (owner := owners.get(whole_term(folded_terms(alias)))) and code not in owner
    ]


def refuse_titles_as_aliases(vocabulary: Vocabulary, titles: Sequence[Title]) -> None:
    """Raise VocabularyRefused where an alias of one procedure is the exact title of another: it would pull citizens away from it."""
    faults = [
        f"aliases.csv, dòng {line}: mã {code}: “{alias}” là đúng tên của thủ tục {', '.join(sorted(owners))}. Xin bỏ cách gọi này."
        for line, code, alias, owners in find_titles_as_aliases(vocabulary, titles)
    ]
    if faults:
        raise VocabularyRefused("Từ vựng có lỗi, chưa dùng được:\n" + "\n".join(faults))
