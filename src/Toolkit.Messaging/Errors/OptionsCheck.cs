using Microsoft.Extensions.Options;

namespace Toolkit.Messaging;

internal static class OptionsCheck
{
    public static void Require<T>(bool valid, string setting, T value, string allowed)
    {
        if (!valid)
        {
            throw new OptionsValidationException(setting, typeof(T), [FormattableString.Invariant($"{setting} is {value}; allowed is {allowed}.")]);
        }
    }
}
