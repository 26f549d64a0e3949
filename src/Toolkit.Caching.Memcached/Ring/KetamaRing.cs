using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Toolkit.Caching.Memcached;

/// <summary>
/// Consistent hashing as libketama does it (Jones, last.fm, 2007): 160 points a server on a circle, four of each MD5; a key belongs to the
/// next point. A server that joins n others takes about 1/(n+1) of the keys and leaves the rest where they were.
/// </summary>
[SuppressMessage("Security", "CA5351", Justification = "The points of the published algorithm; nothing secret depends on them.")]
internal sealed class KetamaRing
{
    private const int HashesPerServer = 40;
    private const int PointsPerHash = 4;

    private readonly uint[] _points;
    private readonly int[] _servers;

    public KetamaRing(IReadOnlyList<string> servers)
    {
        var points = new List<(uint Point, int Server)>(servers.Count * HashesPerServer * PointsPerHash);
        Span<byte> hash = stackalloc byte[MD5.HashSizeInBytes];
        for (var server = 0; server < servers.Count; server++)
        {
            for (var i = 0; i < HashesPerServer; i++)
            {
                MD5.HashData(Encoding.ASCII.GetBytes(servers[server] + "-" + i.ToString(CultureInfo.InvariantCulture)), hash);
                for (var part = 0; part < PointsPerHash; part++)
                {
                    points.Add((BinaryPrimitives.ReadUInt32LittleEndian(hash[(part * sizeof(uint))..]), server));
                }
            }
        }

        points.Sort();
        _points = [.. points.Select(point => point.Point)];
        _servers = [.. points.Select(point => point.Server)];
    }

    public int ServerOf(ReadOnlySpan<byte> key)
    {
        Span<byte> hash = stackalloc byte[MD5.HashSizeInBytes];
        MD5.HashData(key, hash);
        var index = Array.BinarySearch(_points, BinaryPrimitives.ReadUInt32LittleEndian(hash));
        index = index < 0 ? ~index : index;
        return _servers[index == _points.Length ? 0 : index];
    }
}
