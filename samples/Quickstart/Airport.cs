using Toolkit.DataProcessing;

namespace Quickstart;

/// <summary>One row of airports.csv.</summary>
[CsvRecord]
public readonly partial record struct Airport(
    [CsvColumn("iata")] string Iata,
    [CsvColumn("name")] string Name,
    [CsvColumn("city")] string City);
