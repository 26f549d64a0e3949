using Toolkit.Testing.Servers;

[assembly: AssemblyFixture(typeof(SharedServer<RedisServer>))]
[assembly: AssemblyFixture(typeof(SharedServer<RedisCluster>))]
