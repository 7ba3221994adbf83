#+ summary: A memorandum with one party.
#+ rule: S01
#+ shape: shape:Memorandum-party
#+ focus: memorandum:xa-xd-lumen
#+ severity: Violation
DELETE DATA { GRAPH en:s1 { memorandum:xa-xd-lumen fm:party agency:xd-film-board ; fm:partyCountry country:xd . signing:xa-xd-lumen fm:signedBy agency:xd-film-board } }
