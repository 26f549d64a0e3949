namespace Toolkit.DataProcessing.Tests.Partitions;

public sealed class SharedWorkTests
{
    [Fact]
    public async Task Run_WorkersHelp_EachStepIsDoneOnceByWhoeverIsThere()
    {
        const int Steps = 3;
        using var allAtOnce = new Barrier(Steps);
        var done = new int[Steps];
        var helpers = new List<Task>();
        SharedWork? work = null;
        work = new SharedWork(Steps, () =>
        {
            Assert.True(work!.HasSteps);
            for (var i = 1; i < Steps; i++)
            {
                helpers.Add(Task.Factory.StartNew(work.Help, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
            }
        });

        for (var round = 1; round <= 50; round++)
        {
            work.Run(Steps, step =>
            {
                Interlocked.Increment(ref done[step]);

                // Nobody gets on before each of them has a step.
                Assert.True(allAtOnce.SignalAndWait(TimeSpan.FromMinutes(1)));
            });
            Assert.All(done, times => Assert.Equal(round, times));
            Assert.False(work.HasSteps);
            await Task.WhenAll(helpers);
        }
    }

    [Fact]
    public async Task Run_StepsFail_ThrowsTheErrorOfTheFirstAndLeavesOutTheRest()
    {
        using var both = new Barrier(2);
        Task? helper = null;
        var started = 0;
        SharedWork? work = null;
        work = new SharedWork(2, () => helper = Task.Factory.StartNew(() => work!.Help(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));

        var exception = Assert.Throws<InvalidOperationException>(() => work.Run(100, step =>
        {
            Interlocked.Increment(ref started);
            Assert.True(both.SignalAndWait(TimeSpan.FromMinutes(1)));
            throw new InvalidOperationException($"{step}");
        }));
        await helper!;

        Assert.Equal("0", exception.Message);
        Assert.InRange(started, 2, 2);
        Assert.False(work.HasSteps);
    }
}
