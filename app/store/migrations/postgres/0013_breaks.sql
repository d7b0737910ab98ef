-- How often what the job was given broke off in its middle, such as a clone: such attempts are not counted either, and may
-- be the fault of what is cloned.
ALTER TABLE jobs ADD COLUMN breaks BIGINT NOT NULL DEFAULT 0;
