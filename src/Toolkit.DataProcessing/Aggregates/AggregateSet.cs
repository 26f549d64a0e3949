namespace Toolkit.DataProcessing;

/// <summary>Several aggregates over the same rows: one pass feeds them all.</summary>
internal sealed class AggregateSet<TRow, TResult>(Func<AggregateColumn<TRow>[]> create, Func<AggregateColumn<TRow>[], int, TResult> result)
    where TRow : allows ref struct
{
    public AggregateColumn<TRow>[] CreateColumns() => create();

    public TResult Result(AggregateColumn<TRow>[] columns, int group) => result(columns, group);
}

/// <summary>Sets of one to five aggregates; more than one make a tuple.</summary>
internal static class AggregateSet
{
    public static AggregateSet<TRow, T1> Of<TRow, T1>(Func<AggregateBuilder<TRow>, Aggregate<TRow, T1>> first)
        where TRow : allows ref struct
    {
        var a = Build(first);
        return new(() => [a.CreateColumn()], static (columns, group) => Get<TRow, T1>(columns, 0, group));
    }

    public static AggregateSet<TRow, (T1, T2)> Of<TRow, T1, T2>(
        Func<AggregateBuilder<TRow>, Aggregate<TRow, T1>> first, Func<AggregateBuilder<TRow>, Aggregate<TRow, T2>> second)
        where TRow : allows ref struct
    {
        var (a, b) = (Build(first), Build(second));
        return new(
            () => [a.CreateColumn(), b.CreateColumn()],
            static (columns, group) => (Get<TRow, T1>(columns, 0, group), Get<TRow, T2>(columns, 1, group)));
    }

    public static AggregateSet<TRow, (T1, T2, T3)> Of<TRow, T1, T2, T3>(
        Func<AggregateBuilder<TRow>, Aggregate<TRow, T1>> first, Func<AggregateBuilder<TRow>, Aggregate<TRow, T2>> second,
        Func<AggregateBuilder<TRow>, Aggregate<TRow, T3>> third)
        where TRow : allows ref struct
    {
        var (a, b, c) = (Build(first), Build(second), Build(third));
        return new(
            () => [a.CreateColumn(), b.CreateColumn(), c.CreateColumn()],
            static (columns, group) => (Get<TRow, T1>(columns, 0, group), Get<TRow, T2>(columns, 1, group), Get<TRow, T3>(columns, 2, group)));
    }

    public static AggregateSet<TRow, (T1, T2, T3, T4)> Of<TRow, T1, T2, T3, T4>(
        Func<AggregateBuilder<TRow>, Aggregate<TRow, T1>> first, Func<AggregateBuilder<TRow>, Aggregate<TRow, T2>> second,
        Func<AggregateBuilder<TRow>, Aggregate<TRow, T3>> third, Func<AggregateBuilder<TRow>, Aggregate<TRow, T4>> fourth)
        where TRow : allows ref struct
    {
        var (a, b, c, d) = (Build(first), Build(second), Build(third), Build(fourth));
        return new(
            () => [a.CreateColumn(), b.CreateColumn(), c.CreateColumn(), d.CreateColumn()],
            static (columns, group) => (Get<TRow, T1>(columns, 0, group), Get<TRow, T2>(columns, 1, group), Get<TRow, T3>(columns, 2, group), Get<TRow, T4>(columns, 3, group)));
    }

    public static AggregateSet<TRow, (T1, T2, T3, T4, T5)> Of<TRow, T1, T2, T3, T4, T5>(
        Func<AggregateBuilder<TRow>, Aggregate<TRow, T1>> first, Func<AggregateBuilder<TRow>, Aggregate<TRow, T2>> second,
        Func<AggregateBuilder<TRow>, Aggregate<TRow, T3>> third, Func<AggregateBuilder<TRow>, Aggregate<TRow, T4>> fourth,
        Func<AggregateBuilder<TRow>, Aggregate<TRow, T5>> fifth)
        where TRow : allows ref struct
    {
        var (a, b, c, d, e) = (Build(first), Build(second), Build(third), Build(fourth), Build(fifth));
        return new(
            () => [a.CreateColumn(), b.CreateColumn(), c.CreateColumn(), d.CreateColumn(), e.CreateColumn()],
            static (columns, group) => (Get<TRow, T1>(columns, 0, group), Get<TRow, T2>(columns, 1, group), Get<TRow, T3>(columns, 2, group), Get<TRow, T4>(columns, 3, group), Get<TRow, T5>(columns, 4, group)));
    }

    private static Aggregate<TRow, TResult> Build<TRow, TResult>(Func<AggregateBuilder<TRow>, Aggregate<TRow, TResult>> build)
        where TRow : allows ref struct
    {
        ArgumentNullException.ThrowIfNull(build);
        return build(AggregateBuilder<TRow>.Instance) ?? throw new ArgumentException("The delegate made no aggregate.", nameof(build));
    }

    private static TResult Get<TRow, TResult>(AggregateColumn<TRow>[] columns, int column, int group)
        where TRow : allows ref struct => ((AggregateColumn<TRow, TResult>)columns[column]).Result(group);
}
