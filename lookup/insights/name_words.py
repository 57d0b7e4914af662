"""The words that names are made of, and the phrases of the service in which the same words are none."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from index import compose, fold

_DATA = Path(__file__).parents[2] / "data"
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")

SURNAMES = frozenset(
    # the hundred commonest
    "nguyễn trần lê phạm huỳnh hoàng phan vũ võ đặng bùi đỗ hồ ngô dương lý đào đoàn vương trịnh trương đinh lâm phùng mai tô tạ hà lương tăng thái cao châu "
    "từ thạch kim diệp triệu nghiêm đàm giang chu lưu tống lại hứa mạc quách khổng tôn văn doãn tiêu khúc lục lữ mạch mẫn thân ông cù cung đái điền giáp hầu "
    "hàn khương khuất khưu kiều lã liêu liễu lều lỗ nhâm nhan nhữ ninh sái sầm tào tưởng trầm trà viên bế bạch biện hoa âu an ân đổng tiết "
    # of the peoples of the mountains and the south
    "quàng cầm lò lường vừ nông vàng giàng sùng thào hạng lầu ly chảo phàn tẩn cháng lù lèng mùa chẩu thàng".split()
)
"""Surnames, as they are written with marks."""

FIRM = frozenset("nguyễn trần lê phạm huỳnh hoàng võ đặng bùi đỗ ngô trịnh trương đinh phùng vương quách giàng sùng thào".split())
"""Surnames that with their marks are hardly anything else, whatever follows."""

ALONE = frozenset("nie eban mlo ksor kpa kbuor rahlan briu arat".split())
"""Surnames of the highlands, which stand last and are nothing else; folded."""

MIDDLES = frozenset(("van", "thi"))  # after a surname these two leave little doubt, whatever follows; folded

NAME_WORDS = frozenset(
    fold(
        "an anh ba bá bách bé bình bích băng bảo bảy bắc bằng bội bửu ca cao chi chia chinh chiến chu chung chánh châu chí chín chính chương chứ cát công "
        "cúc cơ cường cảnh cẩm danh di diên diễm diệp diệu doanh dua dung duy duyên dân dê dính dũng dư dương dần dậu gia giang giao giàu giáo giáp hai hen "
        "hinh hiên hiến hiếu hiền hiển hiệp hiệu hoa hoan hoài hoàn hoàng hoạt huy huyền huân huấn huệ huỳnh hy hà hành hào hân hòa hóa hùng hưng hương "
        "hường hưởng hạ hạnh hạo hải hảo hậu hằng hồ hồng hội hợi hữu hựu kha khai khang khanh khiêm khiết khoa khoan khoát khuyên khuê khánh khôi khương "
        "khả khải khảm khắc khởi kim kiên kiều kiện kiệt kỉnh kỳ kỷ lam lan len linh liêm liên liễu loan long luân luận ly lài lành lâm lân lãm lê lý lăng "
        "lưu lương lượng lạc lập lễ lệ lộc lợi lử lực mai minh miên miễn mua muội my mão mùi mơ mười mạnh mẫn mận mến mị mộc mộng mỷ mỹ na nam nga nghi "
        "nghiêm nghiệp nghĩa nghị ngoan nguyên nguyện nguyệt ngà ngân ngôn ngọ ngọc nhi nhia nhiên nhu nhung nhuận nhàn nhân nhã nhơn như nhạn nhất nhật "
        "nhị nhựt ninh niệm năm nương nở nủ oanh pao phan phi phia phiên phong phát phùng phú phúc phương phước phượng phấn phụng páo pó quang quyên quyết "
        "quyền quân quý quảng quế quốc quới quỳnh rinh sa san sang sao sen seo sinh song soạn sung sách sáng sáu sâm sính sô súa sơn sử sửu sự thanh thao "
        "thi thiên thiện thiệp thiệu thoa thoại thu thuấn thuần thuận thuật thy thành thào thái thân thìn thông thùy thúy thăng thơ thư thương thước thường "
        "thượng thạch thạnh thảo thắm thắng thế thể thị thịnh thọ thới thục thụy thủy thực tiên tiến tiền tiệp toàn toán toại toản trang trinh triết triều "
        "triển trung trà tráng trâm trân trình trí trúc trường trạch trịnh trọng trực tuyên tuyến tuyết tuyền tuân tuấn tuất tuệ tài tá tám tâm tân tây tèo "
        "tình tí tín tòng tôn tùng tú tý tăng tư tường tưởng tạo tấn tập tịnh tố tủa từ tự uyên uyển vi vinh viên viết viện việt vui vy vàng vân võ văn vĩ "
        "vĩnh vũ vương vượng vượt vạn vọng vỹ xuyên xuyến xuân yên yến ánh ân út ý đan điền điệp đoan đoàn đài đàn đào đình đô đôn đông đăng đường đại đạo "
        "đạt định đồng đức ỏn a bộ cầu duẩn lềnh lĩnh muôn phái ràng riêng trứ xí khuyến du khiêu đỉnh nhạc tiêu nghệ hoán nghiễm dĩnh "
        "trạm lượm cảm cứ bền bông hòe hoè đệ lạng ngạn thức tước túc tựu cẩn thiều lịch đắc lưỡng thâm nhường xứng quát"
    ).split()
)
"""What stands behind a surname, in the middle or at the end of a name; folded."""

PLAIN_SURNAMES = frozenset(map(fold, SURNAMES))
_LEADING = PLAIN_SURNAMES | NAME_WORDS | frozenset("ong ba anh chi em be chau co chu bac".split())  # after the latter a name may follow alone


def spell(word: str) -> str:
    """A word with its marks, wherever its tone was typed: hoà and hòa are one."""
    letters = unicodedata.normalize("NFD", word.lower())
    return "".join(sorted(letters, key=_TONES.__contains__))


_SPELT_FIRM = frozenset(map(spell, FIRM))


@lru_cache(maxsize=1)
def said_together() -> dict[str, int]:
    """How often the vocabulary has two words side by side that might be parts of a name: "hồ sơ" 400, and "ho so".

    Read at the first writing, in its thread, from what is shipped: procedures, what people call them, synonyms, occasions in life. Where that is not
    there every surname begins a name.
    """
    said: Counter[tuple[str, str]] = Counter()
    for path in sorted(_DATA.glob("*/*.csv")):
        for line in path.read_text(encoding="utf-8").splitlines():  # by lines: other threads answer meanwhile
            said.update(pairwise(re.findall(r"\w+|[^\w\s]", compose(line).lower())))
    forms = {word: (spell(word), fold(word)) for word in {word for pair in said for word in pair}}
    times: Counter[str] = Counter()
    for (first, second), count in said.items():
        (exact, plain), (exact_after, plain_after) = forms[first], forms[second]
        if plain_after in PLAIN_SURNAMES or plain in MIDDLES or exact in _SPELT_FIRM or (plain in _LEADING and plain_after in NAME_WORDS):
            for pair in {f"{exact} {exact_after}", f"{plain} {plain_after}"}:
                times[pair] += count
    return {pair: count for pair, count in times.items() if count > 1}
