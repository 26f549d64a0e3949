namespace Toolkit.DataProcessing;

/// <summary>A guessed start led too far beyond its partition: it is given up until the true start is known.</summary>
internal sealed class SpeculationAbandonedException : Exception;
