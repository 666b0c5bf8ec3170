"""One page: its steps and their outcomes, its prose and references; and the tree of all pages."""
