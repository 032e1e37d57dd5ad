"""ID cards of invented people, and the 256 bytes of text that a module finds on such a card.

Layouts from the published field tables: UTF-16LE, fixed places, filled with spaces. Everything is
plain text, so that a test can also make a card that is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

_TEXT_BYTES = 256
_ADDRESS_BYTES = 70

# WLT picture: magic, 102 × 126, two constants; what follows in a real one is compressed.
WLT_PHOTO = bytes.fromhex("574C 6600 7E00 3200 00FF85").ljust(1024, b"\0")


@dataclass(frozen=True, slots=True)
class CardData:
    """What is printed on the card, as text; `addresses` were added after it was issued.

    Args:
        travel_permit: 通行证号码 of kind J. count: times issued (J) or renewed (Y).
        kind: what stands at offset 248: blank resident, I foreigner 2017, J Hong Kong, Macao and
            Taiwan, Y foreigner 2023.
        nation: GB/T 3304 code. sex: GB/T 2261.1 code.
        birth, valid_from, valid_to: YYYYMMDD, the last also 长期.
        fill: what the fields are filled with; some bridges use U+0000.
    """

    name: str = ""
    number: str = ""
    birth: str = ""
    sex: str = "1"
    nation: str = "01"
    address: str = ""
    issuer: str = ""
    valid_from: str = "20200101"
    valid_to: str = "长期"
    kind: str = ""
    english_name: str = ""
    nationality: str = ""
    travel_permit: str = ""
    count: str = ""
    version: str = "01"
    authority: str = ""
    related: str = ""
    addresses: tuple[str, ...] = ()
    photo: bytes = WLT_PHOTO
    fingerprints: bytes = b""
    fill: str = " "

    def text_block(self) -> bytes:
        """A text too long for its place is cut off in the middle of whatever stands there."""
        block = bytearray(self.fill.encode("utf-16-le") * (_TEXT_BYTES // 2))
        for at, size, text in self._places():
            raw = text.encode("utf-16-le", errors="surrogatepass")[:size]
            block[at : at + len(raw)] = raw
        return bytes(block)

    def address_block(self) -> bytes:
        """One entry of 35 units for each address; nothing when there is none."""
        return b"".join(
            text.ljust(_ADDRESS_BYTES // 2, self.fill).encode("utf-16-le")[:_ADDRESS_BYTES]
            for text in self.addresses
        )

    def _places(self) -> list[tuple[int, int, str]]:
        """Offset, bytes and text of every field of this kind of card."""
        places = [(188, 16, self.valid_from), (204, 16, self.valid_to), (248, 2, self.kind)]
        if self.kind == "I":
            return [
                *places,
                (0, 120, self.english_name),
                (120, 2, self.sex),
                (122, 30, self.number),
                (152, 6, self.nationality),
                (158, 30, self.name),
                (220, 16, self.birth),
                (236, 4, self.version),
                (240, 8, self.authority),
            ]
        places += [
            (0, 30, self.name),
            (30, 2, self.sex),
            (36, 16, self.birth),
            (122, 36, self.number),
        ]
        if self.kind == "Y":
            return [
                *places,
                (32, 4, self.count),
                (52, 70, self.english_name[:35]),
                (220, 22, self.english_name[35:]),
                (242, 6, self.nationality),
                (250, 6, self.related),
            ]
        places += [(52, 70, self.address), (158, 30, self.issuer)]
        if self.kind == "J":
            return [*places, (220, 18, self.travel_permit), (238, 4, self.count)]
        return [*places, (32, 4, self.nation)]


_BEIJING = "北京市公安局东城分局"
_WENSHAN = "麻栗坡县公安局"

ZHANG_SAN = CardData(
    name="张三",
    number="110101194910019997",
    birth="19491001",
    address="北京市东城区示例街1号",
    issuer=_BEIJING,
)

# Whom the demonstration, the bench and the tests lay on the reader.
PEOPLE = {
    "zhang_san": ZHANG_SAN,
    "li_si": replace(
        ZHANG_SAN,
        name="李四",
        sex="2",
        nation="53",
        number="110101194910019989",
        valid_to="20400101",
    ),
    "zhao_liu": replace(ZHANG_SAN, name="赵六", number="11010119491001909X"),
    "long_name": replace(ZHANG_SAN, name="买买提·艾合买提江·示例", nation="05"),
    "elder": CardData(
        name="陶阿妹",
        sex="2",
        nation="06",
        number="532624193804120028",
        birth="19380412",
        address="云南省麻栗坡县示例乡示例村1组2号",
        issuer=_WENSHAN,
        valid_from="20060501",
    ),
    "child": CardData(
        name="王小示",
        sex="2",
        number="532624201506300028",
        birth="20150630",
        address="云南省麻栗坡县示例镇示例路3号",
        issuer=_WENSHAN,
        valid_from="20220301",
        valid_to="20270301",
    ),
    "expired": CardData(
        name="陈例",
        number="532624197611200038",
        birth="19761120",
        address="云南省麻栗坡县示例乡示例村4组5号",
        issuer=_WENSHAN,
        valid_from="20030701",
        valid_to="20230701",
    ),
    "rare_name": CardData(
        name="邓𠀋㛃",
        sex="2",
        nation="08",
        number="53262419950228004X",
        birth="19950228",
        address="云南省麻栗坡县示例镇示例路6号",
        issuer=_WENSHAN,
        valid_to="20400101",
        addresses=("云南省麻栗坡县示例镇示例新村7号",),
    ),
    "foreigner_2017": CardData(
        kind="I",
        name="证件样本",
        english_name="ZHENGJIAN, YANGBEN",
        number="ZZZ110049100113",
        birth="19491001",
        nationality="ZZZ",
        valid_from="20180101",
        valid_to="20280101",
        authority="1500",
    ),
    "foreigner_2023": CardData(
        kind="Y",
        name="证件样本",
        english_name="ZHENGJIAN, YANGBEN",
        number="911999194910019996",
        birth="19491001",
        nationality="ZZZ",
        valid_from="20240101",
        valid_to="20340101",
        count="01",
        related="001",
    ),
    "hong_kong": replace(
        ZHANG_SAN,
        kind="J",
        number="810000194910019990",
        valid_to="20250101",
        travel_permit="H00000000",
        count="01",
    ),
    "taiwan": replace(
        ZHANG_SAN,
        kind="J",
        name="李四",
        sex="2",
        number="830000194910019986",
        valid_to="20250101",
        travel_permit="00000000",
        count="02",
    ),
}
