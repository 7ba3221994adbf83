#+ summary: A theme used as a theme.
INSERT DATA { GRAPH ar:s1 { memorandum:xa-xb-lumen fm:focusTheme theme:mutual-understanding } }
