using System.Runtime.InteropServices;

namespace Toolkit.Samples.Tests;

/// <summary>Sends a signal to a process that a test started.</summary>
internal static partial class Signals
{
    public const int Interrupt = 2;

    [LibraryImport("libc", EntryPoint = "kill")]
    public static partial int Send(int processId, int signal);
}
