"""A git folder of RDF, checked and served: SPARQL endpoint, linked data, validation."""

__version__ = "0.1.0"
