using System.Globalization;

namespace Toolkit.Caching.Tests.Keys;

public class KeyTests
{
    [Fact]
    public void Key_NullEmptyAndBlank_Differ()
    {
        Assert.Equal("null", KeyMethods.Text(null));
        Assert.Equal("!", KeyMethods.Text(""));
        Assert.Equal(" !", KeyMethods.Text(" "));
        Assert.Equal("null", KeyMethods.Text(null));
    }

    [Fact]
    public void Key_BorderBetweenTexts_Counts()
    {
        Assert.Equal("a|bc", KeyMethods.Pair("a", "bc"));
        Assert.Equal("ab|c", KeyMethods.Pair("ab", "c"));
    }

    [Fact]
    public void Key_OneAsIntLongAndDouble_Differ()
    {
        Assert.Equal("Int32 1", KeyMethods.Generic(1));
        Assert.Equal("Int64 1", KeyMethods.Generic(1L));
        Assert.Equal("Double 3ff0000000000000", KeyMethods.Generic(1.0));
    }

    [Fact]
    public void Key_NaNAndNegativeZero_CountByBits()
    {
        Assert.Equal("0", KeyMethods.Double(0.0));
        Assert.Equal("8000000000000000", KeyMethods.Double(-0.0));
        Assert.Equal(KeyMethods.Double(double.NaN), KeyMethods.Double(double.NaN));
        Assert.Equal("Double 0", KeyMethods.Generic(0.0));
        Assert.Equal("Double 8000000000000000", KeyMethods.Generic(-0.0));
        Assert.Equal(1, Memo.KeyMethods.Double.Info().Hits);
    }

    [Fact]
    public void Key_UserAndFragmentOfAnAddress_Count()
    {
        foreach (var address in (string[])["https://a@host/x#1", "https://b@host/x#1", "https://a@host/x#2", "HTTPS://a@host/x#1"])
        {
            Assert.Equal(address, KeyMethods.Address(new Uri(address)));
            Assert.Equal("Uri " + new Uri(address), KeyMethods.Generic(new Uri(address)));
            Assert.Equal(address, KeyMethods.Address(new Uri(address)));
        }

        Assert.Equal(4, Memo.KeyMethods.Address.Info().Hits);
    }

    [Fact]
    public void Key_ValuesThatMayBeMissing_CountAsStrictly()
    {
        List<int> list = [1];
        Assert.Equal("none", KeyMethods.Maybe(null));
        Assert.Equal("0/1", KeyMethods.Maybe((0.0, list)));
        Assert.Equal("8000000000000000/1", KeyMethods.Maybe((-0.0, list)));
        list.Add(2);
        Assert.Equal("0/2", KeyMethods.Maybe((0.0, list)));
        Assert.Equal("0/", KeyMethods.Maybe((0.0, null)));
        Assert.Equal("0", KeyMethods.MaybeNumber(0.0));
        Assert.Equal("8000000000000000", KeyMethods.MaybeNumber(-0.0));
        Assert.Equal("none", KeyMethods.MaybeNumber(null));
    }

    [Fact]
    public void Key_DecimalScale_Counts()
    {
        Assert.Equal("1.0", KeyMethods.Decimal(1.0m));
        Assert.Equal("1.00", KeyMethods.Decimal(1.00m));
    }

    [Fact]
    public void Key_KindAndOffset_Count()
    {
        var time = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        Assert.Equal(DateTimeKind.Utc, KeyMethods.Kind(time));
        Assert.Equal(DateTimeKind.Local, KeyMethods.Kind(DateTime.SpecifyKind(time, DateTimeKind.Local)));
        Assert.Equal(DateTimeKind.Unspecified, KeyMethods.Kind(DateTime.SpecifyKind(time, DateTimeKind.Unspecified)));
        var instant = new DateTimeOffset(time);
        Assert.Equal(TimeSpan.Zero, KeyMethods.Offset(instant));
        Assert.Equal(TimeSpan.FromHours(2), KeyMethods.Offset(instant.ToOffset(TimeSpan.FromHours(2))));
    }

