namespace Toolkit.Caching.Disk;

/// <summary>
/// The tables of a shard. The row's id is a hash of the key: finding an entry is one descent of one tree, and any stretch of the
/// table is a random sample, which eviction uses instead of an index that every write would have to keep. The totals
/// are kept by triggers, so that they are true whichever process writes, and however it ends.
/// </summary>
internal static class ShardSchema
{
    public const string Sql = """
        CREATE TABLE entries(
            id INTEGER PRIMARY KEY, used INTEGER NOT NULL, expires INTEGER NOT NULL, size INTEGER NOT NULL,
            cache INTEGER NOT NULL, file INTEGER NOT NULL, record BLOB NOT NULL);;
        CREATE TABLE caches(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);;
        CREATE TABLE totals(id INTEGER PRIMARY KEY, entries INTEGER NOT NULL, bytes INTEGER NOT NULL);;
        CREATE TABLE leases(key BLOB PRIMARY KEY, token BLOB NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID;;
        CREATE TABLE trash(file INTEGER PRIMARY KEY);;
        INSERT INTO totals VALUES(1, 0, 0);;
        CREATE TRIGGER entries_inserted AFTER INSERT ON entries BEGIN
            UPDATE totals SET entries = entries + 1, bytes = bytes + NEW.size;
        END;;
        CREATE TRIGGER entries_resized AFTER UPDATE OF size ON entries WHEN OLD.size <> NEW.size BEGIN
            UPDATE totals SET bytes = bytes + NEW.size - OLD.size;
        END;;
        CREATE TRIGGER entries_refiled AFTER UPDATE OF file ON entries WHEN OLD.file <> 0 AND OLD.file <> NEW.file BEGIN
            INSERT OR IGNORE INTO trash VALUES(OLD.file);
        END;;
        CREATE TRIGGER entries_deleted AFTER DELETE ON entries BEGIN
            UPDATE totals SET entries = entries - 1, bytes = bytes - OLD.size;
            INSERT OR IGNORE INTO trash SELECT OLD.file WHERE OLD.file <> 0;
        END;;
        """;
}
