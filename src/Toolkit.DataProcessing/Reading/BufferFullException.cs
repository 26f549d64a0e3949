namespace Toolkit.DataProcessing;

/// <summary>A record does not fit in the largest buffer that the run allows; caught by the scan, which knows the position.</summary>
internal sealed class BufferFullException : Exception;
