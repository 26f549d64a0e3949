namespace Toolkit.Testing.Servers;

/// <summary>A node's place in its cluster.</summary>
/// <param name="Name">Of the form <c>rabbit1@localhost</c>.</param>
/// <param name="MapperPort">Where the cluster's port mapper is, which outlives each of the nodes.</param>
/// <param name="Cookie">What nodes know each other by.</param>
/// <param name="Peers">The names of all nodes of the cluster.</param>
internal sealed record RabbitMqNode(string Name, int MapperPort, string Cookie, IReadOnlyList<string> Peers);
