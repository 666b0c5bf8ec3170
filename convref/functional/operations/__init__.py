"""Operations of a `Graph` on arrays, by family; `apply` does one of them."""
