namespace Quickstart;

/// <summary>How much an aircraft was damaged.</summary>
public enum Damage
{
    None,
    Minor,
    Medium,
    Substantial,
}
