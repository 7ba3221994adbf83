"""Evaluation in worker processes that can be killed: the pool is all that the rest of the program sees."""
