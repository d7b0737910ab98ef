-- Installations that the app was removed from, by number: what was asked for there before and comes later leaves nothing.
CREATE TABLE removals (
    installation BIGINT PRIMARY KEY,
    at BIGINT NOT NULL
);
