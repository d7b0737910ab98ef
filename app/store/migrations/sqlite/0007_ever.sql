-- All that a comment has reported on since it was written: what it said before stands in its history for everybody.
ALTER TABLE publications ADD COLUMN ever TEXT NOT NULL DEFAULT '';
UPDATE publications SET ever = target;
