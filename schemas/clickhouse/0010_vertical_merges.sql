-- Merging is what a row costs most. In wide parts ClickHouse merges column by column, which takes half of what copying
-- rows of 79 columns does, each a run of one; it does so only if the merged part is wide. What is inserted stays
-- compact: of a wide part each file is synced. Statistics of columns, which nothing here asks for, are left out.
ALTER TABLE custody.log MODIFY SETTING
    min_level_for_wide_part = 1,
    min_bytes_for_wide_part = 10485760,
    vertical_merge_algorithm_min_rows_to_activate = 1,
    auto_statistics_types = '';
