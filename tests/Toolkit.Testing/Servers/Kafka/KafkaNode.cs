using System.Buffers.Text;

namespace Toolkit.Testing.Servers;

/// <summary>A node's place in its cluster.</summary>
/// <param name="Id">1 and up.</param>
/// <param name="ClusterId">22 characters, as kafka-storage.sh random-uuid makes them.</param>
/// <param name="Voters">controller.quorum.voters; null for a node on its own.</param>
/// <param name="Replicas">How many nodes there are, and how many hold each partition.</param>
/// <param name="IsShortLived">Whether a quick start matters more than throughput.</param>
internal sealed record KafkaNode(int Id, string ClusterId, string? Voters, int Replicas, bool IsShortLived = true)
{
    public static KafkaNode Single => new(1, NewClusterId(), null, 1);

    // The tools take an id that begins with a minus sign for an option.
    public static string NewClusterId() => "T" + Base64Url.EncodeToString(Guid.NewGuid().ToByteArray())[1..];
}
