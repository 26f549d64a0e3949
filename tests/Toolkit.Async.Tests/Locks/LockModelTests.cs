using CsCheck;

namespace Toolkit.Async.Tests;

/// <summary>
/// Random sequences of acquire, cancel, time-out and release, each step checked against <see cref="LockModel"/>. A failure
/// prints the seed and the shortest sequence that was found.
/// </summary>
public sealed class LockModelTests
{
    private const int Keys = 3;

    private delegate Task<IDisposable> Acquire(int key, bool isWriter, TimeSpan timeout, CancellationToken token);

    private enum Kind
    {
        Acquire,
        AcquireWithToken,
        AcquireWithTimeout,
        Try,
        Cancel,
        Advance,
        Release,
        ReleaseAgain,
    }

    [Fact]
    public void AsyncMutex_RandomSequences_DoesWhatTheModelDoes() => Check(keys: 1, hasReaders: false, (maxPerKey, time) =>
    {
        var mutex = new AsyncMutex(new LockOptions { TimeProvider = time });
        return (async (_, _, timeout, token) => await mutex.AcquireAsync(timeout, token), () => mutex.IsHeld ? 1 : 0);
    });

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(1, true)]
    [InlineData(3, true)]
    public void KeyedAsyncLock_RandomSequences_DoesWhatTheModelDoes(int perKey, bool keysMeet) => Check(Keys, hasReaders: false, (maxPerKey, time) =>
    {
        var locks = new KeyedAsyncLock<string>(new LockOptions { TimeProvider = time }, maxPerKey, keysMeet ? new OneHashCode<string>() : null);
        return (async (key, _, timeout, token) => await locks.AcquireAsync($"{key}", timeout, token), () => locks.ActiveKeys);
    }, perKey);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void KeyedAsyncReaderWriterLock_RandomSequences_DoesWhatTheModelDoes(bool keysMeet) => Check(Keys, hasReaders: true, (maxPerKey, time) =>
    {
        var locks = new KeyedAsyncReaderWriterLock<string>(new LockOptions { TimeProvider = time }, keysMeet ? new OneHashCode<string>() : null);
        return (async (key, isWriter, timeout, token) => isWriter
            ? await locks.AcquireWriterAsync($"{key}", timeout, token)
            : await locks.AcquireReaderAsync($"{key}", timeout, token), () => locks.ActiveKeys);
    });

    private static void Check(int keys, bool hasReaders, Func<int, TimeProvider, (Acquire Acquire, Func<int> ActiveKeys)> create, int maxPerKey = 1)
    {
        var steps = Gen.Select(Gen.Int[0, 7], Gen.Int[0, keys - 1], Gen.Int[0, 1000]).Array[1, 60];
        steps.Sample(
            sequence =>
            {
                var time = new FakeTimeProvider();
                var (acquire, activeKeys) = create(maxPerKey, time);
                var run = new Run(acquire, new LockModel(maxPerKey, hasReaders), time, hasReaders);
                foreach (var (kind, key, number) in sequence)
                {
                    run.Step((Kind)kind, key, number);
                    Assert.Equal(run.Model.ActiveKeys, activeKeys());
                }

                run.ReleaseAll();
                Assert.Equal(0, activeKeys());
            },
            iter: 300,
            threads: 1);
    }

    private sealed class Run(Acquire acquire, LockModel model, FakeTimeProvider time, bool hasReaders)
    {
        private readonly List<ModelRequest> _requests = [];
        private readonly HashSet<DateTimeOffset> _deadlines = [];

        public LockModel Model => model;

        public void Step(Kind kind, int key, int number)
        {
            var isWriter = !hasReaders || number % 3 == 0;
            switch (kind)
            {
                case Kind.Acquire:
                    Add(new ModelRequest { Key = key, IsWriter = isWriter }, Timeout.InfiniteTimeSpan);
                    break;
                case Kind.AcquireWithToken:
                    Add(new ModelRequest { Key = key, IsWriter = isWriter, Cancellation = new CancellationTokenSource() }, Timeout.InfiniteTimeSpan);
                    break;
                case Kind.AcquireWithTimeout:
                    var timeout = TimeSpan.FromMilliseconds(1 + number);
                    while (!_deadlines.Add(time.GetUtcNow() + timeout))
                    {
                        // No two at the same time: which of them comes first would be left to chance.
                        timeout += TimeSpan.FromMilliseconds(1);
                    }

                    Add(new ModelRequest { Key = key, IsWriter = isWriter, Deadline = time.GetUtcNow() + timeout }, timeout);
                    break;
                case Kind.Try when !model.WouldGrant(key, isWriter):
                    Assert.IsType<TimeoutException>(Wait(acquire(key, isWriter, TimeSpan.Zero, default)));
                    break;
                case Kind.Try:
                    Add(new ModelRequest { Key = key, IsWriter = isWriter }, TimeSpan.Zero);
                    break;
                case Kind.Cancel when Pick(number, request => request.Cancellation is { IsCancellationRequested: false }) is { } cancelled:
                    if (cancelled.State == ModelState.Waiting)
                    {
                        model.Withdraw(cancelled);
                    }

                    cancelled.Cancellation!.Cancel();
                    break;
                case Kind.Advance:
                    Advance(TimeSpan.FromMilliseconds(number));
                    break;
                case Kind.Release when Pick(number, request => request.State == ModelState.Held) is { } held:
                    model.Release(held);
                    held.Task.Result.Dispose();
                    break;
                case Kind.ReleaseAgain when Pick(number, request => request.State == ModelState.Released) is { } released:
                    released.Task.Result.Dispose();
                    break;
            }

            Compare();
        }

        public void ReleaseAll()
        {
            while (_requests.Find(request => request.State == ModelState.Held) is { } held)
            {
                model.Release(held);
                held.Task.Result.Dispose();
                Compare();
            }

            Assert.DoesNotContain(_requests, request => request.State == ModelState.Waiting);
        }

        private static Exception? Wait(Task task)
        {
            try
            {
                Assert.True(task.Wait(Signals.Bound), "the lock should have answered");
                return null;
            }
            catch (AggregateException exception)
            {
                return exception.InnerException;
            }
        }

        private void Add(ModelRequest request, TimeSpan timeout)
        {
            _requests.Add(request);
            model.Acquire(request);
            request.Task = acquire(request.Key, request.IsWriter, timeout, request.Cancellation?.Token ?? default);
        }

        private void Advance(TimeSpan by)
        {
            // One deadline after the other: who leaves first decides who is granted before the next one leaves.
            var target = time.GetUtcNow() + by;
            foreach (var late in _requests.Where(request => request.Deadline <= target).OrderBy(request => request.Deadline).ToArray())
            {
                if (late.Deadline > time.GetUtcNow())
                {
                    if (late.State == ModelState.Waiting)
                    {
                        model.Withdraw(late);
                    }

                    time.SetUtcNow(late.Deadline.Value);
                    Compare();
                }
            }

            time.SetUtcNow(target);
        }

        private ModelRequest? Pick(int number, Func<ModelRequest, bool> which)
        {
            var candidates = _requests.Where(which).ToArray();
            return candidates.Length == 0 ? null : candidates[number % candidates.Length];
        }

        private void Compare()
        {
            foreach (var request in _requests)
            {
                switch (request.State)
                {
                    case ModelState.Waiting:
                        Assert.False(request.Task.IsCompleted, "granted or refused, although it should wait");
                        break;
                    case ModelState.Held or ModelState.Released:
                        Assert.True(request.Task.IsCompletedSuccessfully || Wait(request.Task) is null, "refused, although it should be granted");
                        break;
                    case ModelState.Refused when request.IsChecked:
                        break;
                    default:
                        request.IsChecked = true;
                        var refused = Wait(request.Task);
                        Assert.True(request.Deadline is null ? refused is OperationCanceledException : refused is TimeoutException, $"{refused}");
                        break;
                }
            }
        }
    }
}
