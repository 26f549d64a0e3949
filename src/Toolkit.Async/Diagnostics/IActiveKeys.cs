namespace Toolkit.Async;

/// <summary>A keyed lock as the meter sees it.</summary>
internal interface IActiveKeys
{
    string? Name { get; }

    int ActiveKeys { get; }
}
