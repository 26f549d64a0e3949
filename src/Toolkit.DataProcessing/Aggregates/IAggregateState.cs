namespace Toolkit.DataProcessing;

/// <summary>The state of one group. A structure whose default is the state of no row.</summary>
internal interface IAggregateState<TSelf, TValue, TResult>
    where TSelf : struct, IAggregateState<TSelf, TValue, TResult>
{
    void Add(TValue value);

    /// <summary>Adds a state of rows that come behind those of this one.</summary>
    void Merge(in TSelf later);

    TResult Result { get; }

    /// <summary>The memory that the state takes beside the structure itself.</summary>
    long ExtraBytes => 0;
}
