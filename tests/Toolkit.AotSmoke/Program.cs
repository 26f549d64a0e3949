using Toolkit.AotSmoke;

// One file an area. Each check throws when something is wrong; the last line counts them.
(string Name, Func<Task> Check)[] checks =
[
    .. AsyncChecks.All,
    .. CachingChecks.All,
    .. MessagingChecks.All,
    .. DataProcessingChecks.All,
];

var failed = 0;
foreach (var (name, check) in checks)
{
    try
    {
        await check();
        Console.WriteLine($"ok {name}");
    }
    catch (Exception exception)
    {
        failed++;
        Console.WriteLine($"FAILED {name}: {exception}");
    }
}

Console.WriteLine($"{checks.Length - failed} passed, {failed} failed");
return failed == 0 ? 0 : 1;
