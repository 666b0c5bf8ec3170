"""Operations on tensors that hold no data, by torch's names and with torch's arguments.

    elementwise   arithmetic, functions of each element, comparisons
    reductions    sums, means, maxima, norms along axes
    views         reshaping, permuting, expanding; copies
    indexing      integers, slices and ranges along axes
    joins         concatenating, stacking, splitting
    products      products of matrices, einsum
    factories     functions that create tensors, such as `zeros`

Each operation computes the shape of its result by torch's rules. If a recording is in progress (see
`convref.standin.tape`), the operation is added to it.
"""
