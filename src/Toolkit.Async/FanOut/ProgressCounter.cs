namespace Toolkit.Async;

/// <summary>Counts ended items and tells about them one after the other.</summary>
internal sealed class ProgressCounter(IProgress<FanOutProgress> progress, long? total)
{
    private readonly Lock _telling = new();
    private long _succeeded;
    private long _failed;

    public void ItemEnded(bool succeeded)
    {
        lock (_telling)
        {
            _ = succeeded ? _succeeded++ : _failed++;
            progress.Report(new FanOutProgress(_succeeded, _failed, total));
        }
    }
}
