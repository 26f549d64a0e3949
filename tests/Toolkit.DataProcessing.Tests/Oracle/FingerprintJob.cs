using System.Buffers;

namespace Toolkit.DataProcessing.Tests.Oracle;

/// <summary>A job whose result tells every field of every record apart.</summary>
internal sealed class FingerprintJob : IPartitionJob<List<OracleRecord>>
{
    public string Name => "fingerprint";

    public string Arguments => "";

    public CsvSchema? Schema => null;

    public List<OracleRecord> Create() => [];

    public bool TryClear(List<OracleRecord> state)
    {
        state.Clear();
        return true;
    }

    public void Process(CsvRows rows, List<OracleRecord> state)
    {
        foreach (var row in rows)
        {
            var hash = Fnv.Start;
            for (var i = 0; i < row.Count; i++)
            {
                hash = Fnv.Add(hash, row[i]);
            }

            state.Add(new OracleRecord(row.ByteOffset, row.Count, hash));
        }
    }

    public void Merge(List<OracleRecord> total, List<OracleRecord> partition) => total.AddRange(partition);

    public void Write(List<OracleRecord> state, IBufferWriter<byte> output) => throw new NotSupportedException();

    public List<OracleRecord> Read(ReadOnlySpan<byte> bytes) => throw new NotSupportedException();
}
