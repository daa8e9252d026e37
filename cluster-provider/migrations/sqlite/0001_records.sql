-- Records of clusters. Times are RFC 3339 in UTC with six digits behind the second, so that they sort as text.
CREATE TABLE clusters (
    id                  TEXT    NOT NULL PRIMARY KEY,
    name                TEXT    NOT NULL,
    tenant_id           TEXT,
    ownership           TEXT    NOT NULL,
    provider_type       TEXT    NOT NULL,
    provider_cluster_id TEXT,
    external_id         TEXT,
    cloud_provider      TEXT    NOT NULL,
    region              TEXT    NOT NULL,
    multi_az            INTEGER NOT NULL CHECK (multi_az IN (0, 1)),
    status              TEXT    NOT NULL,
    status_details      TEXT,
    status_since        TEXT    NOT NULL,
    status_before       TEXT,
    desired_state       TEXT    NOT NULL,
    deletion_policy     TEXT    NOT NULL,
    conditions          TEXT    NOT NULL CHECK (json_valid(conditions)),
    provider_spec       TEXT    NOT NULL CHECK (json_valid(provider_spec)),
    provider_info       TEXT    NOT NULL CHECK (json_valid(provider_info)),
    cluster_dns         TEXT,
    credentials_ref     TEXT,
    workload_types      TEXT    NOT NULL CHECK (json_valid(workload_types)),
    capacity            TEXT    NOT NULL CHECK (json_valid(capacity)),
    schedulable         INTEGER NOT NULL CHECK (schedulable IN (0, 1)),
    labels              TEXT    NOT NULL CHECK (json_valid(labels)),
    applied_sets        TEXT    NOT NULL CHECK (json_valid(applied_sets)),
    create_token        TEXT    NOT NULL,
    attempts            INTEGER NOT NULL,
    next_attempt_at     TEXT,
    last_error          TEXT,
    last_checked_at     TEXT,
    epoch               INTEGER NOT NULL,
    resource_version    INTEGER NOT NULL,
    created_at          TEXT    NOT NULL,
    updated_at          TEXT    NOT NULL,
    deleted_at          TEXT
) STRICT;

-- Used once and never again, not even after deletion.
CREATE UNIQUE INDEX clusters_create_token ON clusters (create_token);

-- Unique among live records that have them.
CREATE UNIQUE INDEX clusters_provider_cluster_id ON clusters (provider_type, provider_cluster_id)
    WHERE deleted_at IS NULL AND provider_cluster_id IS NOT NULL;
CREATE UNIQUE INDEX clusters_external_id ON clusters (provider_type, external_id)
    WHERE deleted_at IS NULL AND external_id IS NOT NULL;
CREATE UNIQUE INDEX clusters_name ON clusters (provider_type, name)
    WHERE deleted_at IS NULL AND name <> '';

CREATE INDEX clusters_status ON clusters (status) WHERE deleted_at IS NULL;
CREATE INDEX clusters_region ON clusters (cloud_provider, region) WHERE deleted_at IS NULL;

-- Who leads. Rows come with the first leader.
CREATE TABLE leases (
    name       TEXT    NOT NULL PRIMARY KEY,
    holder     TEXT    NOT NULL,
    epoch      INTEGER NOT NULL,
    expires_at TEXT    NOT NULL
) STRICT;
