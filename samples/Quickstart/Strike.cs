using Toolkit.DataProcessing;

namespace Quickstart;

/// <summary>
/// One row of birdstrikes.csv, seven of its columns. A value that doesn't fit its type rejects the row: here the damage
/// codes that the FAA's list doesn't have.
/// </summary>
[CsvRecord(PoolStrings = true)]
public readonly partial record struct Strike(
    [CsvColumn("Airport Name")] string Airport,
    [CsvColumn("Effect Amount of damage")] Damage Damage,
    [CsvColumn("Flight Date")] DateOnly Date,
    [CsvColumn("Origin State")] string State,
    [CsvColumn("Wildlife Species")] string Species,
    [CsvColumn("Cost Total $")] long Cost,
    [CsvColumn("Speed IAS in knots")] int? Speed);
