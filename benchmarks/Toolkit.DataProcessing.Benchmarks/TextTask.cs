using System.Globalization;
using CsvHelper.Configuration;
using Sylvan.Data.Csv;

namespace Toolkit.DataProcessing.Benchmarks;

[CsvRecord]
internal readonly partial record struct Article(long Id, int Score);

/// <summary>Quoted text with newlines, separators and doubled quotes: the count, the sum of the first column and of the last.</summary>
internal static class TextTask
{
    public static readonly CsvTask Task = new("text", DataFiles.Text, new Dictionary<string, Func<string, string>>
    {
        ["ours-1"] = path => Ours(path, 1),
        ["ours-2"] = path => Ours(path, 2),
        ["sylvan"] = Sylvan,
        ["csvhelper"] = Helper,
        ["duckdb-1"] = path => DuckDb(path, 1),
        ["duckdb-2"] = path => DuckDb(path, 2),
    });

    private static string Ours(string path, int workers)
    {
        var (count, ids, scores) = Csv.Scan<Article>(path).With(OwnOptions.For(workers))
            .AggregateAsync(a => a.Count(), a => a.Sum(article => article.Id), a => a.Sum(article => article.Score)).GetAwaiter().GetResult().Value;
        return $"{count}/{ids}/{scores}";
    }

    private static string Sylvan(string path)
    {
        using var reader = CsvDataReader.Create(path);
        var (count, ids, scores) = (0L, 0L, 0L);
        while (reader.Read())
        {
            count++;
            ids += reader.GetInt64(0);
            scores += reader.GetInt32(3);
        }

        return $"{count}/{ids}/{scores}";
    }

    private static string Helper(string path)
    {
        using var reader = new CsvHelper.CsvReader(new StreamReader(path), new CsvConfiguration(CultureInfo.InvariantCulture));
        reader.Read();
        reader.ReadHeader();
        var (count, ids, scores) = (0L, 0L, 0L);
        while (reader.Read())
        {
            count++;
            ids += reader.GetField<long>(0);
            scores += reader.GetField<int>(3);
        }

        return $"{count}/{ids}/{scores}";
    }

    private static string DuckDb(string path, int threads) => Duck.Query(
        threads,
        $"SELECT printf('%d/%d/%d', count(*), sum(id)::BIGINT, sum(score)::BIGINT) FROM read_csv('{path}', delim=',', quote='\"', escape='\"', header=true, columns={{'id':'BIGINT','title':'VARCHAR','body':'VARCHAR','score':'INT'}})");
}
