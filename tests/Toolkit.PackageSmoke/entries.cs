// Prints what is in the packages of a folder, one `PACKAGE ENTRY` a line.
using System.IO.Compression;

foreach (var file in Directory.EnumerateFiles(args[0], "*.nupkg").Order(StringComparer.Ordinal))
{
    using var package = ZipFile.OpenRead(file);
    foreach (var entry in package.Entries)
    {
        Console.WriteLine($"{Path.GetFileNameWithoutExtension(file)} {entry.FullName}");
    }
}
