namespace Toolkit.Async;

/// <summary>Room for results that wait for their consumer.</summary>
internal interface IRoom
{
    /// <summary>Takes the room for one result. One call at a time.</summary>
    ValueTask WaitAsync(CancellationToken cancellationToken);
}

/// <summary>For everything that is not a stream.</summary>
internal sealed class UnlimitedRoom : IRoom
{
    public static readonly UnlimitedRoom Instance = new();

    public ValueTask WaitAsync(CancellationToken cancellationToken) => default;
}
