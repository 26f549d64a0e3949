namespace Toolkit.DataProcessing;

/// <summary>How an input is compressed.</summary>
public enum CsvCompression
{
    /// <summary>Found out from the first bytes, whatever the name is.</summary>
    Detect,

    /// <summary>Not at all: the first bytes are data, whatever they look like.</summary>
    None,

    /// <summary>gzip (RFC 1952), also of several members.</summary>
    Gzip,

    /// <summary>Zstandard (RFC 8878), also of several frames.</summary>
    Zstandard,

    /// <summary>bzip2, also of several streams.</summary>
    Bzip2,
}
