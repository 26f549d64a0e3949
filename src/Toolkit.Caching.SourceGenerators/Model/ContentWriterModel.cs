namespace Toolkit.Caching.SourceGenerators.Model;

/// <summary>A function that copies the content of an argument into a key.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Parameter">What it takes: type and name.</param>
/// <param name="Write">The statement that writes.</param>
internal sealed record ContentWriterModel(string Name, string Parameter, string Write);
