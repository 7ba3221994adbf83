#+ summary: One signing of two memoranda.
#+ rule: S06
#+ shape: shape:Signing-ofMemorandum
#+ focus: signing:xa-xb-lumen
#+ severity: Violation
INSERT DATA { GRAPH ar:s1 { signing:xa-xb-lumen fm:ofMemorandum memorandum:xa-xb-xc-lumen } }
