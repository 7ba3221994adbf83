"""Finding things by their names: labels folded across spellings and scripts, in an index that stands on disk."""
