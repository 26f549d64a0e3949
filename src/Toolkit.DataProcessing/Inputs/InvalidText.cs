namespace Toolkit.DataProcessing;

/// <summary>What happens to bytes that are no text in the input's encoding.</summary>
public enum InvalidText
{
    /// <summary>
    /// In UTF-8 they stay as they are, in the fields' bytes and in what is written from them (a string made of them has U+FFFD).
    /// In other encodings, which are transcoded, they become U+FFFD.
    /// </summary>
    Keep,

    /// <summary>They fail the run with an <see cref="InvalidDataException"/>, which in UTF-8 tells line and byte. Lines that are skipped are not looked at.</summary>
    Fail,

    /// <summary>In UTF-8 they make the record a bad one. In other encodings, which are transcoded, they become U+FFFD.</summary>
    Reject,
}
