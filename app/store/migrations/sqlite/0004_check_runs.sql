-- A check run holds a report as a comment does; `kind` is what the number is of: comment, check_run.
ALTER TABLE publications RENAME COLUMN comment TO number;
ALTER TABLE publications ADD COLUMN kind TEXT NOT NULL DEFAULT 'comment';
