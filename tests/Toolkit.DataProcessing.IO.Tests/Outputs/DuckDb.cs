using DuckDB.NET.Data;

namespace Toolkit.DataProcessing.IO.Tests.Outputs;

/// <summary>Another reader of what we write.</summary>
internal static class DuckDb
{
    /// <summary>The rows of a query, each as the texts of its values; null stays null.</summary>
    public static List<string?[]> Query(string sql)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string?[]>();
        while (reader.Read())
        {
            var row = new string?[reader.FieldCount];
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = reader.IsDBNull(i) ? null : Convert.ToString(reader.GetValue(i), System.Globalization.CultureInfo.InvariantCulture);
            }

            rows.Add(row);
        }

        return rows;
    }
}
