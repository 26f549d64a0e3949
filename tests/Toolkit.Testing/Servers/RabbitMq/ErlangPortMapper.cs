using System.Buffers.Binary;
using System.Net.Sockets;
using Toolkit.Testing.Processes;

namespace Toolkit.Testing.Servers;

/// <summary>epmd, which tells the nodes of a cluster each other's ports. On its own, so that it stays when a node is killed.</summary>
internal sealed class ErlangPortMapper : TestServer
{
    public ErlangPortMapper()
        : base("epmd")
    {
    }

    private protected override LaunchScript CreateScript() => new LaunchScript().Exec("epmd", "-port", $"{Port}", "-address", Host);

    private protected override async Task<bool> AnswersAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        // NAMES_REQ: the answer begins with the mapper's own port.
        await stream.WriteAsync("\0\u0001n"u8.ToArray(), cancellationToken);
        var port = new byte[4];
        await stream.ReadExactlyAsync(port, cancellationToken);
        return BinaryPrimitives.ReadInt32BigEndian(port) == Port;
    }
}
