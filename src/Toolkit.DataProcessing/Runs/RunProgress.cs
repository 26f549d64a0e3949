namespace Toolkit.DataProcessing;

/// <summary>How far a run is.</summary>
/// <param name="Bytes">The bytes of the input that are done.</param>
/// <param name="TotalBytes">The bytes of all inputs, or -1 where that is not known.</param>
/// <param name="Records">The records that are done, bad ones included.</param>
/// <param name="BadRecords">The bad ones among them.</param>
/// <param name="Partitions">The partitions that are done.</param>
/// <param name="Elapsed">The time since the start.</param>
public readonly record struct RunProgress(long Bytes, long TotalBytes, long Records, long BadRecords, int Partitions, TimeSpan Elapsed)
{
    /// <summary>Bytes a second since the start.</summary>
    public double BytesPerSecond => Elapsed > TimeSpan.Zero ? Bytes / Elapsed.TotalSeconds : 0;

    /// <summary>The part that is done, from 0 to 1, or <see cref="double.NaN"/> where the total is not known.</summary>
    public double Fraction => TotalBytes < 0 ? double.NaN : TotalBytes == 0 ? 1 : (double)Bytes / TotalBytes;

    /// <summary>The time left at the rate so far, or <see langword="null"/> where it can't be told.</summary>
    public TimeSpan? TimeLeft =>
        TotalBytes >= 0 && Bytes > 0 ? TimeSpan.FromSeconds(Math.Max(0, TotalBytes - Bytes) * Elapsed.TotalSeconds / Bytes) : null;
}
