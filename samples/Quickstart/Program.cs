using Quickstart;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    // The first Ctrl+C stops the job cleanly, a second one ends the process.
    e.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
};

try
{
    if (args is ["--help"] or ["-h"])
    {
        Console.WriteLine(Arguments.Usage);
        return 0;
    }

    await new Job(Arguments.Parse(args), Screen.Create()).RunAsync(stop.Token);
    return 0;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.Error.WriteLine("stopped: nothing was written.");
    return 130;
}
catch (Exception exception) when (exception is ArgumentException or IOException or UnauthorizedAccessException or FormatException or InvalidDataException)
{
    Console.Error.WriteLine($"error: {exception.Message}");
    return 1;
}
