using Microsoft.Extensions.Hosting;

namespace Toolkit.Messaging;

internal sealed class MessagingHostedService(IMessagingRuntime runtime) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => runtime.StartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => runtime.StopAsync(cancellationToken);
}
