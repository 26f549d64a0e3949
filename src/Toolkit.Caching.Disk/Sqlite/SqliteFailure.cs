namespace Toolkit.Caching.Disk;

/// <summary>A result code of SQLite that is not success.</summary>
internal sealed class SqliteFailure(int code, string message) : Exception(message)
{
    /// <summary>The primary result code.</summary>
    public int Code { get; } = code & 0xFF;

    /// <summary>The file is damaged or is no database: recreating it is the only way on.</summary>
    public bool IsCorruption => Code is SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB;

    /// <summary>Another connection writes.</summary>
    public bool IsBusy => Code is SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED;
}
