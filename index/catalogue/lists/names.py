"""Rows without a code: which procedure a name means. A name is matched, never guessed; what is near is only a hint."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from index.catalogue.procedure import Procedure
from index.text.folding import fold

_PREFIX = "thu tuc "
_NEAREST = 3
_LOOKED_AT = 40  # names that share the most syllables; comparing letters with every name would take a second a row
_CUTOFF = 0.6


@dataclass(frozen=True, slots=True)
class NameMatch:
    """The codes that carry a name (several procedures may share one), or else the folded names nearest to it."""

    codes: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()


def name_key(name: str) -> str:
    """What of a name is compared: folded, without a leading "thủ tục"."""
    return fold(name).removeprefix(_PREFIX)


def codes_by_name(procedures: Iterable[Procedure]) -> dict[str, list[str]]:
    """Known procedures as `match_names` wants them."""
    codes: dict[str, list[str]] = {}
    for procedure in procedures:
        codes.setdefault(name_key(procedure.name), []).append(procedure.code)
    return codes


def match_names(names: Sequence[str], known: Mapping[str, Sequence[str]]) -> list[NameMatch]:
    """Match each name: exactly after folding, else with all blanks removed (a PDF breaks words: ``c ấp l ại``), else the nearest as a hint."""
    matcher = NameMatcher(known)
    return [matcher.match(name) for name in names]


class NameMatcher:
    """The known names (folded name -> codes), ready to be asked many times."""

    def __init__(self, known: Mapping[str, Sequence[str]]) -> None:
        self._known = known
        self._unbroken: dict[str, list[str]] = {}
        self._syllables: dict[str, list[str]] = {}
        for name, codes in known.items():
            self._unbroken.setdefault(_without_blanks(name), []).extend(codes)
            for syllable in set(name.split()):
                self._syllables.setdefault(syllable, []).append(name)

    def match(self, name: str) -> NameMatch:
        """The codes of a name, or the names nearest to it."""
        key = name_key(name)
        codes = self._known.get(key) or self._unbroken.get(_without_blanks(key)) or self._unbroken.get(_without_blanks(key).removeprefix("thutuc"))
        return NameMatch(codes=tuple(codes)) if codes else NameMatch(nearest=self._nearest(key))

    def codes_of(self, key: str) -> tuple[str, ...]:
        """The codes of a folded name, such as a hint gives."""
        return tuple(self._known.get(key, ()))

    def _nearest(self, key: str) -> tuple[str, ...]:
        shared = Counter(name for syllable in set(key.split()) for name in self._syllables.get(syllable, ()))
        # The closest in length first among those that share as many syllables: a long name shares many with anything.
        likely = sorted(shared, key=lambda name: (abs(len(name) - len(key)) - 8 * shared[name], name))[:_LOOKED_AT]
        return tuple(difflib.get_close_matches(key, likely, _NEAREST, _CUTOFF))


def _without_blanks(folded: str) -> str:
    """Blanks out, and y as i everywhere: `fold` makes i of a final y only where it sees the whole syllable."""
    return folded.replace(" ", "").replace("y", "i")
