using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Toolkit.Testing.Processes;

/// <summary>POSIX signals to one process or to a whole group.</summary>
internal static class Signals
{
    private static readonly bool s_isMac = OperatingSystem.IsMacOS();

    public static int Terminate => 15;

    public static int Kill => 9;

    public static int Stop => s_isMac ? 17 : 19;

    public static int Continue => s_isMac ? 19 : 18;

    public static void SendToGroup(int group, int signal) => Send(-group, signal);

    /// <summary>A process that is gone already is no error: that is what most signals here want.</summary>
    public static void Send(int process, int signal)
    {
        if (SendSignal(process, signal) != 0 && Marshal.GetLastPInvokeError() is var error and not NoSuchProcess)
        {
            throw new Win32Exception(error, $"Signal {signal} to process {process} failed.");
        }
    }

    private const int NoSuchProcess = 3;

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);
}
