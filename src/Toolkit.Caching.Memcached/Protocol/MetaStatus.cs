namespace Toolkit.Caching.Memcached;

/// <summary>What a server answered to one command of the meta protocol.</summary>
internal enum MetaStatus
{
    /// <summary>Nothing: the server is dead.</summary>
    None,

    /// <summary>HD: done.</summary>
    Done,

    /// <summary>VA: a value.</summary>
    Value,

    /// <summary>EN, NF: there is no such item.</summary>
    Missing,

    /// <summary>NS, EX: not stored, because the item is there already or has changed.</summary>
    NotStored,

    /// <summary>SERVER_ERROR: the server could not do it, such as store an object too large.</summary>
    Refused,
}
