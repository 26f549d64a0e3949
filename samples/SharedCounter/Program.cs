// What gets lost without a lock, and that nothing does with one; then accounts, with a lock for each.
using Toolkit.Async;

const int Workers = 8;
const int Rounds = 2_000;

// Reads, does something asynchronous, writes: whatever others have written meanwhile is lost.
var unguarded = 0;
await FanOut.ForEachAsync(Enumerable.Range(0, Workers), async (_, ct) =>
{
    for (var i = 0; i < Rounds; i++)
    {
        var seen = unguarded;
        await Task.Yield();
        unguarded = seen + 1;
    }
}, Workers);
Console.WriteLine($"without a lock: {unguarded} of {Workers * Rounds}");

// The same, one at a time: the lock may be held across the await.
var mutex = new AsyncMutex();
var guarded = 0;
await FanOut.ForEachAsync(Enumerable.Range(0, Workers), async (_, ct) =>
{
    for (var i = 0; i < Rounds; i++)
    {
        using (await mutex.AcquireAsync(ct))
        {
            var seen = guarded;
            await Task.Yield();
            guarded = seen + 1;
        }
    }
}, Workers);
Console.WriteLine($"with a lock: {guarded} of {Workers * Rounds}");

// Transfers between accounts: only those that touch the same account wait for each other. Both are always locked in the
// order of their numbers, so that two transfers in opposite directions don't wait for each other for ever.
const int Accounts = 10;
var balances = Enumerable.Repeat(1_000, Accounts).ToArray();
var locks = new KeyedAsyncLock<int>();
await FanOut.ForEachAsync(Enumerable.Range(0, 5_000), async (number, ct) =>
{
    var from = number % Accounts;
    var to = (from + 1 + (number / Accounts % (Accounts - 1))) % Accounts;
    using (await locks.AcquireAsync(Math.Min(from, to), ct))
    using (await locks.AcquireAsync(Math.Max(from, to), ct))
    {
        var amount = Math.Min(balances[from], number % 50);
        balances[from] -= amount;
        await Task.Yield();
        balances[to] += amount;
    }
}, Workers);
var total = balances.Sum();
Console.WriteLine($"accounts: {string.Join(' ', balances)}; locks still in use: {locks.ActiveKeys}");

Console.WriteLine($"done: lost {(unguarded < Workers * Rounds ? "some" : "none")} without a lock, lost {Workers * Rounds - guarded} with it, total {total}");
return guarded == Workers * Rounds && total == Accounts * 1_000 ? 0 : 1;
