"""What the catalogue says of an item, its form and its materials; checked when it is read.

Everything a resident reads here is plain words; everything else is by the names of the field. The
elements of an item are those of 国办发〔2020〕35号 and the uniform lists of government services:
名称、编码、依据、类型、受理条件、服务对象、办理流程、申请材料、办结时限、办理结果.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Code = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{1,3}/[0-9]{1,2}/[0-9]{1,4}$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Sentence = Annotated[str, StringConstraints(min_length=2, max_length=200)]
Telephone = Annotated[str, StringConstraints(pattern=r"^[0-9-]{3,20}$")]


class Part(BaseModel):
    """Made ready when it is first used: the start of a terminal needs few of them."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Said(Part):
    """The same in both languages."""

    zh: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    en: Annotated[str, StringConstraints(min_length=1, max_length=600)]

    def said(self, language: str) -> str:
        return self.en if language == "en" else self.zh


class Words(Part):
    """`name` is the official one; `short` stands on a button; `plain` says what it is for."""

    name: str = Field(min_length=2, max_length=160)
    short: str = Field(min_length=2, max_length=40)
    plain: str = Field(min_length=4, max_length=160)
    bring: tuple[Sentence, ...] = Field(min_length=1, max_length=6)
    result: Sentence
    conditions: tuple[Sentence, ...] = ()  # who may ask for it
    steps: tuple[Sentence, ...] = ()  # how it goes, in order


class Mode(StrEnum):
    """How an item is dealt with away from home (国办发〔2020〕35号, 二)."""

    ONLINE = "online"  # 全程网办
    RELAYED = "relayed"  # 异地代收代办: taken in here, decided at home
    JOINED = "joined"  # 多地联办: taken in once, several places work on it


class Ability(StrEnum):
    """How far the terminal itself can bring an item."""

    CERTIFY = "certify"  # finished here: card, face, the platform's answer
    QUERY = "query"  # finished here: looked up, shown, printed
    VERIFY = "verify"  # finished here: a certificate looked up or checked
    FORWARD = "forward"  # taken in here, decided by the place responsible


class Audience(StrEnum):
    PERSON = "person"
    ENTERPRISE = "enterprise"
    BOTH = "both"


class Identity(StrEnum):
    """What must be shown before the item begins."""

    CARD = "card"
    CARD_AND_FACE = "card_and_face"


class Limit(Part):
    """办结时限, from acceptance; 0 is on the spot."""

    working_days: int = Field(ge=0, le=365)
    note: Said | None = None


class PlaceRule(Part):
    """业务属地: whose decision it is, in the words of the list and in plain ones."""

    scope: tuple[str, ...] = Field(min_length=1)
    plain: Said


class Branch(Part):
    """With 多地联办, one of the places that work on it. `question`: whose answer says where."""

    place: Said
    question: Name


class RegionalMode(Part):
    """Where a region goes another way. `region`: the first 2, 4 or 6 digits of its division."""

    region: str = Field(pattern=r"^([0-9]{2}){1,3}$")
    modes: tuple[Mode, ...] = Field(min_length=1)


class When(Part):
    """A question or material that is for some only: the answer to `question` is one of these."""

    question: Name
    one_of: tuple[str, ...] = Field(min_length=1)


class Later(StrEnum):
    """How a fee is paid that was not paid at the terminal."""

    COLLECT = "collect"  # where the result is fetched, if it is
    RECEIVE = "receive"  # to whoever brings the result, if somebody does
    TOLD = "told"  # as the place that decides tells


class Rate(Part):
    """What it costs those who answer so."""

    yuan: Decimal = Field(ge=0, le=100_000, decimal_places=2)
    when: When


class Fee(Part):
    """`yuan` is 0 for what costs nothing; `note` says for what and to whom otherwise, and is all
    that a resident reads before the form.

    rates: the first that applies counts in place of `yuan`.
    here: it can be paid at the terminal by telephone, once the form is signed. Nobody has to: who
        has no telephone, or finds no network, is taken in all the same and pays `later`.
    """

    yuan: Decimal = Field(ge=0, le=100_000, decimal_places=2)
    note: Said | None = None
    rates: tuple[Rate, ...] = ()
    here: bool = False
    later: tuple[Later, ...] = Field(default=(Later.TOLD,), min_length=1)


class MaterialClass(StrEnum):
    """How a material travels (service facts 1.6)."""

    SHARED = "D"  # fetched by the platform; the resident is not asked
    SCANNED = "S"  # shown, scanned here, taken home again
    COMMITTED = "C"  # scanned, or a signed commitment in its place
    GENERATED = "G"  # made here from the form, and signed on the screen
    MAILED = "M"  # the paper itself must reach the place that decides


class Material(Part):
    id: Name
    name: Said
    hint: Said | None = None  # which pages, which side
    travels: MaterialClass
    required: bool = True
    pages: int = Field(default=1, ge=1, le=20)  # at most
    identity_document: bool = False  # a copy of it bears the purpose mark
    sides: int = Field(default=1, ge=1, le=2)  # 2: of an ID card; both are taken onto one page
    when: When | None = None


