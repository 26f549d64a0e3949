using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using ArmAes = System.Runtime.Intrinsics.Arm.Aes;

namespace Toolkit.DataProcessing;

/// <summary>
/// Bit i of the result is the parity of bits 0 to i: with a mask of quotes, the bytes from an opening quote up to its closing
/// one. A carry-less product with all ones is that parity (Langdale and Lemire, "Parsing Gigabytes of JSON per Second", 2019).
/// </summary>
internal static class PrefixXor
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(ulong mask)
    {
        if (Pclmulqdq.IsSupported)
        {
            return Pclmulqdq.CarrylessMultiply(Vector128.CreateScalar(mask), Vector128<ulong>.AllBitsSet, 0).ToScalar();
        }

        if (ArmAes.IsSupported)
        {
            return ArmAes.PolynomialMultiplyWideningLower(Vector64.CreateScalar(mask), Vector64<ulong>.AllBitsSet).ToScalar();
        }

        return Shifted(mask);
    }

    /// <summary>Without a carry-less multiply: six steps, each doubling the number of bits that a bit has taken in.</summary>
    public static ulong Shifted(ulong mask)
    {
        mask ^= mask << 1;
        mask ^= mask << 2;
        mask ^= mask << 4;
        mask ^= mask << 8;
        mask ^= mask << 16;
        return mask ^ (mask << 32);
    }
}
