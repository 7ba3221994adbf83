#+ summary: A passage with two numbers.
#+ rule: S17
#+ shape: shape:Passage-sequence
#+ focus: en:s1
#+ severity: Violation
INSERT DATA { GRAPH graph:provenance { en:s1 fm:sequence 7 } }
