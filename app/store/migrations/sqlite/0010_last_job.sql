-- The newest job when the line was written: by numbers, what was asked for before is told from what came after it, whatever
-- becomes of the clock.
ALTER TABLE audit ADD COLUMN last_job BIGINT NOT NULL DEFAULT 0;
UPDATE audit SET last_job = (SELECT coalesce(max(jobs.id), 0) FROM jobs WHERE jobs.created_at <= audit.at)
WHERE action = 'forget';
