using Toolkit.Testing.Servers;

// One broker for the whole contract; the fault tests take down brokers of their own.
[assembly: AssemblyFixture(typeof(SharedServer<KafkaServer>))]
