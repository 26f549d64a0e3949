using System.Collections;

namespace Toolkit.Async.Tests;

/// <summary>A source of both kinds that watches how it is used, and fails where it is told to.</summary>
internal sealed class ProbeSource(int count) : IEnumerable<int>, IAsyncEnumerable<int>
{
    private readonly int _count = count;
    private int _enumerations;
    private int _disposals;
    private int _overlaps;

    public int? FailAt { get; init; }

    public bool FailInDispose { get; init; }

    public void AssertUsedOnce()
    {
        Assert.Equal(1, _enumerations);
        Assert.Equal(1, _disposals);
        Assert.Equal(0, _overlaps);
    }

    public IEnumerator<int> GetEnumerator()
    {
        Interlocked.Increment(ref _enumerations);
        return new Enumerator(this, default);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public IAsyncEnumerator<int> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _enumerations);
        return new Enumerator(this, cancellationToken);
    }

    private sealed class Enumerator(ProbeSource probe, CancellationToken token) : IEnumerator<int>, IAsyncEnumerator<int>
    {
        private int _index = -1;
        private int _inside;

        public int Current => _index;

        object IEnumerator.Current => _index;

        public bool MoveNext()
        {
            Enter();
            try
            {
                return Advance();
            }
            finally
            {
                Interlocked.Decrement(ref _inside);
            }
        }

        public async ValueTask<bool> MoveNextAsync()
        {
            Enter();
            try
            {
                if (_index % 2 == 0)
                {
                    await Task.Yield();
                }

                token.ThrowIfCancellationRequested();
                return Advance();
            }
            finally
            {
                Interlocked.Decrement(ref _inside);
            }
        }

        public void Reset() => throw new NotSupportedException();

        public void Dispose()
        {
            Enter();
            Interlocked.Increment(ref probe._disposals);
            if (probe.FailInDispose)
            {
                throw new InvalidDataException("in Dispose");
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }

        private void Enter()
        {
            if (Interlocked.Increment(ref _inside) != 1)
            {
                Interlocked.Increment(ref probe._overlaps);
            }
        }

        private bool Advance()
        {
            _index++;
            return _index == probe.FailAt ? throw new InvalidDataException("in the source") : _index < probe._count;
        }
    }
}
