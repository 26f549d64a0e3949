using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;
using Toolkit.Caching.Stores;
using Toolkit.Testing.Servers;

namespace Toolkit.Caching.Redis.IntegrationTests;

/// <summary>A server that speaks TLS beside its plain port, with a password and a certificate of this test's own authority.</summary>
public sealed class RedisTlsTests : IDisposable
{
    private const string Patient = ",connectTimeout=30000,asyncTimeout=30000";
    private static readonly CacheStoreKey Key = new("tls", "key"u8.ToArray());
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("toolkit-tls-");
    private readonly int _port = Toolkit.Testing.Processes.LoopbackPort.Next();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_TlsAndPassword_WorksWithTheTrustedAuthorityAlone()
    {
        using var authority = CreateAuthority();
        await using var server = await StartAsync(authority);
        await using var connection = new RedisConnection(Options(authority));
        await using var store = new RedisCacheStore(connection, TimeProvider.System);

        Assert.True(await store.SetAsync(Key, "value"u8.ToArray(), CacheStoreEntryOptions.Default, Cancellation));
        Assert.True((await store.GetAsync(Key, Cancellation)).Found);

        // The backplane's connection speaks TLS too.
        await using var backplane = new RedisBackplane(connection);
        using var subscription = backplane.Subscribe(_ => { });
        await backplane.WhenSubscribedAsync(Cancellation);

        using var stranger = CreateAuthority();
        await using var refusing = new RedisConnection(Options(stranger, ",connectTimeout=2000"));
        await using var refused = new RedisCacheStore(refusing, TimeProvider.System);
        await Assert.ThrowsAsync<CacheStoreException>(async () => await refused.GetAsync(Key, Cancellation));
    }

    [Fact]
    public async Task DistributedCache_SameConnectionOverTls_StoresAndRemoves()
    {
        using var authority = CreateAuthority();
        await using var server = await StartAsync(authority);
        await using var connection = new RedisConnection(Options(authority));
        await using var services = new ServiceCollection().AddRedisDistributedCache(connection).BuildServiceProvider();
        var cache = services.GetRequiredService<IDistributedCache>();

        await cache.SetStringAsync("key", "value", Cancellation);

        Assert.Equal("value", await cache.GetStringAsync("key", Cancellation));
        await cache.RemoveAsync("key", Cancellation);
        Assert.Null(await cache.GetStringAsync("key", Cancellation));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static X509Certificate2 CreateAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Toolkit test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
    }

    private async Task<RedisServer> StartAsync(X509Certificate2 authority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(authority, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1), RandomNumberGenerator.GetBytes(8));
        await File.WriteAllTextAsync(PathOf("authority.pem"), authority.ExportCertificatePem(), Cancellation);
        await File.WriteAllTextAsync(PathOf("server.pem"), certificate.ExportCertificatePem(), Cancellation);
        await File.WriteAllTextAsync(PathOf("server.key"), key.ExportPkcs8PrivateKeyPem(), Cancellation);
        return await RequiredServer.StartAsync(
            new RedisServer
            {
                Arguments =
                [
                    "--requirepass", "secret", "--tls-port", $"{_port}", "--tls-auth-clients", "no", "--tls-ca-cert-file", PathOf("authority.pem"),
                    "--tls-cert-file", PathOf("server.pem"), "--tls-key-file", PathOf("server.key"),
                ],
            },
            Cancellation);
    }

    private RedisStoreOptions Options(X509Certificate2 trusted, string more = Patient)
    {
        var options = ConfigurationOptions.Parse($"127.0.0.1:{_port},ssl=true,password=secret{more}");
        options.AbortOnConnectFail = false;
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.TrustIssuer(trusted);
        return new RedisStoreOptions { ConfigurationOptions = options };
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);
}
