using Toolkit.Messaging;

namespace Quickstart;

/// <summary>The subscriber: adds up what the strikes cost.</summary>
internal sealed class CostHandler(CostLedger ledger) : IMessageHandler<CostlyStrike>
{
    public ValueTask<Settlement> HandleAsync(MessageContext<CostlyStrike> context, CancellationToken cancellationToken)
    {
        ledger.Add(context.Message.Cost);
        return ValueTask.FromResult(Settlement.Complete);
    }
}
