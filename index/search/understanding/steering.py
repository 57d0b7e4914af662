"""Words that say where, how or what for: results that fit rise, nothing is hidden ("ở phường", "sắp hết hạn")."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from index.catalogue.vocabulary import Steer
from index.catalogue.vocabulary_rows import TITLE
from index.search.plan import Interpretation, Steered
from index.search.understanding.words import Match, PhraseTable, Word, join_words, read_words
from index.storage.facets import Facet
from index.storage.title_phrases import holds
from index.text.folding import fold

STEER = 0.25  # "đất đai cấp xã": what is handled there rises; "bỏ đăng ký tàu cá": what takes out of a register does


def make_steers(steers: Iterable[Steer], facets: Mapping[str, Facet]) -> PhraseTable[Steer]:
    """The wordings of steers, and the names of fields. A field of one syllable ("Nước", "Điện") is a common word of other needs."""
    fields = ((value, Steer("field", value, ())) for value in facets["field"].values if len(read_words(value)) > 1)
    return PhraseTable((*((phrase, steer) for steer in steers for phrase in steer.patterns), *fields))


def steer(found: Iterable[Match[Steer]]) -> tuple[Steered, ...]:
    """What ranking does with the steers found, each once."""
    return tuple(Steered(facet, value, STEER) for facet, value in dict.fromkeys((match.meaning.facet, match.meaning.value) for match in found))


def tell_steers(found: Iterable[Match[Steer]], meant: Sequence[Word]) -> list[Interpretation]:
    """What is said of the steers found; not where a query says itself what titles say."""
    told = (Interpretation(match.meaning.facet, join_words(meant[match.start : match.end]), match.meaning.value) for match in found)
    return [change for change in told if change.kind != TITLE or not holds(fold(change.typed), change.to)]
