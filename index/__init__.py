"""The catalogue and its index. Import from here: these names are the whole surface, everything else may move."""

from index.catalogue.assembly import read_catalogue
from index.catalogue.procedure import Catalogue, Document, LegalBasis, Method, Procedure, RowProblem, Source
from index.catalogue.vocabulary import Signpost, Vocabulary, load_vocabulary
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
from index.judging import JudgedQuery, Scores, first_relevant, judge, judge_by_class, read_judgements
from index.refresh import Change, Comparison, prepare, publish_catalogue, read_published
from index.search.engine import FacetCount, Hit, Overview, Results, Search, SearchEngine
from index.search.plan import Plan
from index.search.suggesting import Suggestion
from index.storage.manifest import Manifest
from index.storage.schema import body_text
from index.storage.versions import Current, VersionStore
from index.text.folding import compose, fold
from index.variants import VARIANTS, rewrite
from index.vocabulary_check import find_unused_terms

__all__ = [
    "VARIANTS",
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
    "Plan",
    "Procedure",
    "RefreshLocked",
    "RefreshRefused",
    "Results",
    "RowProblem",
    "Scores",
    "Search",
    "SearchEngine",
    "Signpost",
    "Source",
    "SourceRefused",
    "Suggestion",
    "UnknownProcedure",
    "VersionStore",
    "VersionUnavailable",
    "Vocabulary",
    "VocabularyRefused",
    "body_text",
    "compose",
    "find_unused_terms",
    "first_relevant",
    "fold",
    "judge",
    "judge_by_class",
    "load_vocabulary",
    "prepare",
    "publish_catalogue",
    "read_catalogue",
    "read_judgements",
    "read_published",
    "rewrite",
]
