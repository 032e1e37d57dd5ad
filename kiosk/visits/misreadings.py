"""Words that a voice misreads which goes by single characters, and what sounds right in its place.

A character of several readings gives way to one that has the wanted reading alone, so this serves
any voice. In this order: what the first has replaced is not looked at again.
"""

from __future__ import annotations

from collections.abc import Mapping

HEARD_AS: Mapping[str, str] = {
    "目的": "目帝",
    "地": "帝",  # a place; `de` is not met in forms
    "银行": "银航",
    "行业": "航业",
    "变更": "变耕",
    "更换": "耕换",
    "更正": "耕正",
    "更新": "耕新",
    "还清": "环清",
    "归还": "归环",
    "偿还": "偿环",
    "重新": "崇新",
    "重复": "崇复",
    "家长": "家掌",
    "村长": "村掌",
    "乡长": "乡掌",
    "镇长": "镇掌",
    "校长": "校掌",
    "调整": "条整",
    "产假": "产嫁",
    "假期": "嫁期",
    "分娩": "分免",
    "了解": "瞭解",
    "得到": "德到",
    "种植": "众植",
    "累计": "垒计",
    "宿舍": "宿社",
    "看护": "刊护",
    "重庆": "崇庆",
    "成都": "成督",
    "首都": "首督",
    "西藏": "西葬",
    "厦门": "夏门",
    "东莞": "东管",
    "六安": "陆安",
}
