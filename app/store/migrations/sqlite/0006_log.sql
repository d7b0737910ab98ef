-- For the log, so that each line can be read alone: the delivery that asked last, and the repository in which it was asked.
ALTER TABLE jobs ADD COLUMN delivery TEXT NOT NULL DEFAULT '';
ALTER TABLE jobs ADD COLUMN repository TEXT NOT NULL DEFAULT '';
