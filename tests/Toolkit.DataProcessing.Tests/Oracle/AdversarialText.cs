namespace Toolkit.DataProcessing.Tests.Oracle;

/// <summary>Random bytes of the characters that matter, in several temperaments: wild, tidy, and tidy with faults.</summary>
internal static class AdversarialText
{
    public const int Temperaments = 5;

    private static readonly byte[][] Wild =
    [
        "\""u8.ToArray(), "\""u8.ToArray(), ","u8.ToArray(), ","u8.ToArray(), "\n"u8.ToArray(), "\r"u8.ToArray(), "\r\n"u8.ToArray(),
        "a"u8.ToArray(), "bc"u8.ToArray(), "\uFEFF"u8.ToArray(), "ä"u8.ToArray(), "猫"u8.ToArray(), "😀"u8.ToArray(), ";"u8.ToArray(),
        " "u8.ToArray(), "\0"u8.ToArray(), "'"u8.ToArray(), "\"\""u8.ToArray(), [0xFF], "long text without anything special in it"u8.ToArray(),
    ];

    public static byte[] Make(Random random, int length, int temperament)
    {
        var bytes = new List<byte>(length + 64);
        if (random.Next(8) == 0)
        {
            bytes.AddRange("\uFEFF"u8);
        }

        while (bytes.Count < length)
        {
            switch (temperament)
            {
                case 0:
                    bytes.AddRange(Wild[random.Next(Wild.Length)]);
                    break;
                case 1:
                    Record(bytes, random, 3, faults: 0, quoted: 4);
                    break;
                case 2:
                    Record(bytes, random, 3, faults: 20, quoted: 3);
                    break;
                case 3:
                    Record(bytes, random, 1, faults: 0, quoted: 2);
                    break;
                default:
                    // Quoted fields that look like records.
                    Record(bytes, random, 2, faults: 0, quoted: 1);
                    break;
            }
        }

        return bytes.GetRange(0, length).ToArray();
    }

    private static void Record(List<byte> bytes, Random random, int fields, int faults, int quoted)
    {
        var count = faults > 0 && random.Next(faults) == 0 ? random.Next(1, 6) : fields;
        for (var i = 0; i < count; i++)
        {
            if (i > 0)
            {
                bytes.Add((byte)',');
            }

            if (random.Next(quoted) == 0)
            {
                bytes.Add((byte)'"');
                for (var n = random.Next(12); n > 0; n--)
                {
                    var part = Wild[random.Next(Wild.Length)];
                    bytes.AddRange(part is [(byte)'"'] ? "\"\""u8.ToArray() : part);
                }

                bytes.Add((byte)'"');
                if (faults > 0 && random.Next(faults) == 0)
                {
                    bytes.AddRange(" x"u8);
                }
            }
            else
            {
                for (var n = random.Next(9); n > 0; n--)
                {
                    bytes.Add((byte)random.Next('a', 'z'));
                }

                if (faults > 0 && random.Next(faults) == 0)
                {
                    bytes.Add((byte)'"');
                }
            }
        }

        bytes.AddRange(random.Next(3) switch { 0 => "\r\n"u8, 1 => "\n"u8, _ => random.Next(4) == 0 ? "\r"u8 : "\n"u8 });
    }
}
