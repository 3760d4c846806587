"""Merkle trees: the vectors of the test suite of RFC 6962/9162, and any tree against a naive oracle."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.kernel.merkle import (
    EMPTY,
    Tree,
    consistency_proof,
    inclusion_proof,
    is_consistent,
    is_included,
    leaf_hash,
    node_hash,
    root_of,
)

# The eight leaves that implementations of Certificate Transparency share, and the roots of their beginnings.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {  # (index, size): path
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
}
CONSISTENCY = {  # (first, second): path
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


def naive(leaves: list[bytes]) -> bytes:
    """MTH of RFC 9162, 2.1.1, word by word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(naive(leaves[:split]), naive(leaves[split:]))


@pytest.mark.case(64)
def test_the_shared_vectors(figure):
    assert root_of([]) == EMPTY
    for size, root in enumerate(ROOTS, 1):
        assert root_of(LEAVES[:size]).hex() == root
    for (index, size), path in INCLUSION.items():
        assert [node.hex() for node in inclusion_proof(index, LEAVES[:size])] == path
        assert is_included(LEAVES[index], index, size, [bytes.fromhex(n) for n in path], bytes.fromhex(ROOTS[size - 1]))
    for (first, second), path in CONSISTENCY.items():
        assert [node.hex() for node in consistency_proof(first, LEAVES[:second])] == path
        roots = bytes.fromhex(ROOTS[first - 1]), bytes.fromhex(ROOTS[second - 1])
        assert is_consistent(first, second, *roots, [bytes.fromhex(node) for node in path])
    figure(f"{len(ROOTS)} roots, {len(INCLUSION)} inclusion and {len(CONSISTENCY)} consistency proofs as published")


trees = st.lists(st.binary(max_size=40), min_size=1, max_size=70)


@given(trees, st.data())
def test_any_tree_equals_the_naive_one_and_every_proof_of_it_holds(leaves, data):
    root = naive(leaves)
    index = data.draw(st.integers(0, len(leaves) - 1))
    first = data.draw(st.integers(1, len(leaves)))
    tree = Tree()
    for leaf in leaves[:first]:
        tree.add(leaf)
    assert tree.root() == naive(leaves[:first])
    tree = Tree(tree.size, tree.frontier)  # as a checkpoint keeps it
    for leaf in leaves[first:]:
        tree.add(leaf)
    assert (tree.size, tree.root()) == (len(leaves), root)

    proof = inclusion_proof(index, leaves)
    assert is_included(leaves[index], index, len(leaves), proof, root)
    older, path = naive(leaves[:first]), consistency_proof(first, leaves)
    assert is_consistent(first, len(leaves), older, root, path)


@given(trees, st.data())
def test_a_changed_leaf_root_or_proof_is_refused(leaves, data):
    root, index = naive(leaves), data.draw(st.integers(0, len(leaves) - 1))
    first = data.draw(st.integers(1, len(leaves)))
    proof, path = inclusion_proof(index, leaves), consistency_proof(first, leaves)
    older = naive(leaves[:first])
    other = sha256(root).digest()
    assert not is_included(leaves[index] + b"x", index, len(leaves), proof, root)
    assert not is_included(leaves[index], index, len(leaves), proof, other)
    assert not is_included(leaves[index], index, len(leaves), [*proof, other], root)
    assert not is_included(leaves[index], len(leaves), len(leaves), proof, root)
    assert not is_consistent(first, len(leaves), older, other, path)
    assert not is_consistent(first, len(leaves), other, root, path)
    assert not is_consistent(first, len(leaves), older, root, [*path, other])
    if proof:
        assert not is_included(leaves[index], index, len(leaves), proof[:-1], root)


def test_a_frontier_that_does_not_fit_its_size_is_refused():
    with pytest.raises(ValueError, match="full subtrees"):
        Tree(3, [EMPTY])
