"""Words that say where, how or what for: results that fit rise, nothing is hidden ("ở phường", "sắp hết hạn")."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from index.catalogue.tables import split_phrases
from index.catalogue.vocabulary import Steer
from index.catalogue.vocabulary_rows import TITLE
from index.search.plan import Interpretation, Steered
from index.search.understanding.words import Match, PhraseTable, Word, join_words, read_words
from index.storage.facets import Facet
from index.text.folding import fold

STEER = 0.25  # "đất đai cấp xã": what is handled there rises; "bỏ đăng ký tàu cá": what takes out of a register does


def make_steers(steers: Iterable[Steer], facets: Mapping[str, Facet]) -> PhraseTable[Steer]:
    """The wordings of facets, and the names of fields. A field of one syllable ("Nước", "Điện") is a common word of other needs."""
    fields = ((value, Steer("field", value, ())) for value in facets["field"].values if len(read_words(value)) > 1)
    return PhraseTable((*((phrase, steer) for steer in steers if steer.facet != TITLE for phrase in steer.patterns), *fields))


def make_title_steers(steers: Iterable[Steer], is_usual: Callable[[str], bool]) -> PhraseTable[Steer]:
    """The wordings of what titles say, apart: "đổi qua mạng" names a channel all the same. Without marks only usual ones: "mat bang" is no "mất bằng"."""
    return PhraseTable(((phrase, steer) for steer in steers if steer.facet == TITLE for phrase in steer.patterns), is_usual)


def steer(found: Iterable[Match[Steer]]) -> tuple[Steered, ...]:
    """What ranking does with the steers found, each once."""
    return tuple(Steered(facet, value, STEER) for facet, value in dict.fromkeys((match.meaning.facet, match.meaning.value) for match in found))


def tell_steers(found: Iterable[Match[Steer]], words: Sequence[Word]) -> list[Interpretation]:
    """What is said of the steers found in some words; not where these say themselves what titles say."""
    told = (Interpretation(match.meaning.facet, join_words(words[match.start : match.end]), match.meaning.value) for match in found)
    return [change for change in told if change.kind != TITLE or fold(change.typed) not in map(fold, split_phrases(change.to))]
