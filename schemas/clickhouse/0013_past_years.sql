-- Each part adds to what a question takes, whatever it reads. A partition is a year of recorded_at: a past one gets no
-- more rows, and the server makes one part of it, once, a week after its newest part was written.
ALTER TABLE custody.log MODIFY SETTING
    min_age_to_force_merge_seconds = 604800,
    min_age_to_force_merge_on_partition_only = 1;
