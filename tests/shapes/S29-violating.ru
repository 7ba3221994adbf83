#+ summary: A planned showing that has taken place.
#+ rule: S29
#+ shape: shape:Film-status-fits-modality
#+ focus: film:salt-road
#+ severity: Violation
INSERT DATA { GRAPH ar:s3 { film:salt-road fm:filmStatus film-status:shown } } ;
DELETE DATA { GRAPH ar:s3 { film:salt-road fm:filmStatus film-status:showing-planned } }
