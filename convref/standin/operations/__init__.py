"""Operations on tensors without elements, by torch's names and with torch's arguments.

    elementwise   arithmetic, functions of each element, comparisons
    reductions    sums, means, maxima, norms along axes
    views         reshaping, permuting, expanding; copies
    indexing      integers, slices and ranges along axes
    joins         concatenating, stacking, splitting
    products      products of matrices, einsum
    factories     tensors that are made of a shape or of numbers

Each computes the shape of its result by torch's rules, and records itself on the active tape.
"""
