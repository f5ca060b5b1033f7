// Decides what a journal looks like inside. Table and column names are documentation: docs/metering.md explains them,
// and the sqlite3 tool shows them. Quantities are whole millionths, moments are seconds since 1970 UTC. The views say
// the same for people.

enum Schema {
    /// "mpm1": by it `file` and we know a journal.
    static let applicationID: Int64 = 0x6D70_6D31
    static let version: Int64 = 2

    static let creation = """
        CREATE TABLE journal (
            name TEXT NOT NULL PRIMARY KEY,
            value NOT NULL,
            checksum INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE usage (
            dimension TEXT NOT NULL,
            hour INTEGER NOT NULL CHECK (typeof(hour) = 'integer' AND hour % 3600 = 0),
            tags TEXT NOT NULL,
            millionths INTEGER NOT NULL CHECK (typeof(millionths) = 'integer' AND millionths > 0),
            last_add INTEGER,
            checksum INTEGER NOT NULL,
            PRIMARY KEY (dimension, hour, tags)
        ) WITHOUT ROWID;
        CREATE TABLE record (
            id INTEGER PRIMARY KEY,
            identity TEXT NOT NULL,
            dimension TEXT NOT NULL,
            hour INTEGER NOT NULL CHECK (typeof(hour) = 'integer' AND hour % 3600 = 0),
            millionths INTEGER NOT NULL CHECK (typeof(millionths) = 'integer' AND millionths > 0),
            state TEXT NOT NULL CHECK (state IN ('sealed', 'unknown', 'sent', 'held')),
            timestamp INTEGER NOT NULL,
            client_token TEXT NOT NULL,
            request BLOB,
            attempts INTEGER NOT NULL DEFAULT 0,
            attempted INTEGER,
            record_id TEXT,
            why TEXT,
            answer TEXT,
            checksum INTEGER NOT NULL,
            request_checksum INTEGER
        );
        CREATE INDEX record_hour ON record (dimension, hour);
        CREATE TABLE allocation (
            record INTEGER NOT NULL,
            tags TEXT NOT NULL,
            millionths INTEGER NOT NULL CHECK (typeof(millionths) = 'integer' AND millionths > 0),
            checksum INTEGER NOT NULL,
            PRIMARY KEY (record, tags)
        ) WITHOUT ROWID;
        CREATE VIEW pending AS
            SELECT dimension, strftime('%Y-%m-%dT%H:%M:%SZ', hour, 'unixepoch') AS hour,
                printf('%d.%06d', millionths / 1000000, millionths % 1000000) AS quantity, 'open' AS state, tags
            FROM usage
            UNION ALL SELECT dimension, strftime('%Y-%m-%dT%H:%M:%SZ', hour, 'unixepoch'),
                printf('%d.%06d', millionths / 1000000, millionths % 1000000), state, ''
            FROM record WHERE state IN ('sealed', 'unknown');
        CREATE VIEW held AS
            SELECT dimension, strftime('%Y-%m-%dT%H:%M:%SZ', hour, 'unixepoch') AS hour,
                printf('%d.%06d', millionths / 1000000, millionths % 1000000) AS quantity, why, answer, identity
            FROM record WHERE state = 'held';
        CREATE VIEW sent AS
            SELECT dimension, strftime('%Y-%m-%dT%H:%M:%SZ', hour, 'unixepoch') AS hour,
                printf('%d.%06d', millionths / 1000000, millionths % 1000000) AS quantity, record_id, identity
            FROM record WHERE state = 'sent';
        PRAGMA application_id = 1836084529;
        PRAGMA user_version = 2;
        """
}
