namespace Toolkit.Messaging;

internal enum DeliveryResultKind
{
    Left = 0,
    Park = 1,
    GiveBack = 2,
}
