namespace Toolkit.Testing.Processes;

/// <summary>One run of a server. <see cref="Id"/> is also its process group's.</summary>
internal sealed class ServerProcess(int id)
{
    private readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Id => id;

    /// <summary>Its exit code; 128 and more: ended by the signal with that number less 128.</summary>
    public Task<int> Exited => _exited.Task;

    public void SetExited(int code) => _exited.TrySetResult(code);

    /// <summary>Waits until the kernel has stopped every thread, or let them go on: the signal alone returns earlier.</summary>
    public async Task WaitForStateAsync(bool stopped, CancellationToken cancellationToken)
    {
        while (!Exited.IsCompleted && ReadState(id) is { } state && (state == 'T') != stopped)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), cancellationToken);
        }
    }

    // The third field of /proc/PID/stat, behind the name in parentheses; null where there is no /proc.
    private static char? ReadState(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[stat.LastIndexOf(')') + 2];
        }
        catch (IOException)
        {
            return null;
        }
    }
}
