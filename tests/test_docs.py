"""What the docs refer to is there: pages, headings, pictures and tests."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "data").rglob("*.md")]
)
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")
TEST = re.compile(r"tests/[\w/]+(?:\.py|\b)")
BLOCK = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def prose(page: str) -> str:
    """A page without its blocks of code."""
    return BLOCK.sub("", (ROOT / page).read_text())


def anchors(page: Path) -> set[str]:
    """The headings of a page, as GitHub names them."""
    headings = re.findall(r"^#+ (.*)$", BLOCK.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}


def dangling(page: str) -> list[str]:
    """The links of a page that lead nowhere in this repository."""
    lost = []
    for _, _, target in LINK.findall(prose(page)):
        if target.startswith(("https://", "http://")):
            continue
        path, _, anchor = target.partition("#")
        there = (ROOT / page).parent / path if path else ROOT / page
        if not there.exists() or (anchor and anchor not in anchors(there)):
            lost.append(target)
    return lost


@pytest.mark.parametrize("page", PAGES)
def test_every_link_within_the_repository_leads_somewhere(page: str) -> None:
    assert dangling(page) == []


@pytest.mark.parametrize("page", PAGES)
def test_every_test_that_a_page_names_is_there(page: str) -> None:
    assert [each for each in TEST.findall(prose(page)) if not (ROOT / each).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_a_picture_says_in_words_what_it_shows(page: str) -> None:
    shown = [words for mark, words, _ in LINK.findall(prose(page)) if mark]

    assert [words for words in shown if len(words) < 20] == []


def test_the_first_page_leads_to_every_page_of_the_docs() -> None:
    linked = {target.partition("#")[0] for _, _, target in LINK.findall(prose("README.md"))}
    pages = {page for page in PAGES if Path(page).parent == Path("docs")}

    assert pages - linked == set()


def test_what_leads_nowhere_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.md").write_text("# A page\n[a](b.md) [b](#a-page) [c](#no) [d](a.md#a-page)\n")
    monkeypatch.setitem(globals(), "ROOT", tmp_path)

    assert dangling("a.md") == ["b.md", "#no"]
