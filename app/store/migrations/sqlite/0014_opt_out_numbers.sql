-- By its number an owner is known whatever it is called. NULL: GitHub has not been asked for it yet; 0: it knows nobody of
-- that name.
ALTER TABLE opt_outs ADD COLUMN owner_id BIGINT;
