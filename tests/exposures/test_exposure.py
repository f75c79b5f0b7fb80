import pytest
from answers import at, attested
from conftest import NORTH, SOUTH
from paths import EVERY_KIND, PLAIN, YES_NO, an_instrument, open_round, told
from pdfs import texts_of

from app.vocabulary import Role

pytestmark = pytest.mark.anyio
GROUPS = [("county", "Alder", [NORTH, SOUTH]), ("size", "small", [SOUTH])]


async def preview(as_, round_, role=Role.SUPERINTENDENT, district=NORTH, of=NORTH, **how):
    return await as_(role, district).get(f"{at(round_, of)}/exposure", params=how)


async def test_the_page_tells_where_an_answer_may_go(as_):
    round_ = await open_round(as_, groups=GROUPS)
    page = told(await preview(as_, round_), 200)
    head = {name: page[name] for name in ("round_id", "district_id", "period", "stage", "state")}
    assert head == {
        "round_id": round_["id"],
        "district_id": str(NORTH),
        "period": "2026-27",
        "stage": "open",
        "state": None,
    }
    assert (page["items_answered"], page["items_total"]) == (0, 6)
    assert page["places"] == [
        {"basis": None, "group": None, "districts": 2},
        {"basis": "county", "group": "Alder", "districts": 2},
    ]
    least = {
        item["item"]: [(each["statistic"], each["from_districts"]) for each in item["statistics"]]
        for item in page["items"]
    }
    figure = [
        ("mean_of_districts", 5),
        ("panel_mean", 5),
        ("middle_half", 11),
        ("lower_half", 12),
        ("upper_half", 12),
        ("lower_quartile", 17),
        ("median", 17),
        ("upper_quartile", 17),
    ]
    shares = [("prevalence", 5), ("prevalence", 10)]
    assert least == {
        "students-per-teacher": figure,
        "expenditure": figure,
        "advisory": shares,
        "who-coaches": shares,
        "survey": shares,
        "learned": [],
    }


async def test_the_page_says_that_a_public_fact_is_told_of_one_district_too(as_):
    public = [each | {"disclosure": "public_fact"} for each in (PLAIN, YES_NO)]
    round_ = await open_round(as_, instrument=await an_instrument(as_, *public))
    page = told(await preview(as_, round_), 200)
    least = [
        [(each["statistic"], each["from_districts"]) for each in item["statistics"]]
        for item in page["items"]
    ]
    assert (least[0][:2], least[1]) == (
        [("mean_of_districts", 1), ("panel_mean", 1)],
        [("prevalence", 1)],
    )
    assert page["nobody_sees"][1].endswith("; but for items that are published elsewhere anyway.")


async def test_the_page_depends_on_nobodys_answers(as_):
    round_ = await open_round(as_, groups=GROUPS)
    before = told(await preview(as_, round_), 200)
    await attested(as_, round_, district=SOUTH)
    assert told(await preview(as_, round_), 200) == before
    await attested(as_, round_)
    own = told(await preview(as_, round_), 200)
    assert own == before | {"items_answered": 6, "state": "attested"}


async def test_the_page_can_be_printed(as_):
    """The text of a PDF is compressed: that it is one, of one page, is what can be seen."""
    round_ = await open_round(as_, groups=GROUPS)
    printed = await preview(as_, round_, format="pdf")
    assert (printed.status_code, printed.headers["content-type"]) == (200, "application/pdf")
    assert printed.content.startswith(b"%PDF-")
    assert printed.content.count(b"/Type/Pages/Count 1/") == 1
    assert printed.headers["cache-control"] == "private, no-cache"


async def test_the_printed_page_says_in_words_what_is_told_of_like_items_once(as_):
    """Prevalence is told of three items, and explained in two sentences for all of them."""
    round_ = await open_round(as_, groups=GROUPS)
    page = "".join(texts_of((await preview(as_, round_, format="pdf")).content))
    few = "from5:prevalence.Howmanygaveeachanswer:few,someormost."
    halves = "from12:lowerhalf,upperhalf.Themeanof6ormoreneighbouringanswers,neverofone."
    assert [page.count(each) for each in (few, halves)] == [1, 1]


async def test_what_the_page_quotes_is_no_markup(as_):
    item = EVERY_KIND[0] | {"unit": "#panic() $ _ * students"}
    instrument = await an_instrument(as_, item)
    round_ = await open_round(as_, instrument=instrument, title='#include "/etc/passwd" $x^2')
    assert (await preview(as_, round_, format="pdf")).status_code == 200


async def test_the_numbers_are_those_of_the_charter(as_):
    page = told(await preview(as_, await open_round(as_)), 200)
    assert page["charter_version"] == 1
    assert page["limits"][0] == (
        "4 members that put their own answers together could learn the last one's behind a figure"
        " of 5."
    )


async def test_a_district_reads_its_own_page_alone(as_, client):
    round_ = await open_round(as_)
    assert (await preview(as_, round_, of=SOUTH)).status_code == 404
    assert (await preview(as_, round_, Role.VIEWER)).status_code == 403
    assert (await preview(as_, round_, Role.ANALYST, None)).status_code == 403
    assert (await client.get(f"{at(round_)}/exposure")).status_code == 401
    nowhere = {"id": "00000000-0000-4000-8000-000000000000"}
    assert (await preview(as_, nowhere)).status_code == 404
    assert (await preview(as_, round_, format="docx")).status_code == 422
