"""Where lines of Chinese and of mixed text may break, and where they read best. Knows no window.

No line begins with a closing mark or ends with an opening one (CLREQ 3.1.2, 避头尾); Latin words
and numbers stay whole, as do a few words that are read as one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

NEVER_FIRST = frozenset("'，。、；：？！）》」』】〉”’…·％%,.;:?!)]}~—")
NEVER_LAST = frozenset("（《「『【〈“‘([{￥")
WELL_AFTER = frozenset("·，。、；：？！,.;:?!")
# Read as one, and more than one sign long; a regular expression.
TOGETHER = (
    "资格认证|工作人员|再来一次|这台机器|几秒钟|身份证|读卡器|社保卡|打印机|摄像头|失业金|抚恤金|养老金|"
    "这件事|是不是|伤残|职工|长期|工伤|保险|领取|人员|一级|四级|津贴|补贴|亲属|供养|护理|凭条|回执|手机|"
    "电话|认证|资格|待遇|养老|窗口|本人|照片|屏幕|网络|帽子|墨镜|口罩|眼镜|圆圈|慢慢|办好|好了|没有|不用|"
    "不能|可以|一次|我们|您的|请您|重新|核对|记录|说明|不了|中心|服务|便民|一下|一点|号码|不对|放平|拿走|"
    "拿开|看着|左边|右边|机器|的话|时候|国徽|翻过来|放回|原处|盖子|朝上|朝下|一面"
)
# Latin letters and digits belong together; everything from the CJK radicals on stands alone.
_LATIN = r"[^\W\u2e80-\U0003ffff]"
_WORD = re.compile(rf"{TOGETHER}|{_LATIN}+(?:[.:/'’\-]{_LATIN}+)*|\s+|.", re.DOTALL)

Measure = Callable[[str], float]


def pieces(line: str) -> tuple[str, ...]:
    """What of one line must not be parted, in order; joined again they are the line."""
    found: list[str] = []
    for piece in _WORD.findall(line):
        before = found[-1].rstrip()[-1:] if found else ""
        if found and (piece.isspace() or piece[0] in NEVER_FIRST or before in NEVER_LAST):
            found[-1] += piece
        else:
            found.append(piece)
    return tuple(found)


def broken(text: str, width: float, measure: Measure) -> str:
    """`text` with line breaks so that no line is wider than `width`, as far as its pieces allow.

    As few lines as possible; among those, lines of like length that end where a reader pauses.
    """
    return "\n".join(_broken_line(line, width, measure) for line in text.split("\n"))


def _broken_line(line: str, width: float, measure: Measure) -> str:
    if width <= 0 or measure(line) <= width:
        return line
    parts = pieces(line)
    sizes = [measure(part) for part in parts]
    spaces = [
        size - measure(part.rstrip()) if part[-1].isspace() else 0.0
        for part, size in zip(parts, sizes, strict=True)
    ]
    # best[n]: (lines, roughness, where the last line begins) for the first n pieces
    best: list[tuple[int, float, int]] = [(0, 0.0, 0)]
    for end in range(1, len(parts) + 1):
        candidates = []
        size = 0.0
        for start in range(end - 1, -1, -1):
            size += sizes[start]
            seen = size - spaces[end - 1]
            if seen > width and start < end - 1:
                break
            lines, rough, _ = best[start]
            candidates.append((lines + 1, rough + _roughness(parts[end - 1], seen / width), start))
        best.append(min(candidates))
    ends = [len(parts)]
    while ends[-1]:
        ends.append(best[ends[-1]][2])
    cuts = ends[::-1]
    return "\n".join("".join(parts[start:end]).strip() for start, end in pairwise(cuts))


def _roughness(last: str, fill: float) -> float:
    """What a line costs that is filled by a share of `fill` and ends with the piece `last`."""
    return (1 - fill) ** 2 - (0.25 if last.rstrip()[-1:] in WELL_AFTER else 0)


def grouped(number: str) -> tuple[str, ...]:
    """The groups of a number for the eye: as it comes if it has spaces, 3-4-4 for a telephone."""
    if " " in number or not number.isdigit():
        return tuple(number.split())
    if len(number) == 11 and number[0] == "1":
        return number[:3], number[3:7], number[7:]
    return tuple(number[at : at + 4] for at in range(0, len(number), 4))


def sentences(words: str) -> str:
    """Each sentence on a line of its own."""
    return re.sub(r"(?<=[。！？])(?=[^\n”’」』）])|(?<=[.!?])[ ]+", "\n", words)
