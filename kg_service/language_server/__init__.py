"""The data set in an editor: what is wrong at its line, what a term means, where it is described, which there are."""
