using System.Runtime.Intrinsics;

namespace Toolkit.DataProcessing.Tests.Oracle;

/// <summary>Every kernel: the wide ones run in software where the processor lacks them, so that they are tested everywhere.</summary>
internal static class Kernels
{
    public static readonly (string Name, Func<CsvDialect, IndexKernel> Create)[] All = Make();

    private static (string, Func<CsvDialect, IndexKernel>)[] Make()
    {
        List<(string, Func<CsvDialect, IndexKernel>)> kernels =
        [
            ("scalar", d => new IndexKernel<BlockMatcherScalar, BitEmitter>(d)),
            ("128", d => new IndexKernel<BlockMatcher128, BitEmitter>(d)),
            ("256", d => new IndexKernel<BlockMatcher256, BitEmitter>(d)),
            ("512", d => new IndexKernel<BlockMatcher512, BitEmitter>(d)),
        ];
        if (CompressEmitter.IsSupported)
        {
            kernels.Add(("512 compress", d => new IndexKernel<BlockMatcher512, CompressEmitter>(d)));
        }

        return [.. kernels];
    }
}
