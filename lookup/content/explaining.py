"""Official terms in a page become buttons that open their explanation: the popover of HTML, which needs no script."""

from __future__ import annotations

import re

from markupsafe import Markup

from lookup.content.page_data import PageData, Term

_TAG = re.compile(r"(<[^>]*>)")
_NAME = re.compile(r"</?(\w+)")
_NOT_WITHIN = {"a", "button", "summary", "h1", "h2", "h3"}
_BUTTON = Markup('<button type="button" class="term" popovertarget="{}">{}</button>')

_CARD = Markup(
    '<div popover id="term-{}"><h3>{}</h3><p>{}</p>{}'
    '<p><button type="button" class="plain" popovertarget="term-{}" popovertargetaction="hide">Đóng</button></p></div>'
)


def explain_terms(html: Markup, data: PageData) -> Markup:
    """The page with each term made a button where it stands first, and the explanations at its end.

    A button cannot stand in a label; the buttons of a label stand behind it. Every word of the page stays.
    """
    writer = _Writer(data)
    for piece in _TAG.split(html):
        if piece.startswith("<"):
            writer.write_tag(piece)
        else:
            writer.write_text(piece)
    return Markup("").join([*writer.pieces, _list_terms(writer.used)])


class _Writer:
    """What is written so far, and which terms it explains."""

    def __init__(self, data: PageData) -> None:
        self.pieces: list[Markup] = []
        self.used: dict[str, Term] = {}
        self._data = data
        self._waiting: list[tuple[str, str]] = []
        self._skipped = 0
        self._labels = 0

    def write_tag(self, tag: str) -> None:
        match = _NAME.match(tag)
        name, step = (match.group(1) if match else ""), (-1 if tag.startswith("</") else 1)
        self._skipped += step * (name in _NOT_WITHIN)
        self._labels += step * (name == "label")
        self.pieces.append(Markup(tag))
        if name == "label" and step < 0 and self._waiting:
            buttons = Markup(" · ").join(_BUTTON.format(target, words) for words, target in self._waiting)
            self.pieces.append(Markup('<p class="asks">Giải thích: {}</p>').format(buttons))
            self._waiting.clear()

    def write_text(self, text: str) -> None:
        if self._skipped or not text.strip():
            self.pieces.append(Markup(text))
            return
        named = self._data.term(text.strip())
        for words, term in [(text, named)] if named else self._data.part_terms(text):
            if term is None or term.name in self.used:
                self.pieces.append(Markup(words))
                continue
            self.used[term.name] = term
            target = f"term-{len(self.used)}"
            if self._labels:
                self.pieces.append(Markup(words))
                self._waiting.append((Markup(words), target))
            else:
                self.pieces.append(_BUTTON.format(target, Markup(words)))


def _list_terms(terms: dict[str, Term]) -> Markup:
    if not terms:
        return Markup("")
    cards = (_CARD.format(place, term.name, term.explanation, _tell_source(term), place) for place, term in enumerate(terms.values(), 1))
    return Markup('<section class="terms" aria-label="Giải thích từ ngữ"><h2>Giải thích từ ngữ</h2>{}</section>').format(Markup("").join(cards))


def _tell_source(term: Term) -> Markup:
    return Markup('<p class="quiet">Theo {}</p>').format(term.source) if term.source else Markup("")
