namespace Toolkit.DataProcessing.IO.Tests.Inputs;

/// <summary>Decoders below the scan: any size of read, more bytes than are kept ahead.</summary>
public sealed class DecoderBufferTests
{
    private const int MoreThanAhead = 10_000_000;

    [Fact]
    public void Read_GzipInPiecesOfAnySize_GivesAllBytes()
    {
        var bytes = Bytes(5000);
        byte[] packed = [.. Archives.Compress(CsvCompression.Gzip, bytes[..1700]), .. Archives.Compress(CsvCompression.Gzip, bytes[1700..])];

        for (var size = 1; size <= 100; size++)
        {
            using var decoder = new GzipDecoder(new MemoryStream(packed));
            Assert.Equal(bytes, ReadAll(decoder, size));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    public void Read_GzipOfFewBytes_GivesThem(int length)
    {
        var bytes = Bytes(length);
        using var decoder = new GzipDecoder(new MemoryStream(Archives.Compress(CsvCompression.Gzip, bytes)));

        Assert.Equal(bytes, ReadAll(decoder, 1000));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(512 * 1024)]
    public void Read_StreamThatIsReleasedBehind_GivesAllBytes(long wakeBytes)
    {
        var bytes = Bytes(MoreThanAhead);
        using var input = new StreamCsvInput("in", new MemoryStream(bytes), -1, TestContext.Current.CancellationToken, wakeBytes: wakeBytes);
        var read = new byte[bytes.Length];
        var random = new Random(7);

        var position = 0;
        for (int count; (count = input.Read(read.AsSpan(position, Math.Min(1 + random.Next(400_000), bytes.Length - position)), position)) > 0;)
        {
            position += count;
            input.Release(position - Math.Min(position, random.Next(600_000)));
            if (position == bytes.Length)
            {
                break;
            }
        }

        Assert.Equal(0, input.Read(new byte[1], bytes.Length));
        Assert.True(bytes.AsSpan().SequenceEqual(read));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(512 * 1024)]
    public void Read_StreamThatIsKept_GivesAllBytesTwice(long wakeBytes)
    {
        var bytes = Bytes(MoreThanAhead);
        using var input = new StreamCsvInput("in", new MemoryStream(bytes), -1, TestContext.Current.CancellationToken, wakeBytes: wakeBytes);
        var read = new byte[bytes.Length];

        for (var round = 0; round < 2; round++)
        {
            Array.Clear(read);
            for (var position = 0; position < bytes.Length;)
            {
                position += input.Read(read.AsSpan(position), position);
            }

            Assert.True(bytes.AsSpan().SequenceEqual(read));
        }
    }

    private static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    private static byte[] ReadAll(Stream stream, int size)
    {
        var all = new MemoryStream();
        var buffer = new byte[size];
        for (int count; (count = stream.Read(buffer)) > 0;)
        {
            all.Write(buffer, 0, count);
        }

        return all.ToArray();
    }
}
