namespace Toolkit.Async;

public sealed partial class KeyedAsyncReaderWriterLock<TKey>
{
    /// <summary>The right to read or to write under one key, until it is disposed of.</summary>
    /// <remarks>
    /// To dispose of it a second time, late, or through a copy does nothing. The default value holds nothing.
    /// </remarks>
    public readonly struct Lease : IDisposable, IEquatable<Lease>
    {
        // A permit, or a tracker where the lock looks for misuse. Neither is ever used again.
        private readonly IDisposable? _holder;

        internal Lease(IDisposable holder) => _holder = holder;

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
        public void Dispose() => _holder?.Dispose();

        /// <inheritdoc/>
        public bool Equals(Lease other) => ReferenceEquals(_holder, other._holder);

        /// <inheritdoc/>
        public override bool Equals(object? obj) => obj is Lease other && Equals(other);

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(_holder);
    }
}
