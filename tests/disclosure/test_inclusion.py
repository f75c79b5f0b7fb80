"""A member finds its answers in a release, and nobody finds anybody else's."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.disclosure.inclusion import Proof, Tree, is_included, leaf

VAULT = b"v" * 32


def secret(district: int) -> bytes:
    return sha256(b"district %d" % district).digest()


def leaves(count: int) -> list[bytes]:
    return [leaf(secret(each), "release", "item", 1) for each in range(count)]


@given(st.integers(0, 40), st.integers(0, 40), st.data())
def test_every_leaf_is_found_under_the_root_and_no_other(count, more, data):
    places = count + more
    tree = Tree.of(leaves(count), places, VAULT)
    proofs = {each: tree.proof(each) for each in leaves(count)}
    assert all(is_included(each, one, tree.root, tree.places) for each, one in proofs.items())
    if proofs:
        one = data.draw(st.sampled_from(list(proofs.values())))
        stranger = leaf(secret(99), "release", "item", 1)
        assert not is_included(stranger, one, tree.root, tree.places)


@pytest.mark.parametrize(
    ("places", "size"), [(0, 1), (1, 1), (2, 2), (3, 4), (4, 4), (5, 8), (12 * 50, 1024)]
)
def test_the_size_of_the_tree_follows_from_what_is_public(places, size):
    sizes = {Tree.of(leaves(count), places, VAULT).places for count in range(min(places, 6) + 1)}
    assert sizes == {size}


def test_a_proof_is_as_long_for_two_contributors_as_for_all():
    few, all_ = (Tree.of(leaves(count), 100, VAULT) for count in (2, 100))
    assert {len(few.proof(leaves(1)[0]).path), len(all_.proof(leaves(1)[0]).path)} == {7}


def test_the_order_in_which_leaves_are_planted_does_not_matter():
    assert Tree.of(leaves(9), 20, VAULT) == Tree.of(leaves(9)[::-1], 20, VAULT)


def test_another_secret_of_the_vault_gives_another_root():
    assert Tree.of(leaves(9), 20, VAULT).root != Tree.of(leaves(9), 20, b"w" * 32).root


@pytest.mark.parametrize(
    "other",
    [
        leaf(secret(1), "release", "item", 2),
        leaf(secret(1), "release", "items", 1),
        leaf(secret(1), "releases", "item", 1),
        leaf(secret(2), "release", "item", 1),
    ],
    ids=["version", "item", "release", "district"],
)
def test_a_leaf_is_of_one_version_of_one_answer_of_one_district_in_one_release(other):
    tree = Tree.of([leaf(secret(1), "release", "item", 1)], 8, VAULT)
    with pytest.raises(KeyError, match=r"There is no such leaf\."):
        tree.proof(other)


def test_a_changed_proof_leads_nowhere():
    tree = Tree.of(leaves(5), 8, VAULT)
    own = leaves(1)[0]
    place, path = tree.proof(own).place, tree.proof(own).path
    wrong = [
        Proof(place ^ 1, path),
        Proof(place + tree.places, path),
        Proof(place - tree.places, path),
        Proof(place, path[:-1]),
        Proof(place, (*path, path[0])),
        Proof(place, path[::-1]),
        Proof(place, (bytes(32), *path[1:])),
    ]
    assert [is_included(own, each, tree.root, tree.places) for each in wrong] == [False] * 7
    assert not is_included(own, tree.proof(own), bytes(32), tree.places)


def test_a_node_is_not_taken_for_a_leaf():
    tree = Tree.of(leaves(4), 4, VAULT)
    left, right = tree.levels[0][:2]
    shorter = Proof(0, (tree.levels[1][1],))
    assert not is_included(left + right, shorter, tree.root, tree.places)
    assert not is_included(left + right, shorter, tree.root, 2)


@pytest.mark.parametrize(
    ("planted", "places", "problem"),
    [
        (leaves(3), 2, "There are more leaves than places"),
        (leaves(1) * 2, 4, "A leaf occurs twice"),
    ],
)
def test_what_makes_no_tree_is_refused(planted, places, problem):
    with pytest.raises(ValueError, match=problem):
        Tree.of(planted, places, VAULT)


def test_a_short_secret_is_refused():
    with pytest.raises(ValueError, match="A secret has at least 32 bytes"):
        leaf(b"s" * 31, "release", "item", 1)


def test_no_leaf_is_in_what_is_printed():
    assert repr(Tree.of(leaves(1), 1, VAULT)) == "Tree()"
