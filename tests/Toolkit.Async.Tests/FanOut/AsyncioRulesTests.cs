using System.ComponentModel;
using System.Diagnostics;

namespace Toolkit.Async.Tests;

/// <summary>The README's table, asyncio columns: held where a Python 3.11 or later is found, skipped elsewhere.</summary>
public sealed class AsyncioRulesTests
{
    private const string Script = """
        import asyncio, sys
        if sys.version_info < (3, 11):
            print("old"); sys.exit()

        async def use(peer, bodies):
            if peer == "gather":
                return await asyncio.gather(*[body() for body in bodies])
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(body()) for body in bodies]
            return tasks

        def kind(error):
            return f"{type(error).__name__} of {len(error.exceptions)}" if isinstance(error, BaseExceptionGroup) else type(error).__name__

        async def outcome(peer, bodies):
            try:
                await use(peer, bodies)
                return "nothing"
            except BaseException as error:
                return kind(error)

        async def one_fails(peer):
            cancelled, ended, release = [], [], asyncio.Event()
            async def waits():
                try:
                    await release.wait()
                except asyncio.CancelledError:
                    cancelled.append(1)
                    raise
                finally:
                    ended.append(1)
            async def fails():
                await asyncio.sleep(0)
                raise ValueError()
            end = await outcome(peer, [fails] + [waits] * 7)
            print(f"{peer} one fails: {end}, cancelled {len(cancelled)}, ended {len(ended)}")
            release.set()
            await asyncio.sleep(0)

        async def fails_after_cancel(peer):
            async def fails():
                await asyncio.sleep(0)
                caller.cancel()
                raise ValueError()
            async def ends():
                pass
            caller = asyncio.create_task(outcome(peer, [fails] + [ends] * 7))
            print(f"{peer} fails after cancel: {await caller}")

        async def unasked(peer):
            async def cancels():
                raise asyncio.CancelledError()
            async def ends():
                await asyncio.sleep(0)
            print(f"{peer} unasked: {await outcome(peer, [cancels] + [ends] * 7)}")

        async def results(peer):
            last = asyncio.Event()
            async def slow():
                await last.wait()
                return "slow"
            async def fast():
                last.set()
                return "fast"
            ended = await use(peer, [slow, fast])
            print(f"{peer} results: {ended if peer == 'gather' else [task.result() for task in ended]}")

        async def bound(peer):
            inside, everybody = [], asyncio.Event()
            async def body():
                inside.append(1)
                if len(inside) == 1000:
                    everybody.set()
                await everybody.wait()
            await asyncio.wait_for(use(peer, [body] * 1000), 30)
            print(f"{peer} bound: {len(inside)} at once")

        for rule in (one_fails, fails_after_cancel, unasked, results, bound):
            for peer in ("gather", "group"):
                asyncio.run(rule(peer))
        """;

    private const string Expected = """
        gather one fails: ValueError, cancelled 0, ended 0
        group one fails: ExceptionGroup of 1, cancelled 7, ended 7
        gather fails after cancel: ValueError
        group fails after cancel: ExceptionGroup of 1
        gather unasked: CancelledError
        group unasked: nothing
        gather results: ['slow', 'fast']
        group results: ['slow', 'fast']
        gather bound: 1000 at once
        group bound: 1000 at once
        """;

    [Fact]
    public async Task Asyncio_EachRuleOfTheTable_IsAsItSays()
    {
        var start = new ProcessStartInfo("python3") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(Script);
        using var process = TryStart(start);
        Assert.SkipWhen(process is null, "There is no python3 here: the asyncio columns of the README's table are not checked.");
        var output = process!.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        try
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).Arrives();
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        Assert.True(process.ExitCode == 0, await error);
        var lines = (await output).Trim().ReplaceLineEndings();
        Assert.SkipWhen(lines == "old", "asyncio.TaskGroup came with Python 3.11: the asyncio columns of the README's table are not checked.");
        Assert.Equal(Expected.ReplaceLineEndings(), lines);
    }

    private static Process? TryStart(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
