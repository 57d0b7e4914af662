"""The catalogue and its index. Import from here: these names are the whole surface, everything else may move."""

from index.catalogue.assembly import read_catalogue
from index.catalogue.procedure import Catalogue, Document, LegalBasis, Method, Procedure, RowProblem, Source
from index.errors import (
    AnalysisMismatch,
    CatalogueIndexError,
    RefreshLocked,
    RefreshRefused,
    SourceRefused,
    UnknownProcedure,
    VersionUnavailable,
    VocabularyRefused,
)
from index.judging import JudgedQuery, Scores, judge_by_class, read_judgements
from index.refresh import Change, Comparison, prepare, publish_catalogue
from index.search.engine import FacetCount, Hit, Overview, Results, Search, SearchEngine
from index.search.suggesting import Suggestion
from index.storage.manifest import Manifest
from index.storage.versions import Current, VersionStore
from index.text.folding import compose, fold

__all__ = [
    "AnalysisMismatch",
    "Catalogue",
    "CatalogueIndexError",
    "Change",
    "Comparison",
    "Current",
    "Document",
    "FacetCount",
    "Hit",
    "JudgedQuery",
    "LegalBasis",
    "Manifest",
    "Method",
    "Overview",
    "Procedure",
    "RefreshLocked",
    "RefreshRefused",
    "Results",
    "RowProblem",
    "Scores",
    "Search",
    "SearchEngine",
    "Source",
    "SourceRefused",
    "Suggestion",
    "UnknownProcedure",
    "VersionStore",
    "VersionUnavailable",
    "VocabularyRefused",
    "compose",
    "fold",
    "judge_by_class",
    "prepare",
    "publish_catalogue",
    "read_catalogue",
    "read_judgements",
]
