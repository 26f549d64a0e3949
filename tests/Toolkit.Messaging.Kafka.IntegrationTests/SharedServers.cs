using Toolkit.Testing.Servers;

// One broker for the whole contract; the fault tests take down brokers of their own.
[assembly: AssemblyFixture(typeof(SharedServer<KafkaServer>))]

// Classes that disturb a server have one of their own, and most of a test is waiting: more of them than there are cores.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
