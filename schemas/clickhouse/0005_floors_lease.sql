-- a floor that comes late would begin an epoch under a writer that goes on in the old one
ALTER TABLE custody.floors ADD COLUMN IF NOT EXISTS lease_until DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC') + INTERVAL 1 MINUTE COMMENT 'Until when the server was to take it' AFTER actor;

ALTER TABLE custody.floors ADD CONSTRAINT IF NOT EXISTS lease CHECK lease_until > nowInBlock64(6);
