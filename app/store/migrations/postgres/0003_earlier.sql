-- What waited before under the same key, one line each: whoever asked then waits for an answer, too.
ALTER TABLE jobs ADD COLUMN earlier TEXT NOT NULL DEFAULT '';
