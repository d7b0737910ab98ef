-- The job that a review is counted for, 0 where that is not known: another attempt counts it no second time.
ALTER TABLE audit ADD COLUMN job BIGINT NOT NULL DEFAULT 0;
