"""Where the quads live: the embedded store that every worker holds."""
