namespace Toolkit.Messaging;

internal enum CancelReason
{
    None = 0,
    TooLong = 1,
    LeaseLost = 2,
    Stopping = 3,
}
