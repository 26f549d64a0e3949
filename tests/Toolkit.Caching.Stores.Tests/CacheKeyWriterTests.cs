using System.Globalization;
using System.Numerics;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Stores.Tests;

public sealed class CacheKeyWriterTests
{
    private delegate void Writing(ref CacheKeyWriter writer);

    [Fact]
    public void Write_ValuesThatAMethodCanTellApart_AreAllDifferent()
    {
        string[] keys =
        [
            Hex((ref CacheKeyWriter w) => w.WriteNull()),
            Hex((ref CacheKeyWriter w) => w.Write("")),
            Hex((ref CacheKeyWriter w) => w.Write(0)),
            Hex((ref CacheKeyWriter w) => w.Write(false)),
            Hex((ref CacheKeyWriter w) => w.Write(1)),
            Hex((ref CacheKeyWriter w) => w.Write(1L)),
            Hex((ref CacheKeyWriter w) => w.Write((short)1)),
            Hex((ref CacheKeyWriter w) => w.Write(1u)),
            Hex((ref CacheKeyWriter w) => w.Write(1.0)),
            Hex((ref CacheKeyWriter w) => w.Write(1.0f)),
            Hex((ref CacheKeyWriter w) => w.Write(1.0m)),
            Hex((ref CacheKeyWriter w) => w.Write(1.00m)),
            Hex((ref CacheKeyWriter w) => w.Write(0.0)),
            Hex((ref CacheKeyWriter w) => w.Write(-0.0)),
            Hex((ref CacheKeyWriter w) => w.Write(double.NaN)),
            Hex((ref CacheKeyWriter w) => w.Write("1")),
            Hex((ref CacheKeyWriter w) => w.Write('1')),
            Hex((ref CacheKeyWriter w) => w.Write("i")),
            Hex((ref CacheKeyWriter w) => w.Write("I")),
            Hex((ref CacheKeyWriter w) => w.Write("\u00e9")),
            Hex((ref CacheKeyWriter w) => w.Write("e\u0301")),
            Hex((ref CacheKeyWriter w) => w.Write("\ud800")),
            Hex((ref CacheKeyWriter w) => w.Write("\ud801")),
            Hex((ref CacheKeyWriter w) => w.Write("\ufffd")),
            Hex((ref CacheKeyWriter w) => w.Write("abc"u8)),
            Hex((ref CacheKeyWriter w) => w.Write((byte[])[])),
            Hex((ref CacheKeyWriter w) => w.Write(new DateTime(5, DateTimeKind.Utc))),
            Hex((ref CacheKeyWriter w) => w.Write(new DateTime(5, DateTimeKind.Local))),
            Hex((ref CacheKeyWriter w) => w.Write(new DateTime(5, DateTimeKind.Unspecified))),
            Hex((ref CacheKeyWriter w) => w.Write(new DateTimeOffset(2020, 1, 1, 1, 0, 0, TimeSpan.FromHours(1)))),
            Hex((ref CacheKeyWriter w) => w.Write(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero))),
            Hex((ref CacheKeyWriter w) => w.Write(new TimeSpan(5))),
            Hex((ref CacheKeyWriter w) => w.Write(new BigInteger(5))),
            Hex((ref CacheKeyWriter w) => w.WriteEnum(DayOfWeek.Monday)),
            Hex((ref CacheKeyWriter w) => w.WriteSequence<int>([], WriteInt)),
            Hex((ref CacheKeyWriter w) => w.WriteSequence<int>([1, 2], WriteInt)),
            Hex((ref CacheKeyWriter w) => w.WriteSequence<int>([2, 1], WriteInt)),
            Hex((ref CacheKeyWriter w) => w.WriteSet<int>([1, 2], WriteInt)),
            Hex((ref CacheKeyWriter w) => w.WriteMap(new Dictionary<int, int> { [1] = 2 }, WriteInt, WriteInt)),
            Hex((ref CacheKeyWriter w) => w.WriteMap(new Dictionary<int, int> { [2] = 1 }, WriteInt, WriteInt)),
        ];

