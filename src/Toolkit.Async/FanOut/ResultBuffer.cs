using System.Numerics;

namespace Toolkit.Async;

/// <summary>
/// Results by index, set by many threads at once without a lock: an array for as many as were announced, and blocks for what
/// comes beyond, each twice as long as the one before, so that nothing that is set ever moves.
/// </summary>
internal struct ResultBuffer<T>(int announced)
{
    private const int FirstBlock = 32;
    private const int MaxBlocks = 27;

    private readonly T[] _announced = announced == 0 ? [] : new T[announced];
    private T[]?[]? _blocks;

    public void Set(long index, T value)
    {
        if (index < _announced.Length)
        {
            _announced[index] = value;
            return;
        }

        var beyond = index - _announced.Length;
        var number = BitOperations.Log2((ulong)(beyond / FirstBlock + 1));
        Block(number)[beyond - Start(number)] = value;
    }

    public readonly T[] ToArray(long count)
    {
        if (count == _announced.Length)
        {
            return _announced;
        }

        var all = new T[count];
        var filled = Math.Min(count, _announced.Length);
        Array.Copy(_announced, all, filled);
        for (var number = 0; filled < count; number++)
        {
            var length = Math.Min(count - filled, (long)FirstBlock << number);
            Array.Copy(_blocks![number]!, 0, all, filled, length);
            filled += length;
        }

        return all;
    }

    private static long Start(int number) => FirstBlock * ((1L << number) - 1);

    private T[] Block(int number)
    {
        if (_blocks is null)
        {
            Interlocked.CompareExchange(ref _blocks, new T[]?[MaxBlocks], null);
        }

        if (_blocks[number] is null)
        {
            Interlocked.CompareExchange(ref _blocks[number], new T[FirstBlock << number], null);
        }

        return _blocks[number]!;
    }
}
