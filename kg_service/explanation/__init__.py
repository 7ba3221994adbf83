"""Why a query's answer is as it is: what stands behind a row, and what leaves no row."""
