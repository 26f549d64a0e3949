using System.Buffers;
using System.Text;

namespace Toolkit.DataProcessing;

/// <summary>Writes the records that a query keeps as they are in the input.</summary>
internal sealed class RawOutputJob(RowStep<Utf8Row> step, CsvOptions options, Stream output) : IPartitionJob<RawOutputJob.Part>
{
    public string Name => "write";

    public string Arguments => "";

    public CsvSchema? Schema => step.Schema;

    public Part Create() => new();

    public long Measure(Part state) => state.Bytes.Capacity;

    public bool TryClear(Part state)
    {
        state.Bytes.ResetWrittenCount();
        state.Header = null;
        return true;
    }

    public void Process(CsvRows rows, Part state)
    {
        state.Header = rows.Header;
        foreach (var current in rows)
        {
            var row = current;
            if (step.TryGet(rows, ref row, out var kept))
            {
                var raw = kept.Raw;
                var target = state.Bytes.GetSpan(raw.Length + 1);
                raw.CopyTo(target);
                target[raw.Length] = (byte)'\n';
                state.Bytes.Advance(raw.Length + 1);
            }
        }
    }

    public void Merge(Part total, Part partition)
    {
        if (partition.Header is { } header && !ReferenceEquals(header, total.Header))
        {
            if (total.Header is null)
            {
                WriteHeader(header);
            }
            else if (options.HasHeader && !header.SequenceEqual(total.Header))
            {
                throw new CsvHeaderException(
                    $"The inputs have different headers, so their records can't be written to one file as they are: '{string.Join("', '", total.Header)}' and '{string.Join("', '", header)}'.");
            }

            total.Header = header;
        }

        output.Write(partition.Bytes.WrittenSpan);
    }

    public void Write(Part state, IBufferWriter<byte> target)
    {
        // No header is not the same as a header without names.
        target.WriteInt32(state.Header?.Count ?? -1);
        foreach (var name in state.Header ?? [])
        {
            target.WriteBlock(Encoding.UTF8.GetBytes(name));
        }

        target.WriteBlock(state.Bytes.WrittenSpan);
    }

    public Part Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new StateReader(bytes);
        var part = new Part();
        var count = reader.ReadInt32();
        if (count >= 0)
        {
            var names = new string[count];
            for (var i = 0; i < count; i++)
            {
                names[i] = Encoding.UTF8.GetString(reader.ReadBlock());
            }

            part.Header = names;
        }

        part.Bytes.Write(reader.ReadBlock());
        return part;
    }

    private void WriteHeader(IReadOnlyList<string> header)
    {
        if (options.HasHeader)
        {
            output.Write(HeaderText.Of(header, options.Dialect));
        }
    }

    internal sealed class Part
    {
        public ArrayBufferWriter<byte> Bytes { get; } = new();

        public IReadOnlyList<string>? Header { get; set; }
    }
}
