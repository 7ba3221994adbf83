"""The pattern of a query as a tree of its syntactic elements, each with its place in the text."""
