namespace Toolkit.DataProcessing;

/// <summary>What a delegate makes of each row.</summary>
internal sealed class SelectStep<TSource, T>(RowStep<TSource> inner, Func<TSource, T> selector) : RowStep<T>
    where TSource : allows ref struct
{
    public override CsvSchema? Schema => inner.Schema;

    public override string ToString() => $"{inner} select {DelegateName.Of(selector)}";

    public override Array? CreateBatch(int length) => new T[length];

    public override bool TryGet(CsvRows rows, ref Utf8Row row, out T value)
    {
        if (!inner.TryGet(rows, ref row, out var source))
        {
            value = default!;
            return false;
        }

        value = selector(source);
        return true;
    }
}
