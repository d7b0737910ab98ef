-- By its number a repository is known whatever it is called: it is renamed and given away, and names are taken by others.
-- 0, or nothing: not known.
ALTER TABLE reports ADD COLUMN repository_id BIGINT NOT NULL DEFAULT 0;
CREATE INDEX reports_repository_id ON reports (repository_id);
ALTER TABLE publications ADD COLUMN posted_in_id BIGINT NOT NULL DEFAULT 0;
-- Beside `ever`: the numbers, with spaces between them.
ALTER TABLE publications ADD COLUMN ever_ids TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN target_id BIGINT NOT NULL DEFAULT 0;
-- The key of a comment with reports begins with the number of the repository that it stands in, and ends with a space
-- where that is the one that it reports on.
UPDATE publications SET posted_in_id = CAST(split_part(key, '#', 1) AS BIGINT)
WHERE kind = 'comment' AND key ~ '^[0-9]{1,18}#';
UPDATE publications SET ever_ids = CAST(posted_in_id AS TEXT) WHERE posted_in_id > 0 AND right(key, 1) = ' ';
