using System.Text;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Memcached.IntegrationTests;

public sealed class MetaAnswersTests
{
    [Fact]
    public void TakeLine_SomeRetrievedNamesMissing_EachAnswerIsAtItsName()
    {
        var answers = Retrieve("a", "ab", "b", "abc", "c");

        Value(answers, "VALUE ab 0 2", "ab");
        Value(answers, "VALUE abc 7 3", "abc");
        Assert.False(answers.IsComplete);
        Assert.Equal(-1, Line(answers, "END"));

        Assert.True(answers.IsComplete);
        Assert.Equal(new List<string?> { null, "ab", null, "abc", null }, Values(answers));
        Assert.All([0, 2, 4], i => Assert.Equal(MetaStatus.Missing, answers.ToArray()[i].Status));
    }

    [Fact]
    public void TakeLine_EveryNameRetrieved_IsCompleteWithTheEnd()
    {
        var answers = Retrieve("a", "b");

        Value(answers, "VALUE a 0 1", "1");
        Value(answers, "VALUE b 0 1", "2");
        Assert.False(answers.IsComplete);
        Line(answers, "END");

        Assert.True(answers.IsComplete);
        Assert.Equal(new List<string?> { "1", "2" }, Values(answers));
    }

    [Fact]
    public void TakeLine_TheSameNameTwice_BothAreAnswered()
    {
        var answers = Retrieve("a", "a", "b", "a");

        Value(answers, "VALUE a 0 1", "1");
        Value(answers, "VALUE a 0 1", "2");
        Value(answers, "VALUE a 0 1", "3");
        Line(answers, "END");

        Assert.Equal(new List<string?> { "1", "2", null, "3" }, Values(answers));
    }

    [Fact]
    public void TakeLine_SeveralLinesOfRetrievals_EachEndsItsOwn()
    {
        string[] names = [.. Enumerable.Range(0, (2 * MetaRequest.RetrievalsALine) + 1).Select(i => $"n{i}")];
        var request = Request(names);
        Assert.Equal(3, request.Commands);
        Assert.Equal(names.Length, request.Count);
        var answers = new MetaAnswers(request);

        Line(answers, "END");
        Value(answers, $"VALUE n{MetaRequest.RetrievalsALine} 0 1", "x");
        Line(answers, "END");
        Value(answers, $"VALUE {names[^1]} 0 1", "y");
        Line(answers, "END");

        Assert.True(answers.IsComplete);
        Assert.Equal([MetaRequest.RetrievalsALine, names.Length - 1], Enumerable.Range(0, names.Length).Where(i => Values(answers)[i] is not null));
    }

    [Fact]
    public void TakeLine_ErrorInsteadOfTheEnd_RefusesTheRest()
    {
        var answers = Retrieve("a", "b", "c");

        Value(answers, "VALUE b 0 1", "1");
        Line(answers, "SERVER_ERROR out of memory writing get response");

        Assert.True(answers.IsComplete);
        Assert.Equal([MetaStatus.Missing, MetaStatus.Value, MetaStatus.Refused], answers.ToArray().Select(answer => answer.Status));
        Assert.Equal("SERVER_ERROR out of memory writing get response", answers.ToArray()[2].Message);
    }

    [Theory]
    [InlineData("VALUE c 0 1")]
    [InlineData("VALUE ab 0 1")]
    [InlineData("VALUE  0 1")]
    [InlineData("VALUE a 0 x")]
    [InlineData("VALUE a 0 -1")]
    [InlineData("VALUE ")]
    [InlineData("VA 1")]
    [InlineData("HD")]
    [InlineData("ERROR")]
    [InlineData("")]
    public void TakeLine_NotAnAnswerToWhatWasAsked_Throws(string line) =>
        Assert.Throws<CacheStoreException>(() => Line(Retrieve("a", "b"), line));

    [Fact]
    public void TakeLine_OtherCommands_AreAnsweredInTheirOrder()
    {
        var answers = new MetaAnswers(new MetaRequest().Set("a"u8, "value"u8, 0).Get("b"u8).GetVersioned("c"u8).Delete("d"u8));

        Line(answers, "HD");
        Line(answers, "EN");
        Value(answers, "VA 3 c17", "xyz");
        Assert.False(answers.IsComplete);
        Line(answers, "NF");

        Assert.True(answers.IsComplete);
        Assert.Equal([MetaStatus.Done, MetaStatus.Missing, MetaStatus.Value, MetaStatus.Missing], answers.ToArray().Select(answer => answer.Status));
        Assert.Equal(17UL, answers.ToArray()[2].Cas);
        Assert.Throws<CacheStoreException>(() => Line(new MetaAnswers(new MetaRequest().Get("a"u8)), "VALUE a 0 1"));
    }

    private static MetaRequest Request(params string[] names)
    {
        var request = new MetaRequest(names.Length);
        foreach (var name in names)
        {
            request.Retrieve(Encoding.ASCII.GetBytes(name));
        }

        return request;
    }

    private static MetaAnswers Retrieve(params string[] names) => new(Request(names));

    private static int Line(MetaAnswers answers, string line) => answers.TakeLine(Encoding.ASCII.GetBytes(line));

    private static void Value(MetaAnswers answers, string line, string value)
    {
        Assert.Equal(value.Length, Line(answers, line));
        answers.TakeValue(Encoding.ASCII.GetBytes(value));
    }

    private static List<string?> Values(MetaAnswers answers) =>
        [.. answers.ToArray().Select(answer => answer.Value is { } value ? Encoding.ASCII.GetString(value) : null)];
}
