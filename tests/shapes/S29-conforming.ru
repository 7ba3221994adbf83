#+ summary: A passage about what was done.
INSERT DATA { GRAPH ar:s4 { film:salt-road fm:filmStatus film-status:shown } } ;
DELETE DATA { GRAPH ar:s3 { film:salt-road fm:filmStatus film-status:showing-planned } }
