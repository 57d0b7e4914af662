"""What a list and the details say of the ways to submit, together: nothing known is lost, nothing is guessed, the list's word counts."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from index import Method, Procedure
from index.catalogue.methods import join_methods

COUNTER, ONLINE = "Trực tiếp", "Trực tuyến"
DETAILS = (Method(COUNTER, "5 ngày", "Miễn phí", "tại xã"), Method(ONLINE, "5 ngày", "Miễn phí"))
VARIED = (Method(COUNTER, "5 ngày", "100.000 đồng"), Method(ONLINE, "3 ngày", "50.000 đồng"))


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        pytest.param([], DETAILS, DETAILS, id="nothing given: all is taken"),
        pytest.param(DETAILS, [], DETAILS, id="nothing to fill from"),
        pytest.param([Method(ONLINE)], DETAILS, (DETAILS[1], DETAILS[0]), id="a channel alone is filled"),
        pytest.param([Method(ONLINE, fee="1.000 đồng")], DETAILS, (Method(ONLINE, "5 ngày", "1.000 đồng"), DETAILS[0]), id="the first's word counts"),
        pytest.param([Method(fee="Miễn phí")], DETAILS, DETAILS, id="a fee that is known for a channel already"),
        pytest.param(
            [Method(fee="2.000 đồng")],
            DETAILS,
            (Method(fee="2.000 đồng"), Method(COUNTER, "5 ngày", None, "tại xã"), Method(ONLINE, "5 ngày")),
            id="a fee without a channel takes the place of one that all channels shared",
        ),
        pytest.param([Method(fee="70.000 đồng")], VARIED, (Method(fee="70.000 đồng"), *VARIED), id="it is not spread over fees that differ"),
        pytest.param([Method(fee="50.000 đồng")], VARIED, (Method(fee="50.000 đồng"), *VARIED), id="one channel says it, another otherwise"),
        pytest.param([Method(fee="70.000 đồng")], [Method(COUNTER, "5 ngày")], (Method(COUNTER, "5 ngày", "70.000 đồng"),), id="the only way there is"),
        pytest.param([Method(COUNTER, fee="1 đồng")], [Method(None, "5 ngày")], (Method(COUNTER, "5 ngày", "1 đồng"),), id="the only way there is, unnamed"),
        pytest.param([Method(COUNTER, "5 ngày")], [Method(ONLINE, "3 ngày")], (Method(COUNTER, "5 ngày"), Method(ONLINE, "3 ngày")), id="two ways"),
        pytest.param(
            [Method(COUNTER, "9 ngày")],
            [Method(COUNTER, "5 ngày", "1 đồng", "lần đầu"), Method(COUNTER, "3 ngày", "2 đồng", "cấp lại")],
            (Method(COUNTER, "9 ngày"), Method(COUNTER, "5 ngày", "1 đồng", "lần đầu"), Method(COUNTER, "3 ngày", "2 đồng", "cấp lại")),
            id="cases of one channel that differ all stay",
        ),
    ],
)
def test_methods_are_joined_by_channel_and_part(first: Sequence[Method], second: Sequence[Method], expected: Sequence[Method]) -> None:
    one, other = Procedure("1.000001", "Một", methods=tuple(first)), Procedure("1.000001", "Một", methods=tuple(second))
    assert one.filled_from(other).methods == tuple(expected)


@pytest.mark.parametrize("first", [[Method(fee="2.000 đồng")], [Method(ONLINE)], [Method(fee="Miễn phí")], [Method(ONLINE, "1 ngày"), Method(COUNTER)]])
@pytest.mark.parametrize("second", [DETAILS, VARIED, DETAILS[:1]])
def test_joining_again_changes_nothing(first: Sequence[Method], second: Sequence[Method]) -> None:
    """A list given twice, the second time over what is live, is no change."""
    once = join_methods(first, second)
    assert set(join_methods(first, once)) == set(once)
