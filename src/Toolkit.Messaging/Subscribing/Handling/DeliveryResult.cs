namespace Toolkit.Messaging;

/// <summary>What became of a delivery: it left, waits for its next attempt, or is to be given back.</summary>
internal readonly record struct DeliveryResult(DeliveryResultKind Kind, TimeSpan Delay = default)
{
    public static DeliveryResult Left => default;

    public static DeliveryResult GiveBack => new(DeliveryResultKind.GiveBack);

    public static DeliveryResult Park(TimeSpan delay) => new(DeliveryResultKind.Park, delay);
}
