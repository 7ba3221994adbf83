#+ summary: A field used as a field.
INSERT DATA { GRAPH ar:s1 { memorandum:xa-xb-lumen fm:coversField field:workshops } }
