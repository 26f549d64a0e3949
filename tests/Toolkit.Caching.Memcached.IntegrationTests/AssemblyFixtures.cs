using Toolkit.Testing.Servers;

[assembly: AssemblyFixture(typeof(SharedServer<MemcachedServer>))]
