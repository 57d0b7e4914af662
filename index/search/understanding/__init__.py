"""Query text -> Plan, in steps that each say what they changed: keystrokes, blanks, slips, synonyms, noise, what is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise

from index.catalogue.vocabulary import OFFICIAL, Signpost, Synonym, Vocabulary
from index.search.plan import Correction, Interpretation, Plan
from index.search.understanding.clauses import Growing, add, add_clauses, add_code, add_folded
from index.search.understanding.denial import part_denied
from index.search.understanding.repairing import Repair, repair
from index.search.understanding.steering import make_steers, make_title_steers, steer, tell_steers
from index.search.understanding.typing import decode_keystrokes, mend_blanks
from index.search.understanding.words import Match, PhraseTable, Word, join_words, read_words
from index.storage.analysis import PAIR, whole_name_term
from index.storage.facets import Facet
from index.storage.lexicon import Lexicon
from index.storage.postings import Postings
from index.text.folding import compose, exact_key, fold, is_marked

PLACE = 0.3  # "khai sinh ở phường": the words of a steer beside the need itself
NEXT_READING = 0.8  # "làm lại bằng lái": a term's first reading before its second
WRITTEN_OUT = 0.8  # "giải thể cty": an abbreviation written out counts nearly as if it had been
SYNONYM, UNSAID = 0.2, 0.7  # official words beside a term that titles or wordings hold themselves ("bằng lái"), and one that they do not
REPAIRED, AS_TYPED = 0.7, 0.5  # an offered repair beside the text as typed; the text as typed beside a certain repair


class Understanding:
    """Understands queries by the vocabulary and the lexicon of one version."""

    def __init__(self, vocabulary: Vocabulary, lexicon: Lexicon, facets: Mapping[str, Facet], postings: Postings) -> None:
        self._lexicon = lexicon
        self._postings = postings
        self._synonyms: PhraseTable[Synonym] = PhraseTable(((synonym.term, synonym) for synonym in vocabulary.synonyms), lexicon.is_usual)
        self._noise: PhraseTable[None] = PhraseTable((phrase, None) for phrase in vocabulary.noise)
        self._asks: PhraseTable[str] = PhraseTable((phrase, ask.attribute) for ask in vocabulary.asks for phrase in ask.patterns)
        self._steers = make_steers(vocabulary.steers, facets)
        self._title_steers = make_title_steers(vocabulary.steers, lexicon.is_usual)
        patterns = [(phrase, signpost) for signpost in vocabulary.signposts for phrase in signpost.patterns]
        self._signposts: PhraseTable[Signpost] = PhraseTable(pattern for pattern in patterns if not pattern[0].startswith("="))
        self._words = cache(read_words)  # of official readings: there are as many as the vocabulary has
        self._pins = {fold(pin.query): pin.codes for pin in vocabulary.pins}
        self._whole_signposts: PhraseTable[Signpost] = PhraseTable(pattern for pattern in patterns if pattern[0].startswith("="))

    def understand(self, text: str, filters: Mapping[str, tuple[str, ...]] | None = None, as_typed: bool = False) -> Plan:
        """The plan of a query; `as_typed`: who typed it says that it holds no slip."""
        text = compose(text)
        wanted, denied = part_denied(text, self._says_something)
        typed, mended, interpretations = self._read(wanted)
        mended = None if as_typed else mended
        meant = list(mended.words) if mended else typed
        clauses: Growing = {}
        add_code(clauses, wanted)
        synonyms: list[Interpretation] = []
        content: list[Word] = []
        for reading, weight in _readings(typed, mended):
            content, asks = self._part(reading)
            content, places = self._set_places_apart(content)
            add_clauses(clauses, content, weight, self._postings)
            add_clauses(clauses, places, weight * PLACE, self._postings)
            if len(content) < len(reading):  # "… (cấp tỉnh)": a title pasted whole
                add(clauses, "whole", [whole_name_term([word.folded for word in reading])], weight)
            synonyms = self._expand(content, clauses, weight)
        steers, title_steers = self._steers.find(meant), self._title_steers.find(content)
        repairs = [Interpretation("repair", join_words(typed), join_words(meant))] if mended and mended.certain else []
        marks = {word.folded for word in (*typed, *(meant if mended else ()))} | {word.folded for change in synonyms for word in self._words(change.to)}
        told = [*tell_steers(steers, meant), *tell_steers(title_steers, content)]
        if len(content) < len(meant):
            told.append(Interpretation("content", join_words(meant), join_words(content)))
        told += [Interpretation("denied", said, "") for said in denied]
        return Plan(
            clauses=clauses,
            filters=dict(filters or {}),
            marks=frozenset(marks),
            interpretations=(*interpretations, *repairs, *synonyms, *(Interpretation("asks", *ask) for ask in asks), *told) if typed else (),
            steers=steer((*steers, *title_steers)),
            correction=self._correction(typed, mended),
            content=tuple(word.folded for word in content),
            signposts=self._find_signposts(meant, content),
            pins=self._find_pins(text, typed),
            is_meaningless=bool(text) and not clauses,
        )

    def _says_something(self, text: str) -> bool:
        """Whether a text holds more than chatter."""
        words = read_words(text)
        return len(self._chatter(words)[0]) < len(words)

    def _find_pins(self, text: str, typed: Sequence[Word]) -> tuple[str, ...]:
        """The codes that staff put first for a query, as it was typed or as the keyboard meant it."""
        return (self._pins.get(fold(text)) or self._pins.get(fold(join_words(typed)), ())) if self._pins else ()

    def _find_signposts(self, meant: Sequence[Word], content: Sequence[Word]) -> tuple[Signpost, ...]:
        """Signposts whose patterns stand in the query; patterns after ``=`` only where they are all that was said."""
        whole = self._whole_signposts.find_whole(content)
        return tuple(dict.fromkeys(match.meaning for match in (*([whole] if whole else ()), *self._signposts.find(meant))))

    def _part(self, reading: Sequence[Word]) -> tuple[list[Word], list[tuple[str, str]]]:
        """Content without chatter, and (wording, attribute) of what is asked; a query that is nothing but chatter is content."""
        noisy, asks = self._chatter(reading)
        if not noisy:
            return list(reading), []
        content = [word for place, word in enumerate(reading) if place not in noisy]
        return content or list(reading), [(join_words(reading[match.start : match.end]), match.meaning) for match in asks]

    def _set_places_apart(self, content: list[Word]) -> tuple[list[Word], list[Word]]:
        """Words that only say at which level or by which channel steer enough; they must not draw titles that hold them by chance."""
        spans = [match for match in self._steers.find(content) if match.meaning.facet in ("level", "channel")]
        if not spans:
            return content, []
        places = {place for match in spans for place in range(match.start, match.end)}
        rest = [word for place, word in enumerate(content) if place not in places]
        return (rest, [word for place, word in enumerate(content) if place in places]) if rest else (content, [])

    def mend(self, text: str) -> str:
        """Words as they were meant: keys decoded, blanks mended, slips repaired."""
        typed, mended, _ = self._read(compose(text))
        return join_words(mended.words if mended else typed)

    def _read(self, text: str) -> tuple[list[Word], Repair | None, list[Interpretation]]:
        """The words of a text as the keyboard meant them, their repair where slips stand in them, and what the keyboard did."""
        decoded, keystrokes = decode_keystrokes(read_words(text), self._lexicon)
        typed, spacing = mend_blanks(decoded, self._lexicon)
        return typed, repair(typed, self._lexicon, self._settled), [*keystrokes, *spacing]

    def restore(self, text: str) -> str:
        """Words mended, and abbreviations written out."""
        words = read_words(self.mend(text))
        return join_words(_write_out(words, self._synonyms.find(words)))

    def _settled(self, words: Sequence[Word]) -> set[int]:
        """The places of words that are understood as they stand: chatter, questions, known terms."""
        known = {place for match in self._synonyms.find(words) for place in range(match.start, match.end)}
        return known | self._chatter(words)[0]

    def _chatter(self, reading: Sequence[Word]) -> tuple[set[int], list[Match[str]]]:
        """The places of words that ask or chat, and what is asked."""
        asks = self._asks.find(reading)
        spans = [(match.start, match.end) for match in asks] + [(match.start, match.end) for match in self._noise.find(reading)]
        return {place for span in spans for place in range(*span)}, asks

    def _expand(self, content: Sequence[Word], clauses: Growing, weight: float) -> list[Interpretation]:
        """Add the query with its abbreviations written out, and the official readings of every term set into it in place of the term."""
        matches = self._synonyms.find(content)
        told = [_told(match, content) for match in matches if _says_more(match, content)]
        written = _write_out(content, matches)
        if written != list(content):
            add_clauses(clauses, written, weight * WRITTEN_OUT, self._postings)
            matches = self._synonyms.find(written)
        for match in matches:
            share = weight * (SYNONYM if self._is_said(written[match.start : match.end]) else UNSAID)
            for place, reading in enumerate(match.meaning.official):
                replaced = [*written[max(0, match.start - 1) : match.start], *self._words(reading), *written[match.end : match.end + 1]]
                add_folded(clauses, replaced, share * NEXT_READING**place, self._postings)
        return told

    def _is_said(self, term: Sequence[Word]) -> bool:
        """Whether titles or wordings hold each two words of a term side by side, marks aside; a single word with its marks."""
        keys = [("pairs", f"{a.folded}{PAIR}{b.folded}") for a, b in pairwise(term)] or [("exact", exact_key(term[0].text))]
        return all(self._postings.term(key) is not None for key in keys)

    def _correction(self, typed: Sequence[Word], mended: Repair | None) -> Correction | None:
        if mended is None:
            return None
        spelled = self._lexicon.spell([word.folded for word in mended.words])
        kept = [word == old and is_marked(word.text) for word, old in zip(mended.words, typed, strict=True)]
        words = [word.text if keep else new for word, new, keep in zip(mended.words, spelled, kept, strict=True)]
        return Correction(" ".join(words), mended.certain)


def _write_out(words: Sequence[Word], matches: Sequence[Match[Synonym]]) -> list[Word]:
    """The words with every abbreviation and known misspelling among the matches in its first official reading."""
    written = list(words)
    for match in reversed(matches):
        if match.meaning.kind in ("abbreviation", "misspelling"):
            written[match.start : match.end] = read_words(match.meaning.official[0])
    return written


def _says_more(match: Match[Synonym], content: Sequence[Word]) -> bool:
    """Whether a synonym is worth telling: it brings other letters than were typed, and is no official word read backwards."""
    return match.meaning.kind != OFFICIAL and fold(match.meaning.official[0]) != fold(join_words(content[match.start : match.end]))


def _told(match: Match[Synonym], content: Sequence[Word]) -> Interpretation:
    return Interpretation("synonym", join_words(content[match.start : match.end]), "; ".join(match.meaning.official))


def _readings(typed: list[Word], mended: Repair | None) -> list[tuple[list[Word], float]]:
    """Each reading of the query with its weight; the one that results follow most comes last."""
    if mended is None:
        return [(typed, 1.0)]
    if mended.certain:
        return [(typed, AS_TYPED), (list(mended.words), 1.0)]
    return [(list(mended.words), REPAIRED), (typed, 1.0)]
