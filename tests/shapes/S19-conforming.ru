#+ summary: A gloss in a second language.
INSERT DATA { GRAPH graph:provenance { en:s1 fm:gloss "اتفاق على الندوات"@ar } }
