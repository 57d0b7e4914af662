"""A pinned result stands first for its query, however it is typed; the rest follows by rank, and filters, pages and counts stay right."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import Catalogue, Procedure, Search, SearchEngine, Vocabulary, publish_catalogue
from index.catalogue.vocabulary import Pin

NAMES = ("Đăng ký xe lần đầu", "Đăng ký xe tạm thời", "Đăng ký sang tên xe", "Khai tử", "Cấp biển số", "Đăng ký xe lần đầu")
CATALOGUE = Catalogue(
    tuple(Procedure(f"1.{number:06}", name, field="Giao thông", levels=("Cấp xã" if number % 2 else "Cấp tỉnh",)) for number, name in enumerate(NAMES, 1))
)
PINS = (Pin("Đăng ký xe máy", ("1.000004", "1.000003", "1.999999")), Pin("đăng ký xe", ("1.000006",)), Pin("biển đẹp 5 số", ("1.000005",)))


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    root = tmp_path_factory.mktemp("plain")
    publish_catalogue(CATALOGUE, root)
    return SearchEngine(root)


@pytest.fixture(scope="module")
def pinned(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    root = tmp_path_factory.mktemp("pinned")
    publish_catalogue(CATALOGUE, root, Vocabulary(pins=PINS))
    return SearchEngine(root)


def codes(engine: SearchEngine, search: Search) -> list[str]:
    return [hit.card["code"] for hit in engine.search(search).hits]


@pytest.mark.parametrize("typed", ["Đăng ký xe máy", "dang ky xe may", "ĐĂNG KÍ  XE MÁY?", "đăng kí xe máy".upper(), "Đăng ký xe máy"])
def test_a_pin_matches_its_query_however_it_is_typed(pinned: SearchEngine, typed: str) -> None:
    results = pinned.search(Search(typed))
    assert [(hit.card["code"], hit.pinned) for hit in results.hits][:3] == [("1.000004", True), ("1.000003", True), ("1.000001", False)]


def test_a_pin_matches_the_keys_of_a_keyboard_that_sets_no_marks(pinned: SearchEngine) -> None:
    assert pinned.search(Search("ddawng kys xe")).hits[0].codes == ("1.000006", "1.000001")


def test_the_rest_follows_in_the_order_it_had_and_nothing_stands_twice(plain: SearchEngine, pinned: SearchEngine) -> None:
    before, after = codes(plain, Search("đăng ký xe máy")), codes(pinned, Search("đăng ký xe máy"))
    assert after == ["1.000004", "1.000003", *(code for code in before if code != "1.000003")]


@pytest.mark.parametrize("typed", ["đăng ký xe máy cũ", "xe máy", "xe máy đăng ký", ""])
def test_another_query_is_left_alone(plain: SearchEngine, pinned: SearchEngine, typed: str) -> None:
    assert codes(pinned, Search(typed)) == codes(plain, Search(typed))


def test_a_code_that_left_the_catalogue_is_passed_over(pinned: SearchEngine) -> None:
    assert "1.999999" not in codes(pinned, Search("đăng ký xe máy"))


def test_a_pinned_result_that_shares_its_name_leads_its_variants(pinned: SearchEngine) -> None:
    first = pinned.search(Search("đăng ký xe")).hits[0]
    assert (first.codes, first.pinned) == (("1.000006", "1.000001"), True)


def test_filters_hold_for_pinned_results_too(pinned: SearchEngine) -> None:
    filtered = Search("đăng ký xe máy", {"level": ("Cấp xã",)})
    assert codes(pinned, filtered)[0] == "1.000003"
    assert "1.000004" not in codes(pinned, filtered)


def test_totals_pages_and_facet_counts_hold_every_pinned_result_once(plain: SearchEngine, pinned: SearchEngine) -> None:
    whole = pinned.search(Search("đăng ký xe máy"))
    assert whole.total == plain.search(Search("đăng ký xe máy")).total + 1 == len(whole.hits)
    paged = [code for page in range(1, whole.total + 1) for code in codes(pinned, Search("đăng ký xe máy", page=page, per_page=1))]
    assert paged == [hit.card["code"] for hit in whole.hits]
    assert sum(count for _, count in whole.facets["field"]) == whole.total


def test_a_pin_stands_where_nothing_else_was_found_and_is_no_guess(plain: SearchEngine, pinned: SearchEngine) -> None:
    assert "1.000005" in codes(pinned, Search("biển đẹp 5 số"))[:1]
    assert not pinned.search(Search("biển đẹp 5 số")).unsure


def test_the_explanation_tells_of_the_pin(pinned: SearchEngine) -> None:
    assert [pinned.explain(Search("đăng ký xe máy"), f"1.00000{number}").pinned for number in (4, 3, 1)] == [1, 2, 0]


def test_pins_are_kept_with_the_version(pinned: SearchEngine) -> None:
    assert pinned.snapshot().vocabulary.pins == PINS


def test_a_pin_survives_a_restart(pinned: SearchEngine, tmp_path: Path) -> None:
    again = SearchEngine(pinned._store.root)
    assert codes(again, Search("đăng ký xe máy"))[0] == "1.000004"
