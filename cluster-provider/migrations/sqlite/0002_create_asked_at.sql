-- When the provider was first asked to create a cluster. Of records from before, those that are beyond their beginning were asked for when
-- they were recorded.
ALTER TABLE clusters ADD COLUMN create_asked_at TEXT;

UPDATE clusters SET create_asked_at = created_at WHERE ownership = 'managed' AND status <> 'cluster_accepted';

CREATE INDEX clusters_age ON clusters (created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX clusters_next_attempt_at ON clusters (next_attempt_at) WHERE deleted_at IS NULL;
CREATE INDEX clusters_deleted_at ON clusters (deleted_at) WHERE deleted_at IS NOT NULL;
