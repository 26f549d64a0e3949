using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Toolkit.Testing.Processes;

/// <summary>
/// Free ports on 127.0.0.1 for servers that must come back on the same one. They lie below the range from which the
/// kernel takes the local ports of outgoing connections: otherwise a client that retries while its server is down can
/// be given the server's port, connect to itself, and keep the server from starting again.
/// </summary>
public static class LoopbackPort
{
    private const int First = 10_240;
    private const int DefaultEphemeralStart = 32_768;
    private static readonly HashSet<int> s_taken = [];

    /// <summary>
    /// A port that nobody listens on and that this process has not handed out before. Another process can still take it
    /// before the server binds it: <see cref="Servers.TestServer"/> notices that and starts again with others.
    /// </summary>
    public static int Next()
    {
        var end = EphemeralStart();
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            var port = Random.Shared.Next(First, end);
            lock (s_taken)
            {
                if (IsFree(port) && s_taken.Add(port))
                {
                    return port;
                }
            }
        }

        throw new InvalidOperationException($"No free port between {First} and {end} on 127.0.0.1 after 1000 attempts.");
    }

    /// <summary>Whether a server could listen on <paramref name="port"/> of 127.0.0.1 now.</summary>
    public static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // Servers set SO_REUSEADDR: a connection in TIME_WAIT does not keep them from the port.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            socket.Listen(1);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int EphemeralStart()
    {
        const string Path = "/proc/sys/net/ipv4/ip_local_port_range";
        if (!File.Exists(Path))
        {
            return DefaultEphemeralStart;
        }

        var start = int.Parse(File.ReadAllText(Path).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture);

        // A machine that gives nearly every port to outgoing connections leaves no better choice.
        return start >= First + 1000 ? start : DefaultEphemeralStart;
    }
}
