// A decorated service in a web application: dotnet run --project samples/MemoizeInAspNet
// Without arguments it starts on a free port, calls itself, and ends; with --serve it stays.
using System.Diagnostics.Metrics;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Toolkit.Caching;

var builder = WebApplication.CreateBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
if (!args.Contains("--serve"))
{
    builder.WebHost.UseUrls("http://127.0.0.1:0");
}

// The interface says what is cached; the class knows nothing of it. Settings over the attributes: the section "Caching".
builder.Services.AddToolkitCaching(caching => caching.UseMemoryStore().ConfigureMethods(builder.Configuration.GetSection("Caching")));
builder.Services.AddMemoized<ICatalog, Catalog>(ServiceLifetime.Scoped);
builder.Services.AddHealthChecks().AddCheck<CacheHealth>("caches");

var app = builder.Build();
app.MapGet("/products/{id:int}", async (int id, ICatalog catalog, CancellationToken cancellationToken) => await catalog.GetAsync(id, cancellationToken));
app.MapPost("/products/{id:int}/changed", async (int id, CancellationToken cancellationToken) =>
{
    await Memoized.InvalidateTagAsync($"product:{id}", cancellationToken);
    return Results.NoContent();
});
app.MapGet("/caches", () => Memoized.All.Select(m => new { m.Name, Info = m.Info() }));
app.MapHealthChecks("/health");
await app.StartAsync();
if (args.Contains("--serve"))
{
    await app.WaitForShutdownAsync();
    return;
}

using var client = new HttpClient { BaseAddress = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()) };
var first = await client.GetFromJsonAsync<Product>("/products/7");
var second = await client.GetFromJsonAsync<Product>("/products/7");
Console.WriteLine($"the same: {first == second}");
(await client.PostAsync("/products/7/changed", null)).EnsureSuccessStatusCode();
var third = await client.GetFromJsonAsync<Product>("/products/7");
Console.WriteLine($"another after the change: {first != third}");
Console.WriteLine($"health: {await client.GetStringAsync("/health")}");

// What OpenTelemetry would collect with AddMeter("Toolkit.Caching").
using var metrics = new MeterListener();
metrics.InstrumentPublished = (instrument, listener) =>
{
    if (instrument.Meter.Name == "Toolkit.Caching" && instrument.IsObservable)
    {
        listener.EnableMeasurementEvents(instrument);
    }
};
metrics.SetMeasurementEventCallback<long>((instrument, value, _, _) => Console.WriteLine($"metric: {instrument.Name} {value}"));
metrics.Start();
metrics.RecordObservableInstruments();
await app.StopAsync();
await app.DisposeAsync();
Console.WriteLine($"done: {Catalog.Loads} loads for 3 requests");

/// <summary>What is cached, and under which tags.</summary>
internal interface ICatalog
{
    [Memoize(TimeToLive = "00:05:00", Store = "default", Tags = ["products", "product:{id}"])]
    Task<Product> GetAsync(int id, CancellationToken cancellationToken);
}

internal sealed record Product(int Id, string Name, Guid Revision);

internal sealed class Catalog : ICatalog
{
    public static int Loads { get; private set; }

    public async Task<Product> GetAsync(int id, CancellationToken cancellationToken)
    {
        Loads++;
        await Task.Delay(50, cancellationToken);
        return new Product(id, $"Product {id}", Guid.NewGuid());
    }
}

/// <summary>Unhealthy when stores fail.</summary>
internal sealed class CacheHealth : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var errors = Memoized.All.Sum(m => m.Info().Errors);
        return Task.FromResult(errors == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded($"{errors} results could not be read from or written to a store"));
    }
}
