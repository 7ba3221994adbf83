#+ summary: A longer chain.
INSERT DATA { GRAPH ar:s4 { organization:xa-ministry-of-arts fm:subordinateTo organization:xa-cabinet . organization:xa-cabinet a fm:Organization } GRAPH graph:labels { organization:xa-cabinet rdfs:label "Cabinet"@en , "الحكومة"@ar , "Кабинет"@ru , "Кабинет"@kk } }
