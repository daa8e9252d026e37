-- Records of clusters. Ids sort by their bytes, whatever the language of the database.
CREATE TABLE clusters (
    id                  TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name                TEXT COLLATE "C" NOT NULL,
    tenant_id           TEXT,
    ownership           TEXT    NOT NULL,
    provider_type       TEXT COLLATE "C" NOT NULL,
    provider_cluster_id TEXT,
    external_id         TEXT,
    cloud_provider      TEXT COLLATE "C" NOT NULL,
    region              TEXT COLLATE "C" NOT NULL,
    multi_az            BOOLEAN NOT NULL,
    status              TEXT    NOT NULL,
    status_details      TEXT,
    status_since        TIMESTAMPTZ NOT NULL,
    status_before       TEXT,
    desired_state       TEXT    NOT NULL,
    deletion_policy     TEXT    NOT NULL,
    conditions          JSONB   NOT NULL,
    provider_spec       JSONB   NOT NULL,
    provider_info       JSONB   NOT NULL,
    cluster_dns         TEXT,
    credentials_ref     TEXT,
    workload_types      JSONB   NOT NULL,
    capacity            JSONB   NOT NULL,
    schedulable         BOOLEAN NOT NULL,
    labels              JSONB   NOT NULL,
    applied_sets        JSONB   NOT NULL,
    create_token        TEXT    NOT NULL,
    attempts            BIGINT  NOT NULL,
    next_attempt_at     TIMESTAMPTZ,
    last_error          TEXT,
    last_checked_at     TIMESTAMPTZ,
    epoch               BIGINT  NOT NULL,
    resource_version    BIGINT  NOT NULL,
    created_at          TIMESTAMPTZ NOT NULL,
    updated_at          TIMESTAMPTZ NOT NULL,
    deleted_at          TIMESTAMPTZ
);

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
    name       TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    holder     TEXT    NOT NULL,
    epoch      BIGINT  NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);
