"""What is stored of an answer: ciphertext, in its one place, under the district's own key."""

import asyncio
from decimal import Decimal
from uuid import uuid4

import pytest
from answers import FULL, at, batch, put, read, rows, steward
from conftest import NORTH, SOUTH
from hypothesis import given, settings
from hypothesis import strategies as st
from paths import open_round
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from app.policy.lock import APP
from app.sealing import SealBroken
from app.submissions.content import Content
from app.submissions.models import Answer, DistrictKey
from app.submissions.repository import SubmissionRepository
from app.submissions.sealed_rows import SealedAnswer
from app.submissions.seals import OwnSeal
from app.vocabulary import AnswerStatus

pytestmark = pytest.mark.anyio
NUMBERS = st.none() | st.decimals(-(10**12), 10**12, places=6)
TEXTS = st.none() | st.text(max_size=40)
CONTENTS = st.builds(
    Content,
    status=st.sampled_from(AnswerStatus),
    value=NUMBERS,
    numerator=NUMBERS,
    denominator=NUMBERS,
    level=st.none() | st.integers(1, 100),
    option=TEXTS.filter(lambda text: text is None or max(text, default="") < "\ud800"),
    yes=st.none() | st.booleans(),
)


@given(CONTENTS)
@settings(max_examples=200)
def test_what_is_written_is_read_back(content):
    assert Content.read(content.written()) == content


def test_decimals_are_written_as_strings_and_what_is_not_set_is_left_out():
    content = Content(AnswerStatus.REPORTED, numerator=Decimal(195), denominator=Decimal("10.90"))
    assert content.written() == b'{"denominator":"10.90","numerator":"195","status":"reported"}'


async def stored(owner, table):
    async with AsyncSession(owner) as session:
        return list(await session.scalars(select(table)))


async def seal_of(owner, master_keys, district=NORTH):
    keys = {key.version: key.wrapped for key in await stored(owner, DistrictKey)}
    return OwnSeal(master_keys, district, keys)


async def test_an_answer_opens_in_its_place_and_in_no_other(as_, owner, master_keys):
    opened = await open_round(as_)
    await put(as_, opened, "expenditure", {"value": 6385, "comment": "Audited."})
    (row,) = await stored(owner, Answer)
    seal = await seal_of(owner, master_keys)
    said = Content(AnswerStatus.REPORTED, value=Decimal(6385), comment="Audited.")
    assert seal.opened(row, row.round_id) == said
    with pytest.raises(SealBroken):
        seal.opened(row, uuid4())
    for elsewhere in ({"item_id": uuid4()}, {"version": 2}):
        moved = SealedAnswer.model_validate(row).model_copy(update=elsewhere)
        with pytest.raises(SealBroken):
            seal.opened(moved, row.round_id)


async def test_one_districts_key_opens_nothing_of_another(as_, owner, master_keys):
    opened = await open_round(as_)
    for district in (NORTH, SOUTH):
        await put(as_, opened, "survey", {"yes": True}, district)
    wrapped = {key.district_id: key.wrapped for key in await stored(owner, DistrictKey)}
    rows_ = {row.district_id: row for row in await stored(owner, Answer)}
    other = rows_[SOUTH]
    north = OwnSeal(master_keys, NORTH, {1: wrapped[NORTH]})
    with pytest.raises(SealBroken):
        north.opened(other, other.round_id)
    with pytest.raises(SealBroken):
        OwnSeal(master_keys, NORTH, {1: wrapped[SOUTH]}).opened(other, other.round_id)


async def test_an_answer_that_was_moved_in_the_database_does_not_open(as_, owner):
    opened = await open_round(as_)
    await batch(as_, opened, rows({"survey": {"yes": True}, "advisory": {"level": 1}}))
    async with owner.begin() as connection:
        await connection.execute(
            text(
                "update answers set sealed = (select sealed from answers order by id desc limit 1)"
            )
        )
    answer = await steward(as_).get(f"{at(opened)}/submission")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")


async def test_first_answers_at_the_same_time_make_one_key(as_, owner, monkeypatch):
    save = SubmissionRepository.save

    async def save_later(self):
        await asyncio.sleep(0.1)
        await save(self)

    monkeypatch.setattr(SubmissionRepository, "save", save_later)
    rounds = [await open_round(as_) for _ in range(4)]
    done = await asyncio.gather(*(batch(as_, round_, rows()) for round_ in rounds))
    assert [answer.status_code for answer in done] == [200] * 4
    assert len(await stored(owner, DistrictKey)) == 1
    for round_ in rounds:
        assert len((await read(as_, round_))["answers"]) == len(FULL)


async def test_the_same_answers_sent_at_the_same_time_are_entered_once(as_, owner):
    opened = await open_round(as_)
    done = await asyncio.gather(*(batch(as_, opened, rows()) for _ in range(5)))
    assert [answer.status_code for answer in done] == [200] * 5
    assert len(await stored(owner, Answer)) == len(FULL)


@pytest.mark.parametrize("table", ["answers", "district_keys", "withdrawals"])
@pytest.mark.parametrize("change", ["update {} set district_id = district_id", "delete from {}"])
async def test_the_login_of_requests_changes_no_sealed_row(addresses, table, change):
    engine = create_async_engine(addresses.app)
    try:
        async with engine.connect() as connection:
            assert (await connection.execute(text("select session_user"))).scalar() == APP
            with pytest.raises(ProgrammingError, match="permission denied"):
                await connection.execute(text(change.format(table)))
    finally:
        await engine.dispose()
