-- Since when what the job needs from elsewhere is in trouble, 0 for not: such attempts are not counted, so something else
-- has to come to an end.
ALTER TABLE jobs ADD COLUMN trouble_since BIGINT NOT NULL DEFAULT 0;
