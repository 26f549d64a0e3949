namespace Toolkit.DataProcessing;

internal static class InProcess
{
    public static NotSupportedException Only() =>
        new("A query holds delegates, which can't be sent to another process: write an IPartitionJob with arguments that are data.");
}
