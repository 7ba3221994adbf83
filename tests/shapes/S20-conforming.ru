#+ summary: Another number, the same span.
DELETE WHERE { GRAPH graph:provenance { ar:s2 fm:sequence ?n } } ;
INSERT DATA { GRAPH graph:provenance { ar:s2 fm:sequence 12 } }
