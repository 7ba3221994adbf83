#+ summary: A title in a second language.
INSERT DATA { GRAPH ar:s2 { film:glass-harbour fm:title "ميناء"@ar } }
