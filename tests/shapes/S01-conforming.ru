#+ summary: A party that did not sign.
DELETE DATA { GRAPH en:s1 { signing:xa-xd-lumen fm:signedBy agency:xd-film-board } }
