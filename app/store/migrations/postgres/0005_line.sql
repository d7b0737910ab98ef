-- Of the jobs in one line, one runs at most: the reviews that an issue asks for write the same comments.
ALTER TABLE jobs ADD COLUMN line TEXT NOT NULL DEFAULT '';
UPDATE jobs SET line = key;
CREATE INDEX jobs_line ON jobs (line);
