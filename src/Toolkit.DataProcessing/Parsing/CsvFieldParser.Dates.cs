using System.Globalization;
using System.Text;

namespace Toolkit.DataProcessing;

/// <content>
/// Dates and times. Without a format only ISO 8601 is taken: in <c>03/04/2025</c> no parser can know which is the month, and
/// a guess would be wrong in silence. For the ISO shape the result equals the platform's with the invariant culture.
/// </content>
public static partial class CsvFieldParser
{
    private const int LongestDate = 128;
    private const DateTimeStyles MomentStyles = DateTimeStyles.AllowWhiteSpaces | DateTimeStyles.AdjustToUniversal;

    private delegate bool CharParser<T>(ReadOnlySpan<char> text, string? format, IFormatProvider provider, out T value);

    /// <summary>Parses <c>yyyy-MM-dd</c>.</summary>
    /// <param name="utf8">The field.</param>
    /// <param name="value">The value, or default.</param>
    /// <returns>Whether the field is a date.</returns>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out DateOnly value)
    {
        if (IsoText.TryDate(utf8, out value))
        {
            return true;
        }

        value = default;
        return IsoText.StartsLikeDate(utf8) && TryParse(utf8, null, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Parses a time of day: <c>HH:mm:ss</c> with up to 7 digits of a second, else what <see cref="TimeOnly.TryParse(string, IFormatProvider?, out TimeOnly)"/> takes.</summary>
    /// <param name="utf8">The field.</param>
    /// <param name="value">The value, or default.</param>
    /// <returns>Whether the field is a time.</returns>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out TimeOnly value)
    {
        if (IsoText.TryTime(utf8, out var ticks))
        {
            value = new TimeOnly(ticks);
            return true;
        }

        return TryParse(utf8, null, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>
    /// Parses <c>yyyy-MM-dd</c>, alone or with a space or <c>T</c> and a time. Without a zone its kind is unspecified; with
    /// <c>Z</c> or an offset it is converted to UTC, on every machine alike.
    /// </summary>
    /// <param name="utf8">The field.</param>
    /// <param name="value">The value, or default.</param>
    /// <returns>Whether the field is one.</returns>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out DateTime value)
    {
        if (TryIsoMoment(utf8, out var ticks))
        {
            value = new DateTime(ticks);
            return true;
        }

        if (utf8.Length > IsoText.DateLength && utf8[^1] == 'Z' && TryIsoMoment(utf8[..^1], out ticks))
        {
            value = new DateTime(ticks, DateTimeKind.Utc);
            return true;
        }

        value = default;
        return IsoText.StartsLikeDate(utf8) && TryParse(utf8, null, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Parses what <see cref="TryParse(ReadOnlySpan{byte}, out DateTime)"/> takes; without a zone or offset it counts as UTC.</summary>
    /// <param name="utf8">The field.</param>
    /// <param name="value">The value, or default.</param>
    /// <returns>Whether the field is one.</returns>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out DateTimeOffset value)
    {
        var text = utf8.Length > IsoText.DateLength && utf8[^1] == 'Z' ? utf8[..^1] : utf8;
        if (TryIsoMoment(text, out var ticks) && (text.Length == utf8.Length || text.Length > IsoText.DateLength))
        {
            value = new DateTimeOffset(ticks, TimeSpan.Zero);
            return true;
        }

        value = default;
        return IsoText.StartsLikeDate(utf8) && TryParse(utf8, null, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Parses a duration as <see cref="TimeSpan.TryParse(string, IFormatProvider?, out TimeSpan)"/> does: <c>[d.]hh:mm:ss[.fffffff]</c>.</summary>
    /// <param name="utf8">The field.</param>
    /// <param name="value">The value, or default.</param>
    /// <returns>Whether the field is a duration.</returns>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out TimeSpan value) =>
        TryParse(utf8, null, CultureInfo.InvariantCulture, out value);

    /// <summary>Parses a date in an exact format, or as a culture writes it.</summary>
    /// <param name="utf8">The field.</param>
    /// <param name="format">The format; <see langword="null"/>: any of the culture.</param>
    /// <param name="provider">The culture.</param>
    /// <param name="value">The value, or default.</param>
    /// <returns>Whether the field is one.</returns>
    public static bool TryParse(ReadOnlySpan<byte> utf8, string? format, IFormatProvider provider, out DateOnly value) =>
        TryParseChars(utf8, format, provider, static (ReadOnlySpan<char> text, string? format, IFormatProvider provider, out DateOnly value) => format is null
            ? DateOnly.TryParse(text, provider, DateTimeStyles.AllowWhiteSpaces, out value)
            : DateOnly.TryParseExact(text, format, provider, DateTimeStyles.None, out value), out value);

    /// <inheritdoc cref="TryParse(ReadOnlySpan{byte}, string, IFormatProvider, out DateOnly)"/>
    public static bool TryParse(ReadOnlySpan<byte> utf8, string? format, IFormatProvider provider, out TimeOnly value) =>
        TryParseChars(utf8, format, provider, static (ReadOnlySpan<char> text, string? format, IFormatProvider provider, out TimeOnly value) => format is null
            ? TimeOnly.TryParse(text, provider, DateTimeStyles.AllowWhiteSpaces, out value)
            : TimeOnly.TryParseExact(text, format, provider, DateTimeStyles.None, out value), out value);

    /// <inheritdoc cref="TryParse(ReadOnlySpan{byte}, string, IFormatProvider, out DateOnly)"/>
    public static bool TryParse(ReadOnlySpan<byte> utf8, string? format, IFormatProvider provider, out DateTime value) =>
        TryParseChars(utf8, format, provider, static (ReadOnlySpan<char> text, string? format, IFormatProvider provider, out DateTime value) => format is null
            ? DateTime.TryParse(text, provider, MomentStyles | DateTimeStyles.NoCurrentDateDefault, out value)
            : DateTime.TryParseExact(text, format, provider, MomentStyles | DateTimeStyles.NoCurrentDateDefault, out value), out value);

    /// <inheritdoc cref="TryParse(ReadOnlySpan{byte}, string, IFormatProvider, out DateOnly)"/>
    public static bool TryParse(ReadOnlySpan<byte> utf8, string? format, IFormatProvider provider, out DateTimeOffset value) =>
        TryParseChars(utf8, format, provider, static (ReadOnlySpan<char> text, string? format, IFormatProvider provider, out DateTimeOffset value) => format is null
            ? DateTimeOffset.TryParse(text, provider, DateTimeStyles.AllowWhiteSpaces | DateTimeStyles.AssumeUniversal, out value)
            : DateTimeOffset.TryParseExact(text, format, provider, DateTimeStyles.AllowWhiteSpaces | DateTimeStyles.AssumeUniversal, out value), out value);

    /// <inheritdoc cref="TryParse(ReadOnlySpan{byte}, string, IFormatProvider, out DateOnly)"/>
    public static bool TryParse(ReadOnlySpan<byte> utf8, string? format, IFormatProvider provider, out TimeSpan value) =>
        TryParseChars(utf8, format, provider, static (ReadOnlySpan<char> text, string? format, IFormatProvider provider, out TimeSpan value) => format is null
            ? TimeSpan.TryParse(text, provider, out value)
            : TimeSpan.TryParseExact(text, format, provider, out value), out value);

    private static bool TryIsoMoment(ReadOnlySpan<byte> utf8, out long ticks)
    {
        ticks = 0;
        if (utf8.Length < IsoText.DateLength || !IsoText.TryDate(utf8[..IsoText.DateLength], out var date))
        {
            return false;
        }

        var time = 0L;
        if (utf8.Length > IsoText.DateLength && (utf8[IsoText.DateLength] is not ((byte)' ' or (byte)'T') || !IsoText.TryTime(utf8[(IsoText.DateLength + 1)..], out time)))
        {
            return false;
        }

        ticks = (date.DayNumber * TimeSpan.TicksPerDay) + time;
        return true;
    }

    private static bool TryParseChars<T>(ReadOnlySpan<byte> utf8, string? format, IFormatProvider provider, CharParser<T> parser, out T value)
        where T : struct
    {
        value = default;
        Span<char> text = stackalloc char[LongestDate];
        return utf8.Length <= LongestDate
            && Encoding.UTF8.TryGetChars(utf8, text, out var length)
            && parser(text[..length], format, provider, out value);
    }
}
