"""Pages for people, which need nothing from elsewhere."""

import re

import pytest
from wire.answered import problem

from app.problems import kinds_of_problem

pytestmark = pytest.mark.anyio

HTML = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
ADDRESS = re.compile(r"""(?:src|href|spec-url)="([^"]*)\"""")


@pytest.fixture
async def anyone(client):
    del client.headers["authorization"]
    return client


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
async def test_a_viewer_needs_nothing_from_elsewhere(anyone, path):
    page = await anyone.get(path)
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "http" not in page.text
    assert "<script>" not in page.text
    addresses = ADDRESS.findall(page.text)
    assert len(addresses) >= 3
    for address in addresses:
        found = await anyone.get(address)
        assert (found.status_code, len(found.content) > 100) == (200, True)
        assert found.headers["cache-control"] == "public, max-age=3600"


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
async def test_the_policy_of_a_viewer_lets_nothing_else_in(anyone, path):
    policy = (await anyone.get(path)).headers["content-security-policy"]
    allowed = dict(each.split(" ", 1) for each in policy.split("; "))
    assert (allowed["default-src"], allowed["script-src"]) == ("'none'", "'self'")
    assert (allowed["connect-src"], allowed["img-src"]) == ("'self'", "'self' data:")


async def test_swagger_ui_asks_no_validator_elsewhere(anyone):
    start = await anyone.get("/docs/start.js")
    assert start.headers["content-type"] == "text/javascript; charset=utf-8"
    assert 'url: "/openapi.json"' in start.text
    assert "validatorUrl: null" in start.text


async def test_other_files_are_not_given_out(anyone):
    for name in ("__init__.py", "..%2Fcore.py", "swagger-ui.css.map", ""):
        answer = await anyone.get(f"/docs/assets/{name}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_the_contract_is_served_as_it_is(anyone):
    first, second = await anyone.get("/openapi.json"), await anyone.get("/openapi.json")
    assert first.headers["content-type"] == "application/json"
    assert first.json()["openapi"] == "3.1.0"
    assert first.content == second.content


@pytest.mark.parametrize("code", kinds_of_problem())
async def test_the_type_of_every_problem_leads_to_its_explanation(anyone, code):
    kind = kinds_of_problem()[code]
    told = await anyone.get(f"/problems/{code}")
    body = told.json()
    explanation = body.pop("explanation")
    assert body == {"code": code, "title": kind.title, "status": kind.status}
    assert told.headers["vary"] == "Accept"
    page = await anyone.get(f"/problems/{code}", headers=HTML)
    assert (page.headers["content-type"], page.headers["vary"]) == (
        "text/html; charset=utf-8",
        "Accept",
    )
    assert f"<h1>{kind.title}</h1><p>{kind.status} <code>{code}</code></p><p>" in page.text
    assert explanation[:20].replace("`", "") in re.sub("<[^>]*>", "", page.text)
    assert "`" not in page.text


async def test_the_list_of_problems_leads_to_each(anyone):
    listed = (await anyone.get("/problems")).json()
    assert [each["code"] for each in listed] == list(kinds_of_problem())
    page = await anyone.get("/problems", headers=HTML)
    assert ADDRESS.findall(page.text) == [f"/problems/{code}" for code in kinds_of_problem()]


async def test_a_problem_that_is_none_is_not_found(anyone):
    detail = "There is nothing here, or nothing within your reach."
    problem(await anyone.get("/problems/nonsense", headers=HTML), 404, "not_found", detail)
