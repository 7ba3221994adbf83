"""Checking a data set: SHACL shapes, the source texts behind its passages, and reports of what is wrong."""
