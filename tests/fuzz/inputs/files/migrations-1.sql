CREATE TABLE IF NOT EXISTS "a".b (id serial PRIMARY KEY, c float REFERENCES d(e), CHECK (c > '(' ));
CREATE INDEX f ON b USING gin (c);
-- x
/* y */ $$ z $$
