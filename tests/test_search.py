"""Searching: however a title is typed, its procedure comes first; filters narrow, facets tell what else there is."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from index import Catalogue, Procedure, Search, SearchEngine, UnknownProcedure, Vocabulary, publish_catalogue
from index.search.highlighting import highlight
from index.storage.records import part_name, read_parted


def codes(engine: SearchEngine, text: str, **filters: str) -> list[str]:
    chosen: dict[str, tuple[str, ...]] = {facet: (value,) for facet, value in filters.items()}
    return [hit.card["code"] for hit in engine.search(Search(text, chosen)).hits]


BIRTH, MARRIAGE, SINGLE = "1.001193", "1.000894", "1.004873"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("dang ky khai sinh", BIRTH),
        ("Đăng ký khai sinh", BIRTH),
        ("đăng kí khai sinh", BIRTH),
        ("ĐĂNG KÝ KHAI SINH", BIRTH),
        (unicodedata.normalize("NFD", "đăng ký khai sinh"), BIRTH),
        ("dang  ky -- khai_sinh!!", BIRTH),
        ("dang ky ket hon", MARRIAGE),
        ("xac nhan tinh trang hon nhan", SINGLE),
        ("1.004873", SINGLE),
        ("1004873", SINGLE),
        ("1.004873.H08", SINGLE),
        (" 1. 004873", SINGLE),
        ("thủ tục 1.004873 là gì", SINGLE),
    ],
)
def test_the_right_procedure_comes_first(engine: SearchEngine, typed: str, code: str) -> None:
    assert codes(engine, typed)[0] == code


def test_one_need_typed_in_four_ways_gives_one_order(full_engine: SearchEngine) -> None:
    """Marks may only help: whatever serves the need in the unaccented order stands no lower in the accented one."""
    ways = ["dang ky ket hon", "đăng ký kết hôn", unicodedata.normalize("NFD", "đăng ký kết hôn"), "ĐĂNG KÝ KẾT HÔN"]
    orders = [codes(full_engine, way) for way in ways]
    assert orders[1] == orders[2] == orders[3]
    assert orders[0][:3] == orders[1][:3]
    assert orders[0][0] == MARRIAGE


def test_an_empty_query_lists_the_catalogue_by_field_and_name(engine: SearchEngine) -> None:
    results = engine.search(Search(per_page=50))
    assert results.total == len(engine.snapshot())
    assert [hit.card["field"] for hit in results.hits[:3]] == ["An toàn thực phẩm"] * 3


def share_of_titles_found_first(engine: SearchEngine, step: int) -> float:
    """Of the titles that are short enough to be asked for, the share that find themselves, or another of their name, first."""
    snapshot = engine.snapshot()
    groups = {title.code: group for title, group in zip(snapshot.titles(), snapshot.groups.tolist(), strict=True)}
    titles = [title for title in snapshot.titles() if len(title.name) <= 200][::step]
    return sum(int(groups[codes(engine, title.name)[0]] == groups[title.code]) for title in titles) / len(titles)


def test_a_title_pasted_whole_finds_itself_first(engine: SearchEngine) -> None:
    assert share_of_titles_found_first(engine, 1) > 0.96


def test_among_thousands_of_near_alike_titles_one_pasted_whole_finds_itself_first(full_engine: SearchEngine) -> None:
    assert share_of_titles_found_first(full_engine, 7) > 0.985


def test_pages_follow_one_another_without_a_gap(engine: SearchEngine) -> None:
    whole = [hit.card["code"] for hit in engine.search(Search("cấp giấy", per_page=30)).hits]
    parts = [hit.card["code"] for page in (1, 2, 3) for hit in engine.search(Search("cấp giấy", page=page)).hits]
    assert whole == parts and len(set(whole)) == len(whole)


def test_a_text_that_matches_nothing_finds_nothing(engine: SearchEngine) -> None:
    results = engine.search(Search("xyzzy"))
    assert (results.total, results.hits) == (0, ())
    assert all(not counts for counts in results.facets.values())


def test_a_filter_keeps_only_what_has_the_value(engine: SearchEngine) -> None:
    hits = engine.search(Search("đăng ký", {"level": ("Cấp xã",), "field": ("Hộ tịch",)}, per_page=50)).hits
    assert hits and all(hit.card["field"] == "Hộ tịch" and "Cấp xã" in hit.card["level"] for hit in hits)


def test_two_values_of_one_filter_widen_and_two_filters_narrow(engine: SearchEngine) -> None:
    def total(**filters: tuple[str, ...]) -> int:
        return engine.search(Search("", dict(filters))).total

    assert total(level=("Cấp xã", "Cấp tỉnh")) > total(level=("Cấp xã",)) > total(level=("Cấp xã",), field=("Hộ tịch",)) > 0
    assert total(field=("Không có lĩnh vực này",)) == 0


def test_facets_count_every_result_and_leave_their_own_filter_out(engine: SearchEngine) -> None:
    everything = engine.search(Search("đăng ký"))
    chosen = engine.search(Search("đăng ký", {"field": ("Hộ tịch",)}))
    assert chosen.facets["field"] == everything.facets["field"]
    assert dict(chosen.facets["field"])["Hộ tịch"] == chosen.total
    assert sum(count for _, count in chosen.facets["level"]) < sum(count for _, count in everything.facets["level"])


def test_the_facets_of_the_whole_catalogue_count_every_procedure(engine: SearchEngine) -> None:
    procedures = engine.snapshot().procedures()
    facets = {name: dict(counts) for name, counts in engine.overview().facets.items()}
    assert sum(facets["field"].values()) == len(procedures)
    assert facets["level"]["Cấp xã"] == sum("Cấp xã" in procedure.levels for procedure in procedures)
    assert facets["channel"]["Trực tuyến"] == sum("Trực tuyến" in procedure.channels for procedure in procedures)
    assert facets["applicant"]["Công dân Việt Nam"] == sum("Công dân Việt Nam" in procedure.applicants for procedure in procedures)


def test_ties_keep_one_order(engine: SearchEngine) -> None:
    assert codes(engine, "giấy") == codes(engine, "giấy")


@pytest.mark.parametrize(
    ("name", "marks", "html"),
    [
        ("Thủ tục đăng ký khai sinh", {"dang", "ki", "sinh"}, "Thủ tục <mark>đăng ký</mark> khai <mark>sinh</mark>"),
        ("Cấp đổi, cấp lại", {"cap", "doi"}, "<mark>Cấp đổi</mark>, <mark>cấp</mark> lại"),
        ("<b>Khai & sinh</b>", {"khai"}, "&lt;b&gt;<mark>Khai</mark> &amp; sinh&lt;/b&gt;"),
        ("Khai sinh", set(), "Khai sinh"),
    ],
)
def test_highlights_mark_matching_syllables_in_safe_html(name: str, marks: set[str], html: str) -> None:
    assert highlight(frozenset(marks), read_parted(part_name(name))) == html


@pytest.mark.parametrize("code", ["1.001193", "1001193", "1.001193.H08"])
def test_a_procedure_is_found_by_any_usual_way_to_write_its_code(engine: SearchEngine, code: str) -> None:
    assert engine.procedure(code).code == BIRTH


def test_an_unknown_code_is_named(engine: SearchEngine) -> None:
    with pytest.raises(UnknownProcedure, match=r"“9\.999999”"):
        engine.procedure("9.999999")


def test_what_is_found_beforehand_for_short_prefixes_is_what_a_look_at_all_their_phrases_finds(engine: SearchEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    phrases = engine.snapshot().phrases
    beforehand = {prefix: list(phrases.heaviest(prefix)) for prefix in phrases._starts}
    assert {"d", "dang", "giay "} < beforehand.keys() and "dang ki khai sinh cho con" not in beforehand
    monkeypatch.setattr(phrases, "_starts", {})
    assert all(list(phrases.heaviest(prefix)) == found for prefix, found in beforehand.items())


def test_suggestions_complete_the_last_word_and_lead_to_their_procedure(engine: SearchEngine) -> None:
    suggestions = engine.suggest("dang ky khai s").suggestions
    assert suggestions[0].code == BIRTH
    assert len({suggestion.text for suggestion in suggestions}) == len(suggestions) <= 8
    for suggestion in suggestions:
        assert suggestion.code in codes(engine, suggestion.text)[:3]


@pytest.mark.parametrize(
    ("typed", "code", "among"),
    [
        ("xin doi bang l", "3.000347", 1),
        ("lam giay to nha d", "1.013978", 2),
        ("ddooir bawngf l", "3.000347", 1),
        ("muon dang ky ket ho", MARRIAGE, 1),
    ],
)
def test_where_no_phrase_starts_so_the_last_word_is_finished_as_its_neighbour_has_it(engine: SearchEngine, typed: str, code: str, among: int) -> None:
    assert code in [suggestion.code for suggestion in engine.suggest(typed).suggestions[:among]]


def test_what_tells_a_story_is_found_and_not_offered(tmp_path: Path) -> None:
    story = "mất giấy khai sinh giờ xin làm lại ở đâu"  # ten words
    publish_catalogue(
        Catalogue((Procedure("1.000001", "Đăng ký lại khai sinh"),)), tmp_path, Vocabulary(aliases={"1.000001": (story, "mất giấy khai sinh giờ làm lại")})
    )
    engine = SearchEngine(tmp_path)
    assert codes(engine, story) == ["1.000001"]
    assert [suggestion.text for suggestion in engine.suggest("mat giay khai").suggestions] == ["mất giấy khai sinh giờ làm lại"]


@pytest.mark.parametrize(
    ("before", "start", "word"), [("ket", "h", "hon"), ("ket", "hon", "hon"), ("ket", "w", None), ("khong-dau", "", None), ("bang", "la", "lai")]
)
def test_a_word_is_finished_only_as_the_catalogue_has_it(engine: SearchEngine, before: str, start: str, word: str | None) -> None:
    assert engine.snapshot().lexicon.finish(before, start) == word


@pytest.mark.parametrize("text", ["", "   ", "…"])
def test_nothing_typed_suggests_nothing(engine: SearchEngine, text: str) -> None:
    assert engine.suggest(text).suggestions == []
