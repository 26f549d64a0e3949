namespace Toolkit.DataProcessing;

/// <summary>Nothing: for passes that only need the state at the end.</summary>
internal readonly unsafe struct NoEmitter : IBlockEmitter
{
    public static void Emit(ulong ends, ulong records, int position, int* endTarget, ref int endCount, int* rowTarget, ref int rowCount)
    {
    }
}
