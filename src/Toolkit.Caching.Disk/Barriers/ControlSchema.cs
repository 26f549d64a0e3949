namespace Toolkit.Caching.Disk;

internal static class ControlSchema
{
    public const string Sql = """
        CREATE TABLE clock(id INTEGER PRIMARY KEY, stamp INTEGER NOT NULL, floor INTEGER NOT NULL);;
        CREATE TABLE barriers(kind INTEGER NOT NULL, name TEXT NOT NULL, stamp INTEGER NOT NULL, PRIMARY KEY(kind, name)) WITHOUT ROWID;;
        CREATE INDEX barriers_stamp ON barriers(stamp);;
        CREATE TABLE messages(id INTEGER PRIMARY KEY AUTOINCREMENT, sender BLOB NOT NULL, message BLOB NOT NULL);;
        """;
}
