#+ summary: A second witness of the same signing.
INSERT DATA { GRAPH en:s1 { signing:xa-xb-lumen fm:ofMemorandum memorandum:xa-xb-lumen } }
