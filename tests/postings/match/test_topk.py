"""Top k of a sparse product: the right ones, in order, ties by column."""

import subprocess
import sys

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.preprocessing import normalize

from llmexposure.postings.match.lexical import ranked, top_k, top_k_dense, unit_rows


def brute(query, index, k, floor=0.0):
    full = np.round((query @ index).toarray(), 12)
    rows = []
    for row in full:
        order = sorted(range(len(row)), key=lambda column, row=row: (-row[column], column))
        rows.append([column for column in order if row[column] > floor][:k])
    return rows


def as_lists(match):
    return [
        match.indices[a:b].tolist() for a, b in zip(match.indptr, match.indptr[1:], strict=False)
    ]


@pytest.mark.parametrize("k", [1, 3, 10, 80])
@pytest.mark.parametrize("threads", [1, 2])
def test_equals_a_full_sort(k, threads):
    query = sp.random(50, 40, 0.2, format="csr", random_state=1)
    index = sp.random(40, 60, 0.2, format="csr", random_state=2)
    assert as_lists(top_k(query, index, k, threads=threads)) == brute(query, index, k)


@pytest.mark.parametrize("k", [1, 4, 10])
def test_ties_go_by_column_even_when_many_share_the_last_place(k):
    query = sp.csr_matrix(np.ones((3, 2)))
    index = sp.csr_matrix(np.tile([[0.5], [0.25]], (1, 50)))  # 50 columns, all equal
    assert as_lists(top_k(query, index, k)) == [list(range(k))] * 3


def test_ties_in_the_last_bits_count_as_ties():
    index = sp.csr_matrix([[0.3, 0.1, 0.3], [0.0, 0.2, 1e-17]])
    assert as_lists(top_k(sp.csr_matrix([[1.0, 1.0]]), index, 3)) == [[0, 1, 2]]


def test_values_up_to_the_floor_are_left_out():
    found = top_k(sp.csr_matrix([[1.0]]), sp.csr_matrix([[0.05, 0.06, 0.01]]), 3, floor=0.05)
    assert as_lists(found) == [[1]]


def test_a_row_without_a_match_is_empty():
    found = top_k(sp.csr_matrix((2, 3)), sp.csr_matrix(np.eye(3)), 2)
    assert found.nnz == 0
    assert ranked(found, 2)[1].tolist() == [[-1, -1], [-1, -1]]


def test_dense_and_sparse_agree():
    query = sp.random(30, 20, 0.3, format="csr", random_state=3)
    index = sp.random(20, 25, 0.3, format="csr", random_state=4)
    dense = top_k_dense((query @ index).toarray(), 5)
    assert as_lists(dense) == as_lists(top_k(query, index, 5))


def test_rows_of_length_one_are_those_of_scikit_learn():
    matrix = sp.random(60, 40, 0.2, format="csr", random_state=1)
    matrix.data[matrix.indptr[3] : matrix.indptr[4]] = 0
    expected = normalize(matrix)
    matrix.eliminate_zeros()
    assert np.array_equal(unit_rows(matrix).toarray(), expected.toarray())


def test_workers_do_without_scikit_learn():
    code = "import sys, llmexposure.postings.score.engines; print('sklearn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
