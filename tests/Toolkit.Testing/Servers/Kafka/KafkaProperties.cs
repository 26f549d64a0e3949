namespace Toolkit.Testing.Servers;

/// <summary>server.properties of a node.</summary>
internal static class KafkaProperties
{
    private const string Login = "org.apache.kafka.common.security.plain.PlainLoginModule required";

    public static IEnumerable<string> Create(KafkaNode node, IReadOnlyList<int> ports, int proxyPort, string dataFolder)
    {
        // Of three copies two have to have a write: one node may be lost, and nothing that was acknowledged with it.
        var inSync = node.Replicas >= 3 ? 2 : 1;
        return
        [
            "process.roles=broker,controller",
            $"node.id={node.Id}",
            $"controller.quorum.voters={node.Voters ?? $"{node.Id}@127.0.0.1:{ports[3]}"}",
            $"listeners=PLAINTEXT://127.0.0.1:{ports[0]},PROXIED://127.0.0.1:{ports[1]},SASL://127.0.0.1:{ports[2]},CONTROLLER://127.0.0.1:{ports[3]}",
            $"advertised.listeners=PLAINTEXT://127.0.0.1:{ports[0]},PROXIED://127.0.0.1:{proxyPort},SASL://127.0.0.1:{ports[2]}",
            "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT,SASL:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
            "inter.broker.listener.name=PLAINTEXT",
            "controller.listener.names=CONTROLLER",
            "sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256",
            "listener.name.sasl.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;",
            $"listener.name.sasl.plain.sasl.jaas.config={Login} user_{KafkaServer.User}=\"{KafkaServer.Password}\" user_{KafkaServer.Stranger}=\"{KafkaServer.Password}\";",
            "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            $"super.users=User:ANONYMOUS;User:{KafkaServer.User};User:{KafkaServer.Newcomer}",
            $"log.dirs={dataFolder}",
            "auto.create.topics.enable=false",
            $"default.replication.factor={node.Replicas}",
            $"min.insync.replicas={inSync}",
            $"offsets.topic.replication.factor={node.Replicas}",
            "offsets.topic.num.partitions=4",
            $"transaction.state.log.replication.factor={node.Replicas}",
            $"transaction.state.log.min.isr={inSync}",
            "transaction.state.log.num.partitions=4",
            $"share.coordinator.state.topic.replication.factor={node.Replicas}",
            $"share.coordinator.state.topic.min.isr={inSync}",
            "group.initial.rebalance.delay.ms=0",
            "num.network.threads=2",
            "num.io.threads=2",
            "log.cleaner.dedupe.buffer.size=4194304",

            // A broker that was killed comes back when its old session has expired: after 9 s with the default.
            "broker.heartbeat.interval.ms=300",
            "broker.session.timeout.ms=1500",

            // Lets a test notice a dead consumer within a second; the default minimum is 6 s.
            "group.min.session.timeout.ms=1000",
        ];
    }
}
