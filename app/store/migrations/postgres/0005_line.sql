-- Of the jobs in one line, one runs at most: the reviews that an issue asks for write the same comments.
ALTER TABLE jobs ADD COLUMN line TEXT NOT NULL DEFAULT '';
UPDATE jobs SET line = key;
-- The key of a review names its issue and then what was asked for.
UPDATE jobs SET line = split_part(key, ' ', 1) || ' ' || split_part(key, ' ', 2) WHERE key LIKE 'review % %';
CREATE INDEX jobs_line ON jobs (line);
