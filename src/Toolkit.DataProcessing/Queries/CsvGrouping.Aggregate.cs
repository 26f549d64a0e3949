namespace Toolkit.DataProcessing;

public sealed partial class CsvGrouping<T, TKey>
{
    /// <summary>Computes an aggregate for each group.</summary>
    /// <typeparam name="T1">The result of <paramref name="first"/>.</typeparam>
    /// <param name="first">Makes an aggregate: <c>a =&gt; a.Count()</c>.</param>
    /// <param name="cancellationToken">Stops the run within milliseconds; one that is cancelled already prevents it.</param>
    public Task<CsvGroups<TKey, T1>> AggregateAsync<T1>(
        Func<AggregateBuilder<T>, Aggregate<T, T1>> first,
        CancellationToken cancellationToken = default) =>
        AggregateGroupsAsync(AggregateSet.Of(first), cancellationToken);

    /// <summary>Computes 2 aggregates for each group in one pass.</summary>
    /// <typeparam name="T1">The result of <paramref name="first"/>.</typeparam>
    /// <typeparam name="T2">The result of <paramref name="second"/>.</typeparam>
    /// <param name="first">Makes an aggregate: <c>a =&gt; a.Count()</c>.</param>
    /// <param name="second">Makes an aggregate: <c>a =&gt; a.Count()</c>.</param>
    /// <param name="cancellationToken">Stops the run within milliseconds; one that is cancelled already prevents it.</param>
    public Task<CsvGroups<TKey, (T1, T2)>> AggregateAsync<T1, T2>(
        Func<AggregateBuilder<T>, Aggregate<T, T1>> first, Func<AggregateBuilder<T>, Aggregate<T, T2>> second,
        CancellationToken cancellationToken = default) =>
        AggregateGroupsAsync(AggregateSet.Of(first, second), cancellationToken);

    /// <summary>Computes 3 aggregates for each group in one pass.</summary>
    /// <typeparam name="T1">The result of <paramref name="first"/>.</typeparam>
    /// <typeparam name="T2">The result of <paramref name="second"/>.</typeparam>
    /// <typeparam name="T3">The result of <paramref name="third"/>.</typeparam>
    /// <param name="first">Makes an aggregate: <c>a =&gt; a.Count()</c>.</param>
    /// <param name="second">Makes an aggregate: <c>a =&gt; a.Count()</c>.</param>
    /// <param name="third">Makes an aggregate: <c>a =&gt; a.Count()</c>.</param>
    /// <param name="cancellationToken">Stops the run within milliseconds; one that is cancelled already prevents it.</param>
    public Task<CsvGroups<TKey, (T1, T2, T3)>> AggregateAsync<T1, T2, T3>(
        Func<AggregateBuilder<T>, Aggregate<T, T1>> first, Func<AggregateBuilder<T>, Aggregate<T, T2>> second, Func<AggregateBuilder<T>, Aggregate<T, T3>> third,
        CancellationToken cancellationToken = default) =>
        AggregateGroupsAsync(AggregateSet.Of(first, second, third), cancellationToken);

    /// <summary>Computes 4 aggregates for each group in one pass.</summary>
    /// <typeparam name="T1">The result of <paramref name="first"/>.</typeparam>
    /// <typeparam name="T2">The result of <paramref name="second"/>.</typeparam>
    /// <typeparam name="T3">The result of <paramref name="third"/>.</typeparam>
    /// <typeparam name="T4">The result of <paramref name="fourth"/>.</typeparam>
    /// <param name="first">Makes an aggregate: <c>a =&gt; a.Count()</c>.</param>
    /// <param name="second">Makes an aggregate: <c>a =&gt; a.Count()</c>.</param>
    /// <param name="third">Makes an aggregate: <c>a =&gt; a.Count()</c>.</param>
    /// <param name="fourth">Makes an aggregate: <c>a =&gt; a.Count()</c>.</param>
    /// <param name="cancellationToken">Stops the run within milliseconds; one that is cancelled already prevents it.</param>
    public Task<CsvGroups<TKey, (T1, T2, T3, T4)>> AggregateAsync<T1, T2, T3, T4>(
        Func<AggregateBuilder<T>, Aggregate<T, T1>> first, Func<AggregateBuilder<T>, Aggregate<T, T2>> second, Func<AggregateBuilder<T>, Aggregate<T, T3>> third, Func<AggregateBuilder<T>, Aggregate<T, T4>> fourth,
        CancellationToken cancellationToken = default) =>
        AggregateGroupsAsync(AggregateSet.Of(first, second, third, fourth), cancellationToken);

    /// <summary>Computes 5 aggregates for each group in one pass.</summary>
    /// <typeparam name="T1">The result of <paramref name="first"/>.</typeparam>
    /// <typeparam name="T2">The result of <paramref name="second"/>.</typeparam>
    /// <typeparam name="T3">The result of <paramref name="third"/>.</typeparam>
    /// <typeparam name="T4">The result of <paramref name="fourth"/>.</typeparam>
    /// <typeparam name="T5">The result of <paramref name="fifth"/>.</typeparam>
    /// <param name="first">Makes an aggregate: <c>a =&gt; a.Count()</c>.</param>
    /// <param name="second">Makes an aggregate: <c>a =&gt; a.Count()</c>.</param>
    /// <param name="third">Makes an aggregate: <c>a =&gt; a.Count()</c>.</param>
    /// <param name="fourth">Makes an aggregate: <c>a =&gt; a.Count()</c>.</param>
    /// <param name="fifth">Makes an aggregate: <c>a =&gt; a.Count()</c>.</param>
    /// <param name="cancellationToken">Stops the run within milliseconds; one that is cancelled already prevents it.</param>
    public Task<CsvGroups<TKey, (T1, T2, T3, T4, T5)>> AggregateAsync<T1, T2, T3, T4, T5>(
        Func<AggregateBuilder<T>, Aggregate<T, T1>> first, Func<AggregateBuilder<T>, Aggregate<T, T2>> second, Func<AggregateBuilder<T>, Aggregate<T, T3>> third, Func<AggregateBuilder<T>, Aggregate<T, T4>> fourth, Func<AggregateBuilder<T>, Aggregate<T, T5>> fifth,
        CancellationToken cancellationToken = default) =>
        AggregateGroupsAsync(AggregateSet.Of(first, second, third, fourth, fifth), cancellationToken);

    private async Task<CsvGroups<TKey, TResult>> AggregateGroupsAsync<TResult>(AggregateSet<T, TResult> set, CancellationToken cancellationToken)
    {
        var job = new GroupJob<T, TKey>(_query.Step, _createKeys, set.CreateColumns, _query.Options);
        var result = await _query.Options.Backend.RunAsync(_query.Source, job, _query.Options, cancellationToken).ConfigureAwait(false);
        var state = result.State;
        if (state.Spill is not { } spill)
        {
            return new CsvGroups<TKey, TResult>(state.Count, state.All().Select(GroupOf), null, result.Report);
        }

        try
        {
            await spill.CompleteAsync(job.Create, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            spill.Dispose();
            throw;
        }

        var report = result.Report with { SpilledBytes = spill.Bytes, PeakAccountedBytes = Math.Max(result.Report.PeakAccountedBytes, spill.MergeBytes) };
        return new CsvGroups<TKey, TResult>(spill.Count, spill.Enumerate(job.Create()).Select(GroupOf), spill, report);

        CsvGroup<TKey, TResult> GroupOf((GroupState<T, TKey> State, int Number) group) =>
            new(group.State.Keys[group.Number], set.Result(group.State.Columns, group.Number));
    }
}
