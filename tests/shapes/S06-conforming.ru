#+ summary: A further party signs.
INSERT DATA { GRAPH ar:s2 { signing:xa-xb-xc-lumen fm:signedBy agency:xa-film-office } }
