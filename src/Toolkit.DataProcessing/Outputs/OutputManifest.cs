using System.Text.Json;

namespace Toolkit.DataProcessing;

/// <summary>The list of files of an output folder, as JSON. Its name starts with an underscore: readers of data sets leave such files out.</summary>
internal static class OutputManifest
{
    public const string FileName = "_manifest.json";

    public static void Write(string path, OutputShape shape, long records, IReadOnlyList<OutputFileInfo> files)
    {
        using var stream = new FileStream(path, FileMode.Create, FileAccess.Write);
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" });
        json.WriteStartObject();
        json.WriteNumber("version", 1);
        json.WriteNumber("records", records);
        WriteColumns(json, shape);
        WriteFiles(json, shape, files);
        json.WriteEndObject();
    }

    private static void WriteColumns(Utf8JsonWriter json, OutputShape shape)
    {
        json.WriteStartArray("columns");
        foreach (var column in shape.Columns)
        {
            json.WriteStartObject();
            json.WriteString("name", column.Name);
            json.WriteString("type", column.Type.ToString());
            json.WriteBoolean("nullable", column.Nullable);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("partitionBy");
        foreach (var name in shape.KeyNames)
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
    }

    private static void WriteFiles(Utf8JsonWriter json, OutputShape shape, IReadOnlyList<OutputFileInfo> files)
    {
        json.WriteStartArray("files");
        foreach (var file in files)
        {
            json.WriteStartObject();
            json.WriteString("path", file.Path.Replace(Path.DirectorySeparatorChar, '/'));
            json.WriteNumber("records", file.Records);
            json.WriteNumber("bytes", file.Bytes);
            if (shape.KeyNames.Count > 0)
            {
                json.WriteStartObject("values");
                for (var i = 0; i < file.Values.Count; i++)
                {
                    json.WriteString(shape.KeyNames[i], file.Values[i]);
                }

                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
