#+ summary: A text with its language.
INSERT DATA { GRAPH ar:s1 { memorandum:xa-xb-lumen fm:sourceTerm "مذكرة"@ar } }
