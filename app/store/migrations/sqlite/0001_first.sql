-- Times are milliseconds since 1970.

CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- Of two jobs with the same key, one waits at most, and one runs at most.
    key TEXT NOT NULL,
    installation BIGINT NOT NULL,
    -- Who asked; a login.
    actor TEXT NOT NULL,
    -- Lower is sooner: a person waits before a push.
    priority BIGINT NOT NULL,
    work TEXT NOT NULL,
    -- What has been done of it already, so that a retry repeats nothing that can be seen.
    progress TEXT NOT NULL DEFAULT '{}',
    -- queued, retrying, running, done, dead, cancelled
    state TEXT NOT NULL DEFAULT 'queued',
    attempts BIGINT NOT NULL DEFAULT 0,
    run_at BIGINT NOT NULL,
    lease_until BIGINT NOT NULL DEFAULT 0,
    -- Counts claims: who holds an older number has lost the job.
    fence BIGINT NOT NULL DEFAULT 0,
    cancel_asked BIGINT NOT NULL DEFAULT 0,
    error TEXT,
    created_at BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE UNIQUE INDEX jobs_queued ON jobs (key) WHERE state = 'queued';
CREATE INDEX jobs_waiting ON jobs (priority, run_at, id) WHERE state IN ('queued', 'retrying', 'running');
CREATE INDEX jobs_running ON jobs (installation) WHERE state = 'running';

CREATE TABLE deliveries (
    id TEXT PRIMARY KEY,
    event TEXT NOT NULL,
    job BIGINT NOT NULL,
    received_at BIGINT NOT NULL
);
CREATE INDEX deliveries_received ON deliveries (received_at);

CREATE TABLE reports (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    job BIGINT NOT NULL,
    -- Of several targets of one job, which.
    position BIGINT NOT NULL,
    installation BIGINT NOT NULL,
    repository TEXT NOT NULL,
    head TEXT NOT NULL,
    report TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (job, position)
);
CREATE INDEX reports_repository ON reports (repository);

-- Where the report on something is posted: one comment for each issue and targets.
CREATE TABLE publications (
    key TEXT PRIMARY KEY,
    installation BIGINT NOT NULL,
    -- The repository that was reviewed, and where the comment stands.
    target TEXT NOT NULL,
    posted_in TEXT NOT NULL,
    comment BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX publications_target ON publications (target);

CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at BIGINT NOT NULL,
    installation BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE INDEX audit_actor ON audit (installation, actor, action, at);

CREATE TABLE opt_outs (
    owner TEXT PRIMARY KEY,
    created_at BIGINT NOT NULL
);
