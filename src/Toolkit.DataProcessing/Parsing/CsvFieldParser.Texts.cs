using System.Globalization;
using System.Text;

namespace Toolkit.DataProcessing;

/// <content>Truth values, identifiers, enumerations, characters, and types that parse themselves.</content>
public static partial class CsvFieldParser
{
    private const int LongestEnum = 512;

    /// <summary>Parses a truth value: <c>true</c>/<c>false</c>, <c>1</c>/<c>0</c>, <c>yes</c>/<c>no</c>, <c>t</c>/<c>f</c> or <c>y</c>/<c>n</c>, without regard to case.</summary>
    /// <param name="utf8">The field.</param>
    /// <param name="value">The value, or <see langword="false"/>.</param>
    /// <returns>Whether the field is one.</returns>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out bool value)
    {
        switch (utf8.Length)
        {
            case 1:
                value = utf8[0] is (byte)'1' or (byte)'t' or (byte)'T' or (byte)'y' or (byte)'Y';
                return value || utf8[0] is (byte)'0' or (byte)'f' or (byte)'F' or (byte)'n' or (byte)'N';
            case 2:
                value = false;
                return Ascii.EqualsIgnoreCase(utf8, "no"u8);
            case 3:
                value = Ascii.EqualsIgnoreCase(utf8, "yes"u8);
                return value;
            case 4:
                value = Ascii.EqualsIgnoreCase(utf8, "true"u8);
                return value;
            default:
                value = false;
                return Ascii.EqualsIgnoreCase(utf8, "false"u8);
        }
    }

    /// <summary>Parses exactly one character of UTF-16.</summary>
    /// <param name="utf8">The field.</param>
    /// <param name="value">The value, or default.</param>
    /// <returns>Whether the field is one.</returns>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out char value)
    {
        value = default;
        if (Rune.DecodeFromUtf8(utf8, out var rune, out var consumed) != System.Buffers.OperationStatus.Done || consumed != utf8.Length || !rune.IsBmp)
        {
            return false;
        }

        value = (char)rune.Value;
        return true;
    }

    /// <summary>Parses an identifier in any form that <see cref="Guid.TryParse(ReadOnlySpan{byte}, out Guid)"/> takes.</summary>
    /// <param name="utf8">The field.</param>
    /// <param name="value">The value, or default.</param>
    /// <returns>Whether the field is one.</returns>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out Guid value) => Guid.TryParse(utf8, out value);

    /// <summary>
    /// Parses a name of an enumeration without regard to case, or the number of one of its values. An enumeration of flags
    /// takes names with commas between them, and any number.
    /// </summary>
    /// <typeparam name="TEnum">The enumeration.</typeparam>
    /// <param name="utf8">The field.</param>
    /// <param name="isFlags">Whether it has <see cref="FlagsAttribute"/>.</param>
    /// <param name="value">The value, or default.</param>
    /// <returns>Whether the field is one.</returns>
    public static bool TryParseEnum<TEnum>(ReadOnlySpan<byte> utf8, bool isFlags, out TEnum value)
        where TEnum : struct, Enum
    {
        value = default;
        Span<char> text = stackalloc char[LongestEnum];
        return utf8.Length <= LongestEnum
            && Encoding.UTF8.TryGetChars(utf8, text, out var length)
            && Enum.TryParse(text[..length], ignoreCase: true, out value)
            && (isFlags || Enum.IsDefined(value));
    }

    /// <summary>Parses a type that parses itself from UTF-8.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="utf8">The field.</param>
    /// <param name="provider">The culture.</param>
    /// <param name="value">The value, or default.</param>
    /// <returns>Whether the field is one.</returns>
    public static bool TryParseUtf8<T>(ReadOnlySpan<byte> utf8, IFormatProvider provider, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T value)
        where T : IUtf8SpanParsable<T> =>
        T.TryParse(utf8, provider, out value);

    /// <summary>Parses a type that parses itself from characters; a string is made for it.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="utf8">The field.</param>
    /// <param name="provider">The culture.</param>
    /// <param name="value">The value, or default.</param>
    /// <returns>Whether the field is one.</returns>
    public static bool TryParseText<T>(ReadOnlySpan<byte> utf8, IFormatProvider provider, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T value)
        where T : IParsable<T> =>
        T.TryParse(Encoding.UTF8.GetString(utf8), provider, out value);

    /// <summary>The text of a field; invalid UTF-8 becomes U+FFFD.</summary>
    /// <param name="utf8">The field.</param>
    public static string GetString(ReadOnlySpan<byte> utf8) => utf8.IsEmpty ? "" : Encoding.UTF8.GetString(utf8);

    /// <summary>A culture by its name, for the fields of generated types.</summary>
    /// <param name="name">The name, for example <c>de-DE</c>.</param>
    /// <exception cref="CultureNotFoundException">This machine, or an application in invariant mode, does not know it.</exception>
    public static IFormatProvider GetCulture(string name) => CultureInfo.GetCultureInfo(name);
}
