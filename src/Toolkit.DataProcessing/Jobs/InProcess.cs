namespace Toolkit.DataProcessing;

internal static class InProcess
{
    public static NotSupportedException Only() =>
        new("This job writes files, which the process that began the run has open: its states stay there.");

    public static NotSupportedException NoState(string what) =>
        new($"The state holds {what} without a codec: give {nameof(IStateCodec<>)} to GroupBy or Fold.");
}
