namespace Toolkit.Caching.Stores;

/// <summary>A store could not do its work: its folder, server or connection is unavailable. The message says what to do about it.</summary>
public sealed class CacheStoreException : Exception
{
    /// <summary>Creates the exception.</summary>
    public CacheStoreException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    public CacheStoreException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates the exception without a message of its own.</summary>
    public CacheStoreException()
    {
    }
}
