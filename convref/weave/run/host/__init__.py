"""The build's side of a session: hosts start workers, connections carry messages to and from them."""
