-- Whoever looks a person up asks all of the log for links to that person. Links are few, so that one filter of 64 granules
-- is as sharp as one of each, and there is a sixty-fourth as many to look into. It bears a name of its own, see 0006.
ALTER TABLE custody.log ADD INDEX IF NOT EXISTS by_linked linked_subject TYPE bloom_filter(0.0001) GRANULARITY 64;

ALTER TABLE custody.log MATERIALIZE INDEX by_linked;

ALTER TABLE custody.log DROP INDEX IF EXISTS by_linked_subject;
