#+ summary: A thing without a name.
#+ rule: S28
#+ shape: shape:Nameless
#+ focus: _:
#+ severity: Violation
INSERT DATA { GRAPH ar:s1 { [] dcterms:description "nameless"@en } }
