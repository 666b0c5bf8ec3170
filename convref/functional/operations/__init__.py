"""What each operation of a `Graph` does to arrays, by family; `apply` does one of them."""
