namespace Toolkit.Testing.Servers;

/// <summary>Where Kafka is: <c>KAFKA_HOME</c>, or <c>../shared/kafka</c> beside the repository; and Java, which it needs.</summary>
internal static class KafkaDistribution
{
    public const string HomeVariable = "KAFKA_HOME";

    public static string? Home { get; } = Find();

    public static ServerRequirement Requirement { get; } = Home is null
        ? new ServerRequirement("Kafka", $"{HomeVariable} is not set", $"unpack https://kafka.apache.org/downloads and  export {HomeVariable}=/path/to/kafka")
        : !File.Exists(Path.Combine(Home, "bin", "kafka-server-start.sh"))
            ? new ServerRequirement("Kafka", $"no bin/kafka-server-start.sh in {Home}", $"export {HomeVariable}=/path/to/kafka")
            : new ServerRequirement("Kafka", FindJava() is null ? "no java on the PATH" : null, ServerRequirement.InstallCommand);

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable(HomeVariable) is { Length: > 0 } home)
        {
            return Path.GetFullPath(home);
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Toolkit.sln")))
            {
                var shared = Path.GetFullPath(Path.Combine(folder.FullName, "..", "shared", "kafka"));
                return Directory.Exists(shared) ? shared : null;
            }
        }

        return null;
    }

    private static string? FindJava() =>
        Environment.GetEnvironmentVariable("JAVA_HOME") is { Length: > 0 } home && File.Exists(Path.Combine(home, "bin", "java"))
            ? home
            : Processes.Executable.Find("java");
}
