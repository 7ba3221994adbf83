#+ summary: A signing that nobody signed.
#+ rule: S06
#+ shape: shape:Signing-signedBy
#+ focus: signing:xa-xd-lumen
#+ severity: Violation
DELETE WHERE { GRAPH ?graph { signing:xa-xd-lumen fm:signedBy ?who } }
