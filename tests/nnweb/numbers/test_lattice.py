"""Best paths through a lattice."""

from itertools import pairwise, product

import pytest

from nnweb.numbers.lattice import Edge, best_paths


def edges_over(pieces, rng):
    """All groups of up to three pieces, with two labels of random scores."""
    return [
        Edge(first, past, tuple((c, float(rng.normal())) for c in "12"))
        for first in range(pieces)
        for past in range(first + 1, min(first + 3, pieces) + 1)
    ]


def join(a, b):
    return 0.1 * ((3 * a + 5 * b) % 7)


def every_path(edges, pieces):
    """All paths by brute force: (score, labels)."""
    paths, found = [((), 0)], []
    while paths:
        path, at = paths.pop()
        if at == pieces:
            for labels in product((0, 1), repeat=len(path)):
                score = sum(
                    edges[e].labels[k][1] for e, k in zip(path, labels, strict=True)
                )
                ends = (-1, *path, -1)
                score += sum(join(a, b) for a, b in pairwise(ends))
                found.append((score, "".join("12"[k] for k in labels)))
        paths += [
            ((*path, e), edge.past) for e, edge in enumerate(edges) if edge.first == at
        ]
    return sorted(found, reverse=True)


def test_the_best_paths_are_those_of_a_search_of_all(rng):
    edges = edges_over(5, rng)

    paths = best_paths(edges, 5, join, 200)

    expected = every_path(edges, 5)[:10]
    assert [p.score for p in paths[:10]] == pytest.approx([s for s, _ in expected])
    assert ["".join(p.labels) for p in paths[:10]] == [text for _, text in expected]


def test_an_automaton_restricts_the_paths(rng):
    edges = edges_over(5, rng)

    paths = best_paths(
        edges, 5, join, 200, step=lambda state, c: state + 1 if c == "2" else -1,
        final=lambda state: state == 3,
    )  # fmt: skip

    assert {"".join(path.labels) for path in paths} == {"222"}
    best = next(s for s, text in every_path(edges, 5) if text == "222")
    assert paths[0].score == pytest.approx(best)