    [Theory]
    [InlineData("tr-TR")]
    [InlineData("fr-FR")]
    public void Key_Culture_DoesNotCount(string culture)
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
            Assert.Equal("I|i", KeyMethods.Pair("I", "i"));
            Assert.Equal("i|I", KeyMethods.Pair("i", "I"));
            Assert.Equal("ı|İ", KeyMethods.Pair("ı", "İ"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Key_Records_CountBySubtypeAndValue()
    {
        Assert.StartsWith("Animal", KeyMethods.Shown(new Animal("Rex")));
        Assert.StartsWith("Dog", KeyMethods.Shown(new Dog("Rex", 3)));
        Assert.Contains("Age = 4", KeyMethods.Shown(new Dog("Rex", 4)));
        Assert.StartsWith("Animal", KeyMethods.Shown(new Animal("Rex")));
        Assert.Equal(1, Memo.KeyMethods.Shown.Info().Hits);
        Assert.Equal("Green", KeyMethods.Enumerated(Color.Green));
        Assert.Equal("Red", KeyMethods.Enumerated(Color.Red));
    }

    [Fact]
    public void Key_ListAndArrayOfTheSame_AreOneKeyAndCopied()
    {
        List<int> list = [1, 2];
        Assert.Equal(2001, KeyMethods.Listed(list));
        Assert.Equal(2001, KeyMethods.Listed(new[] { 1, 2 }));
        list.Add(3);
        Assert.Equal(3001, KeyMethods.Listed(list));
        Assert.Equal(2001, KeyMethods.Listed([1, 2]));
        Assert.Equal(2, Memo.KeyMethods.Listed.Info().Hits);
        Assert.True(Memo.KeyMethods.Listed.Remove([1, 2, 3]));
    }

    [Fact]
    public void Key_OrderOfDictionariesAndSets_DoesNotCount()
    {
        Assert.Equal("a1,b2", KeyMethods.Mapped(new Dictionary<string, int> { ["a"] = 1, ["b"] = 2 }));
        Assert.Equal("a1,b2", KeyMethods.Mapped(new Dictionary<string, int> { ["b"] = 2, ["a"] = 1 }));
        Assert.Equal(1, Memo.KeyMethods.Mapped.Info().Hits);
        Assert.Equal("x,y", KeyMethods.Gathered(new HashSet<string> { "x", "y" }));
        Assert.Equal("x,y", KeyMethods.Gathered(new SortedSet<string> { "y", "x" }));
        Assert.Equal(1, Memo.KeyMethods.Gathered.Info().Hits);
    }

    [Fact]
    public void Key_CollidingHashes_StayApart()
    {
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 50; i++)
            {
                Assert.Equal(i, KeyMethods.Collide(new Colliding(i)));
            }
        }

        Assert.Equal(50, Memo.KeyMethods.Collide.Info().Hits);
    }

    [Fact]
    public void Key_MarkedIgnoredAndProvided_CountAsSaid()
    {
        Assert.Equal("select", KeyMethods.Run(new Query("select", new object())));
        Assert.Equal("select", KeyMethods.Run(new Query("select", new object())));
        Assert.Equal(1, Memo.KeyMethods.Run.Info().Hits);
        Assert.Equal(4, KeyMethods.Ignoring(3, new object()));
        Assert.Equal(4, KeyMethods.Ignoring(3, null));
        Assert.True(Memo.KeyMethods.Ignoring.Remove(3));
        Assert.Equal("apple", KeyMethods.ByFirstLetter("apple"));
        Assert.Equal("apple", KeyMethods.ByFirstLetter("Ananas"));
        Assert.Equal(5, KeyMethods.OfPart(new Part(5)));
        Assert.Equal(5, KeyMethods.OfPart(new Part(5)));
        Assert.Equal(1, Memo.KeyMethods.OfPart.Info().Hits);
    }
}
