namespace Toolkit.Caching.Disk;

/// <summary>A result code of SQLite that is not success.</summary>
internal sealed class SqliteFailure(int code, string message) : Exception(message)
{
    /// <summary>The primary result code.</summary>
    public int Code { get; } = code & 0xFF;

    /// <summary>
    /// The file is damaged or is no database: recreating it is the only way on. The statements are fixed and fit the schema, so
    /// that one which does not compile, or a constraint that does not hold, is damage too.
    /// </summary>
    public bool IsCorruption => Code is
        SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB or SQLitePCL.raw.SQLITE_FORMAT
        or SQLitePCL.raw.SQLITE_ERROR or SQLitePCL.raw.SQLITE_INTERNAL or SQLitePCL.raw.SQLITE_CONSTRAINT
        or SQLitePCL.raw.SQLITE_MISMATCH or SQLitePCL.raw.SQLITE_TOOBIG;

    /// <summary>Another connection writes.</summary>
    public bool IsBusy => MeansBusy(Code);

    /// <summary>Whether a result code says that another connection writes.</summary>
    public static bool MeansBusy(int code) => (code & 0xFF) is SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED;
}
