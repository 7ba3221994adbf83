#+ summary: The document that lets it sign does not name it as a party.
#+ rule: S06
#+ shape: shape:Signing-witnesses-differ
#+ focus: signing:xa-xb-lumen
#+ severity: Info
INSERT DATA { GRAPH en:s1 { signing:xa-xb-lumen fm:signedBy agency:xb-film-institute } }
