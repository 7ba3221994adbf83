#+ summary: A link to GeoNames.
INSERT DATA { GRAPH graph:labels { country:xd schema:sameAs <https://sws.geonames.org/5/> } }
