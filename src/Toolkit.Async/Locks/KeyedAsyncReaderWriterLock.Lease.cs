namespace Toolkit.Async;

public sealed partial class KeyedAsyncReaderWriterLock<TKey>
{
    /// <summary>The right to read or to write under one key, until it is disposed of.</summary>
    /// <remarks>
    /// It is stamped with a version. To dispose of it a second time, late, or through a copy does nothing: it never releases a
    /// lock that somebody else has acquired meanwhile. The default value holds nothing.
    /// </remarks>
    public readonly struct Lease : IDisposable, IEquatable<Lease>
    {
        // A permit, or a tracker where the lock looks for misuse.
        private readonly LeaseHolder? _holder;
        private readonly long _version;

        internal Lease(LeaseHolder holder, long version)
        {
            _holder = holder;
            _version = version;
        }

        internal Lease(LeaseTracker tracker) => _holder = tracker;

        /// <summary>Whether two leases are copies of the same one.</summary>
        /// <param name="left">A lease.</param>
        /// <param name="right">Another one.</param>
        /// <returns>Whether disposing of one disposes of the other.</returns>
        public static bool operator ==(Lease left, Lease right) => left.Equals(right);

        /// <summary>Whether two leases are not copies of the same one.</summary>
        /// <param name="left">A lease.</param>
        /// <param name="right">Another one.</param>
        /// <returns>Whether disposing of one leaves the other valid.</returns>
        public static bool operator !=(Lease left, Lease right) => !left.Equals(right);

        /// <summary>Releases the lock, if this lease still holds it.</summary>
        public void Dispose() => _holder?.Release(_version);

        /// <inheritdoc/>
        public bool Equals(Lease other) => ReferenceEquals(_holder, other._holder) && _version == other._version;

        /// <inheritdoc/>
        public override bool Equals(object? obj) => obj is Lease other && Equals(other);

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(_holder, _version);
    }
}
