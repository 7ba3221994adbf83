#+ summary: Another number.
DELETE WHERE { GRAPH graph:provenance { en:s1 fm:sequence ?n } } ;
INSERT DATA { GRAPH graph:provenance { en:s1 fm:sequence 7 } }