class Kind(StrEnum):
    """What is asked for; each has its page, its keys and its check."""

    YES_NO = "yes_no"  # "yes" or "no"
    CHOICE = "choice"
    CHOICES = "choices"  # any number of the options
    NAME = "name"  # of a person; no digits, rare characters and · allowed
    TEXT = "text"
    NUMBER = "number"  # digits alone
    CODE = "code"  # capital letters, digits and hyphens: the number of a certificate
    INTEGER = "integer"
    MONEY = "money"  # yuan, at most 2 decimals
    MOBILE = "mobile"
    ID_NUMBER = "id_number"  # GB 11643
    CREDIT_CODE = "credit_code"  # GB 32100
    DATE = "date"  # YYYY-MM-DD
    MONTH = "month"  # YYYY-MM
    YEAR = "year"
    DIVISION = "division"  # 12 digits, down to the village, or to `down_to`
    PEOPLE = "people"  # a list; `each` is asked for every entry


class Level(StrEnum):
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"


class Option(Part):
    """`alone`: beside it nothing else can be chosen."""

    value: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,40}$")]
    label: Said
    hint: Said | None = None
    alone: bool = False


class Question(Part):
    """One page of a form.

    ask: the question itself, in a sentence. label: what stands beside the answer afterwards.
    why: why it is asked, where that is not plain.
    from_card: the field of the card that answers it: name, number, sex, nation, birth, address,
        issuer, valid_from or valid_to; under_16, `yes` or `no`; and of who acts for another
        proxy_name and proxy_number. social_card_number: of the social security card, which may be
        laid while it is asked. Such an answer is shown with where it comes from.
    locked: an answer from the card that may not be changed.
    least, most: of a number or an amount its value, of a text its length, of a list its entries, of
        an identity number the years its person has lived (least alone), of a date days from today
        (0 is today, -1 yesterday), of a month months from this one, of a year the year itself, or
        years from this one where that is less than 1000.
    pattern: for what has a form of its own (a certificate's number).
    differs_from: another question whose answer must be another one.
    not_before: another date or month, that this must not lie before.
    """

    id: Name
    kind: Kind
    label: Said
    ask: Said
    why: Said | None = None
    required: bool = True
    options: tuple[Option, ...] = ()
    each: tuple[Question, ...] = ()
    down_to: Level = Level.VILLAGE
    from_card: str = ""
    locked: bool = False
    least: int | None = None
    most: int | None = None
    pattern: str = ""
    pattern_hint: Said | None = None
    differs_from: str = ""
    not_before: str = ""
    when: When | None = None


class Form(Part):
    """Questions in the order in which they are asked.

    `blocks`: forms whose questions go before. `closing`: forms whose questions go after. A pack
    holds forms that are whole: with neither.
    """

    id: Name
    blocks: tuple[Name, ...] = ()
    closing: tuple[Name, ...] = ()
    questions: tuple[Question, ...] = ()
    materials: tuple[Material, ...] = ()


class Group(Part):
    """One of the plain words on the home page, behind which the items stand."""

    id: Name
    title: Said
    plain: Said
    sign: str  # the name of an icon (screens/icons.py)
    order: int


class Item(Part):
    """An item, and what is asked for it.

    `questions` and `materials` are its own and come after those of its `form`; in a pack they are
    part of it: there an item has a form that is whole, and neither.
    """

    code: Code
    group: Name
    ability: Ability
    audience: Audience
    modes: tuple[Mode, ...] = Field(min_length=1)
    regional_modes: tuple[RegionalMode, ...] = ()
    place: PlaceRule
    branches: tuple[Branch, ...] = ()  # of what is JOINED, in the order of working on it
    basis: tuple[Sentence, ...] = Field(min_length=1)
    limit: Limit
    fee: Fee
    minutes: int = Field(ge=1, le=60)  # at the terminal
    devices: tuple[str, ...]  # without these it cannot be done here
    devices_wanted: tuple[str, ...]  # without these it can, in another way
    identity: Identity = Identity.CARD
    form: Name | None = None
    questions: tuple[Question, ...] = ()
    materials: tuple[Material, ...] = ()
    hotline: Telephone
    search: tuple[str, ...] = ()  # what people call it, also wrongly
    featured: int = 0  # its place among the tiles of the home page; 0 is none
    since: date  # in force from
    until: date | None = None  # in force to, that day included
    zh: Words
    en: Words

    def words(self, language: str) -> Words:
        return self.en if language == "en" else self.zh

    def modes_at(self, division: str) -> tuple[Mode, ...]:
        """By the longest region that `division` lies in."""
        here = [one for one in self.regional_modes if division.startswith(one.region)]
        return max(here, key=lambda one: len(one.region)).modes if here else self.modes


class Batch(Part):
    """Of a list that items are numbered by; `items`: how many stand in it."""

    document: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{1,3}$")]
    batch: int = Field(ge=1, le=99)
    items: int = Field(ge=1, le=9999)


class Edition(Part):
    """Of a pack: `version` is what a packet says it was asked from. `since`: in force from; without
    it, at once.
    """

    version: str = Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z.-]{0,31}$")
    made: date
    since: date | None = None
    lists: tuple[Batch, ...] = Field(min_length=1)


class Bundle(Part):
    """一件事: several items at once; a question they share is asked once."""

    id: Name
    items: tuple[Code, ...] = Field(min_length=2)
    title: Said
    plain: Said
    group: Name
    search: tuple[str, ...] = ()  # what people call it
