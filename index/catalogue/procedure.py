"""The frozen `Procedure`, what it is made of, and its way to and from a plain record (the JSON that is stored)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, NamedTuple

from index.catalogue.methods import Method, join_methods
from index.text.folding import compose

CODE = re.compile(r"\d{1,2}\.\d{3,}[0-9A-Za-z.\-]*")


@dataclass(frozen=True, slots=True)
class Document:
    """A paper to bring, or a note that stands among them (`is_note`: nothing to bring, only to read)."""

    name: str
    case: str | None = None
    form_file: str | None = None
    originals: int = 0
    copies: int = 0

    @property
    def is_note(self) -> bool:
        return not (self.originals or self.copies or self.form_file)


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """A law, decree or circular a procedure rests on."""

    title: str | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Procedure:
    """One administrative procedure. `None` and `()` mean unknown, never "none"."""

    code: str
    name: str
    field: str | None = None
    levels: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    applicants: tuple[str, ...] = ()
    promulgating_agency: str | None = None
    decision_number: str | None = None
    kind: str | None = None
    competent_agency: str | None = None
    coordinating_agency: str | None = None
    authorised_agency: str | None = None
    receiving_address: str | None = None
    description: str | None = None
    steps: str | None = None
    methods: tuple[Method, ...] = ()
    documents: tuple[Document, ...] = ()
    result: tuple[str, ...] = ()
    legal_basis: tuple[LegalBasis, ...] = ()
    legal_basis_text: str | None = None
    conditions: str | None = None
    keywords: str | None = None
    source_url: str | None = None
    online_level: str | None = None

    @property
    def channels(self) -> tuple[str, ...]:
        """The distinct ways to submit, in the order given."""
        return tuple(dict.fromkeys(method.channel for method in self.methods if method.channel))

    def to_record(self) -> dict[str, Any]:
        """A plain record for JSON: only what is known."""
        known = ((name, getattr(self, name)) for name in _NAMES)
        return {name: tuple(map(asdict, value)) if name in _PARTS else value for name, value in known if value not in (None, ())}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Procedure:
        """The procedure of a record made by `to_record`."""
        known: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in record.items()}
        for key, part in _PARTS.items():
            known[key] = tuple(part(**item) for item in record.get(key, ()))
        return cls(**known)

    def filled_from(self, other: Procedure) -> Procedure:
        """This procedure with every unknown part taken from another record of the same code, of its ways to submit part by part."""
        missing = {part.name: getattr(other, part.name) for part in fields(self) if getattr(self, part.name) in (None, ()) and getattr(other, part.name)}
        if self.methods and other.methods:
            missing["methods"] = join_methods(self.methods, other.methods)
        return replace(self, **missing) if missing else self


_PARTS: dict[str, type[Any]] = {"methods": Method, "documents": Document, "legal_basis": LegalBasis}
_NAMES = tuple(part.name for part in fields(Procedure))


class Place(NamedTuple):
    """Where a row stands: `sheet` is None for text files, `row` counts from 1 as a spreadsheet shows it."""

    file: str
    sheet: str | None
    row: int

    def __str__(self) -> str:
        return f"{self.file}, trang “{self.sheet}”, dòng {self.row}" if self.sheet else f"{self.file}, dòng {self.row}"


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why one row was left out. `sheet` is None for text files; `row` counts from 1 as a spreadsheet shows it."""

    file: str
    sheet: str | None
    row: int
    column: str
    value: str
    reason: str
    remedy: str = ""

    def __str__(self) -> str:
        remedy = f". {self.remedy}" if self.remedy else ""
        return f"{Place(self.file, self.sheet, self.row)}, cột “{self.column}”: {self.reason} (giá trị: “{self.value[:80]}”){remedy}"


@dataclass(frozen=True, slots=True)
class Source:
    """A file a catalogue was read from; `modified` is when it was last written, ISO 8601 in UTC. Empty means unknown."""

    name: str
    size: int
    sha256: str
    layout: str
    rows: int
    modified: str = ""
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A code that two files give different names."""

    code: str
    file: str
    name: str
    other_file: str
    other_name: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Procedures by code order, where they came from, every row that was left out, and where the lists contradict each other.

    `places`: the first row of a list that names a code.
    """

    procedures: tuple[Procedure, ...]
    sources: tuple[Source, ...] = ()
    problems: tuple[RowProblem, ...] = field(default=())
    contradictions: tuple[Contradiction, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict)


_LEADING_NUMBER = re.compile(r"^(?:\d{1,3}\s*[.)]\s+|[.\-–•*]+\s*)+")


def clean_name(text: str) -> str:
    """An official title as people should see it: composed, one blank between words, no list number or dot before it."""
    name = compose(text)
    return _LEADING_NUMBER.sub("", name) or name


def clean_code(text: str) -> str:
    """A code without blanks and without the apostrophe that spreadsheets put before numbers."""
    return re.sub(r"\s+", "", compose(text)).lstrip("'’`")


_LABELS_WITH_COMMAS = ("Cán bộ, công chức, viên chức",)
_COMMA_OUTSIDE_BRACKETS = re.compile(r",\s*(?![^()]*\))")


def split_applicants(text: str) -> tuple[str, ...]:
    """Applicants come as one text, split at commas, except commas inside brackets and inside labels that hold commas."""
    for label in _LABELS_WITH_COMMAS:
        text = text.replace(label, label.replace(",", "\0"))
    parts = (part.replace("\0", ",").strip() for part in _COMMA_OUTSIDE_BRACKETS.split(text))
    return tuple(dict.fromkeys(filter(None, parts)))
