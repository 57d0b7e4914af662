"""What a Vietnamese syllable is: an onset and a rime, both from closed lists (Đoàn Thiện Thuật, *Ngữ âm tiếng Việt*, 1977), folded."""

from __future__ import annotations

from functools import lru_cache

# Longest first, so that the first onset that fits is the right one.
ONSETS = (*"ngh ch gh gi kh ng nh ph qu th tr b c d g h k l m n p r s t v x".split(), "")

RIMES = frozenset(
    """
    a ac ach ai am an ang anh ao ap at au ay
    e ec ech em en eng enh eo ep et eu
    i ia ich iec iem ien ieng iep iet ieu im in inh ip it iu
    o oa oac oach oai oam oan oang oanh oao oap oat oay oc oe oen oeo oet oi om on ong ooc oong op ot
    u ua uan uang uat uau uay uc ue uech uenh ui um un ung uo uoc uoi uom uon uong uop uot uou up ut uu uy uya uych uyen uyet uynh uyt uyu
    y yem yen yeng yet yeu
    """.split()
)
LONGEST = 7  # letters: nghieng


@lru_cache(maxsize=65_536)
def is_syllable(folded: str) -> bool:
    """Whether a folded word can be a Vietnamese syllable at all."""
    for onset in ONSETS:
        if folded.startswith(onset):
            rime = folded[len(onset) :]
            if rime in RIMES or (onset == "gi" and "i" + rime in RIMES) or (onset == "qu" and "u" + rime in RIMES):
                return True
    return False