        Assert.Equal(keys.Length, keys.Distinct().Count());
    }

    [Fact]
    public void Write_TwoTexts_KeepsTheirBorder()
    {
        Assert.NotEqual(
            Hex((ref CacheKeyWriter w) => Pair(ref w, "a", "bc")),
            Hex((ref CacheKeyWriter w) => Pair(ref w, "ab", "c")));
        Assert.NotEqual(
            Hex((ref CacheKeyWriter w) => Pair(ref w, "é", "")),
            Hex((ref CacheKeyWriter w) => Pair(ref w, "", "é")));
    }

    [Fact]
    public void Write_NestedSequences_KeepTheirBorders()
    {
        Assert.NotEqual(
            Hex((ref CacheKeyWriter w) => w.WriteSequence<int[]>([[1], [2]], WriteInts)),
            Hex((ref CacheKeyWriter w) => w.WriteSequence<int[]>([[1, 2], []], WriteInts)));
        Assert.NotEqual(
            Hex((ref CacheKeyWriter w) => w.WriteSequence<int[]>([null!], WriteInts)),
            Hex((ref CacheKeyWriter w) => w.WriteSequence<int[]>([[]], WriteInts)));
    }

    [Fact]
    public void WriteSequence_ListArrayAndSpan_AreTheSame()
    {
        var array = Hex((ref CacheKeyWriter w) => w.WriteSequence<int>((int[])[1, 2], WriteInt));

        Assert.Equal(array, Hex((ref CacheKeyWriter w) => w.WriteSequence<int>((List<int>)[1, 2], WriteInt)));
        Assert.Equal(array, Hex((ref CacheKeyWriter w) => w.WriteSpan<int>([1, 2], WriteInt)));
    }

    [Fact]
    public void WriteSetAndMap_OtherOrderOfInsertion_AreTheSame()
    {
        var texts = Enumerable.Range(0, 50).Select(i => i.ToString(CultureInfo.InvariantCulture)).ToArray();

        Assert.Equal(
            Hex((ref CacheKeyWriter w) => w.WriteSet(new HashSet<string>(texts), WriteText)),
            Hex((ref CacheKeyWriter w) => w.WriteSet(new HashSet<string>(texts.Reverse()), WriteText)));
        Assert.Equal(
            Hex((ref CacheKeyWriter w) => w.WriteMap(texts.ToDictionary(t => t, t => t.Length), WriteText, WriteInt)),
            Hex((ref CacheKeyWriter w) => w.WriteMap(texts.Reverse().ToDictionary(t => t, t => t.Length), WriteText, WriteInt)));
    }

    [Fact]
    public void Write_AllNaNs_AreOne() => Assert.Equal(
        Hex((ref CacheKeyWriter w) => w.Write(double.NaN)),
        Hex((ref CacheKeyWriter w) => w.Write(BitConverter.UInt64BitsToDouble(0x7FF8_0000_0000_1234))));

    [Theory]
    [InlineData("tr-TR")]
    [InlineData("fr-FR")]
    [InlineData("ar-SA")]
    public void Write_InAnyCulture_GivesTheBytesOnRecord(string culture)
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
        try
        {
            // On record: these bytes are on disks and servers. A change needs a new cache id, not a new expectation.
            Assert.Equal(
                "0815000000" + "1503494969" + "110080" + "14CD000000000000000000000000000200",
                Hex((ref CacheKeyWriter w) =>
                {
                    w.Write(21);
                    w.Write("IIi");
                    w.Write(Half.NegativeZero);
                    w.Write(2.05m);
                }));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void WritePart_Subtypes_Differ()
    {
        Assert.NotEqual(
            Hex((ref CacheKeyWriter w) => w.WritePart<Animal>(new Cat(1))),
            Hex((ref CacheKeyWriter w) => w.WritePart<Animal>(new Dog(1))));
        Assert.Equal(
            Hex((ref CacheKeyWriter w) => w.WriteNull()),
            Hex((ref CacheKeyWriter w) => w.WritePart<Animal>(null)));
    }

    [Fact]
    public void ToKey_WrittenAfterwards_KeepsItsBytes()
    {
        using var writer = default(CacheKeyWriter);
        writer.Write(1);
        var key = writer.ToKey("c");
        writer.Write(new string('x', 5000));

        Assert.Equal(5, key.Bytes.Length);
        Assert.Equal(1 + 2 + 5000 + 5, writer.Length);
    }

    [Fact]
    public void Equals_HashCollisionOrNot_ComparesAllBytes()
    {
        var key = new CacheStoreKey("c", new byte[] { 1, 2 });

        Assert.Equal(key, new CacheStoreKey("c", new byte[] { 1, 2 }));
        Assert.NotEqual(key, new CacheStoreKey("c", new byte[] { 1, 3 }));
        Assert.NotEqual(key, new CacheStoreKey("d", new byte[] { 1, 2 }));
        Assert.Equal(new byte[] { 1, 0, (byte)'c', 1, 2 }, key.ToArray());
    }

    private static void WriteInt(ref CacheKeyWriter writer, int value) => writer.Write(value);

    private static void WriteText(ref CacheKeyWriter writer, string value) => writer.Write(value);

    private static void WriteInts(ref CacheKeyWriter writer, int[] value) => writer.WriteSequence(value, WriteInt);

    private static void Pair(ref CacheKeyWriter writer, string first, string second)
    {
        writer.Write(first);
        writer.Write(second);
    }

    private static string Hex(Writing writing)
    {
        var writer = default(CacheKeyWriter);
        writing(ref writer);
        var hex = Convert.ToHexString(writer.WrittenSpan);
        writer.Dispose();
        return hex;
    }

    private abstract record Animal(int Age) : ICacheKeyPart
    {
        public void WriteKey(ref CacheKeyWriter writer) => writer.Write(Age);
    }

    private sealed record Cat(int Age) : Animal(Age);

    private sealed record Dog(int Age) : Animal(Age);
}
