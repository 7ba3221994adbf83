#+ summary: A signatory that is no party.
#+ rule: S06
#+ shape: shape:Signing-signatory-is-party
#+ focus: signing:xa-xb-lumen
#+ severity: Violation
INSERT DATA { GRAPH ar:s1 { signing:xa-xb-lumen fm:signedBy agency:xc-film-authority } }
