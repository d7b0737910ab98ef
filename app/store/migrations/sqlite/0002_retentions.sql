-- Installations whose organisation keeps less long than whoever runs the app.
CREATE TABLE retentions (
    installation BIGINT PRIMARY KEY,
    -- Milliseconds.
    age BIGINT NOT NULL
);
