"""JSON-LD for people who read JSON: a context made from the data set, and descriptions compact and framed by it."""
