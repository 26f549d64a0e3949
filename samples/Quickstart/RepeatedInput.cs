namespace Quickstart;

/// <summary>N copies of a CSV file, one header, in a temporary file that goes with this object.</summary>
internal sealed class RepeatedInput : IDisposable
{
    private RepeatedInput(string path) => Path = path;

    public string Path { get; }

    public static async Task<RepeatedInput> CreateAsync(string input, int copies, CancellationToken cancellationToken)
    {
        var content = await File.ReadAllBytesAsync(input, cancellationToken);
        var header = Array.IndexOf(content, (byte)'\n') + 1;
        var result = new RepeatedInput(System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"quickstart-{Guid.NewGuid():N}.csv"));
        try
        {
            await using var file = new FileStream(result.Path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 20);
            await file.WriteAsync(content.AsMemory(0, header), cancellationToken);
            for (var i = 0; i < copies; i++)
            {
                await file.WriteAsync(content.AsMemory(header), cancellationToken);
                if (content[^1] != (byte)'\n')
                {
                    file.WriteByte((byte)'\n');
                }
            }

            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    public void Dispose() => File.Delete(Path);
}
