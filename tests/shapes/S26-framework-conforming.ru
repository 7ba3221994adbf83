#+ summary: An international organization.
INSERT DATA { GRAPH ar:s1 { memorandum:xa-xb-lumen fm:withinFrameworkOf organization:union . organization:union a fm:InternationalOrganization } GRAPH graph:labels { organization:union rdfs:label "Union"@en , "اتحاد"@ar , "Союз"@ru , "Одақ"@kk } }
