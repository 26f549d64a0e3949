using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Toolkit.Messaging;

/// <summary>Reads settings without reflection. A wrong value is named by its key; the value itself only where it is no secret.</summary>
internal sealed class SettingReader(IConfiguration section)
{
    public IConfiguration Section => section;

    public SettingReader At(string key) => new(section.GetSection(key));

    public void Text(string key, Action<string> set)
    {
        if (section[key] is { Length: > 0 } text)
        {
            set(text);
        }
    }

    public void Number(string key, Action<int> set) => Text(key, text => set(int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) ? value : throw Invalid(key, text, "a whole number")));

    public void LongNumber(string key, Action<long> set) => Text(key, text => set(long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) ? value : throw Invalid(key, text, "a whole number")));

    public void Real(string key, Action<double> set) => Text(key, text => set(double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : throw Invalid(key, text, "a number")));

    public void Flag(string key, Action<bool> set) => Text(key, text => set(bool.TryParse(text, out var value) ? value : throw Invalid(key, text, "true or false")));

    public void Time(string key, Action<TimeSpan> set) => Text(key, text => set(TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value : throw Invalid(key, text, "a time such as 00:00:30")));

    public void Choice<T>(string key, Action<T> set)
        where T : struct, Enum => Text(key, text => set(Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value) ? value : throw Invalid(key, text, string.Join(", ", Enum.GetNames<T>()))));

    private InvalidOperationException Invalid(string key, string text, string allowed) =>
        new($"The setting {(section is IConfigurationSection s ? s.Path + ":" : string.Empty)}{key} is '{text}'; allowed is {allowed}.");
}
