#+ summary: One signatory is enough.
DELETE DATA { GRAPH en:s1 { signing:xa-xd-lumen fm:signedBy agency:xa-film-office } }
