from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from offline_cache.moments import moment, stamp


@given(
    st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31)),
    st.integers(-14 * 60, 14 * 60),
)
def test_a_moment_of_any_zone_comes_back_to_the_millisecond(
    wall: datetime, minutes_east: int
) -> None:
    zone = timezone(timedelta(minutes=minutes_east))
    aware = wall.replace(tzinfo=zone)
    told = stamp(aware)
    assert len(told) == 24
    assert told.endswith("Z")
    assert moment(told) == aware.replace(microsecond=aware.microsecond // 1000 * 1000)
    assert told == stamp(aware.astimezone(UTC))
