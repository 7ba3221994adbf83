#+ summary: A country of no party.
#+ rule: S03
#+ shape: shape:Memorandum-partyCountry
#+ focus: memorandum:xa-xb-lumen
#+ severity: Violation
INSERT DATA { GRAPH ar:s1 { memorandum:xa-xb-lumen fm:partyCountry country:xc } }
