#+ summary: Another memorandum still uses it.
DELETE DATA { GRAPH ar:s1 { memorandum:xa-xb-lumen fm:objective theme:mutual-understanding } }
