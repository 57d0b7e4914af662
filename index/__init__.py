"""The catalogue and its index. Import from here: these names are the whole surface, everything else may move."""

from index.catalogue.assembly import read_catalogue
from index.catalogue.methods import Method
from index.catalogue.procedure import Catalogue, Document, LegalBasis, Procedure, RowProblem, Source
from index.catalogue.tables import Fault, Row, find_empty, find_repeated, read_rows, split_phrases
from index.catalogue.vocabulary import Pin, Signpost, Vocabulary, digest_edits, load_vocabulary
from index.catalogue.vocabulary_editing import Edit, read_entries, save_edit, undo_edit
from index.catalogue.vocabulary_merging import EDITS_FOLDER, Entry, entry_key
from index.errors import (
    AnalysisMismatch,
    CatalogueIndexError,
    RefreshLocked,
    RefreshOutdated,
    RefreshRefused,
    SourceRefused,
    StorageFailed,
    UnknownProcedure,
    VersionUnavailable,
    VocabularyRefused,
)
from index.judging import JudgedQuery, Scores, first_relevant, judge, judge_by_class, read_judgements
from index.refresh.comparison import Change, Comparison, Named, compare
from index.refresh.description import describe, describe_comparison
from index.refresh.guards import GUARDS, Stop
from index.refresh.lines import comparison_lines, report_lines
from index.refresh.previewing import Preview, preview
from index.refresh.proposing import Proposal, prepare, refuse_stops
from index.refresh.publishing import adopt, publish_catalogue, publish_proposal, read_published, read_report, roll_back
from index.refresh.report import write_report
from index.refresh.republishing import republish
from index.search.engine import SearchEngine
from index.search.listing import ListedField, list_fields, list_procedures
from index.search.plan import Plan
from index.search.results import FacetCounts, Hit, Overview, Results, Search
from index.search.suggesting import Suggestion
from index.storage.cells import harmless, save_workbook
from index.storage.history import Event, read_history
from index.storage.manifest import Manifest
from index.storage.outcomes import count_outcomes, noting_outcome
from index.storage.schema import body_text
from index.storage.snapshot import Snapshot
from index.storage.versions import Current, VersionStore
from index.text.folding import compose, fold
from index.variants import VARIANTS, rewrite
from index.vocabulary_check import find_idle_edits, find_idle_pins, find_idle_steers, find_titles_as_aliases, find_unused_terms, refuse_titles_as_aliases

__all__ = [
    "EDITS_FOLDER",
    "GUARDS",
    "VARIANTS",
    "AnalysisMismatch",
    "Catalogue",
    "CatalogueIndexError",
    "Change",
    "Comparison",
    "Current",
    "Document",
    "Edit",
    "Entry",
    "Event",
    "FacetCounts",
    "Fault",
    "Hit",
    "JudgedQuery",
    "LegalBasis",
    "ListedField",
    "Manifest",
    "Method",
    "Named",
    "Overview",
    "Pin",
    "Plan",
    "Preview",
    "Procedure",
    "Proposal",
    "RefreshLocked",
    "RefreshOutdated",
    "RefreshRefused",
    "Results",
    "Row",
    "RowProblem",
    "Scores",
    "Search",
    "SearchEngine",
    "Signpost",
    "Snapshot",
    "Source",
    "SourceRefused",
    "Stop",
    "StorageFailed",
    "Suggestion",
    "UnknownProcedure",
    "VersionStore",
    "VersionUnavailable",
    "Vocabulary",
    "VocabularyRefused",
    "adopt",
    "body_text",
    "compare",
    "comparison_lines",
    "compose",
    "count_outcomes",
    "describe",
    "describe_comparison",
    "digest_edits",
    "entry_key",
    "find_empty",
    "find_idle_edits",
    "find_idle_pins",
    "find_idle_steers",
    "find_repeated",
    "find_titles_as_aliases",
    "find_unused_terms",
    "first_relevant",
    "fold",
    "harmless",
    "judge",
    "judge_by_class",
    "list_fields",
    "list_procedures",
    "load_vocabulary",
    "noting_outcome",
    "prepare",
    "preview",
    "publish_catalogue",
    "publish_proposal",
    "read_catalogue",
    "read_entries",
    "read_history",
    "read_judgements",
    "read_published",
    "read_report",
    "read_rows",
    "refuse_stops",
    "refuse_titles_as_aliases",
    "report_lines",
    "republish",
    "rewrite",
    "roll_back",
    "save_edit",
    "save_workbook",
    "split_phrases",
    "undo_edit",
    "write_report",
]
