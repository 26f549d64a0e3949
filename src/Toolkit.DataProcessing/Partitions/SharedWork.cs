using System.Runtime.ExceptionServices;

namespace Toolkit.DataProcessing;

/// <summary>Work of one worker at a time, in steps that others take over while they have nothing else to do.</summary>
/// <param name="workers">How many workers there are.</param>
/// <param name="wake">Wakes those that wait.</param>
internal sealed class SharedWork(int workers, Action wake)
{
    private readonly object _gate = new();
    private Action<int>? _step;
    private int _count;
    private int _next;
    private int _left;
    private (int Step, ExceptionDispatchInfo Error)? _failure;

    /// <summary>How many workers there are.</summary>
    public int Workers => workers;

    /// <summary>Whether there is a step that nobody is at.</summary>
    public bool HasSteps => Volatile.Read(ref _next) < Volatile.Read(ref _count);

    /// <summary>Returns once all steps are done, with the error of the first one that has any. Never called twice at once.</summary>
    public void Run(int count, Action<int> step)
    {
        lock (_gate)
        {
            (_step, _next, _left, _count) = (step, 0, count, count);
        }

        wake();
        Help();
        lock (_gate)
        {
            while (_left > 0)
            {
                Monitor.Wait(_gate);
            }
        }

        _failure?.Error.Throw();
    }

    /// <summary>Does steps until none is left that nobody is at.</summary>
    public void Help()
    {
        while (TryTake(out var number))
        {
            try
            {
                _step!(number);
            }
            catch (Exception exception)
            {
                Fail(number, exception);
            }
            finally
            {
                Leave(1);
            }
        }
    }

    private bool TryTake(out int number)
    {
        lock (_gate)
        {
            number = _next;
            _next += number < _count ? 1 : 0;
            return number < _count;
        }
    }

    // Those before it are all taken, so that the first failure is the same whoever is at it; those behind it are not needed.
    private void Fail(int number, Exception exception)
    {
        lock (_gate)
        {
            if (_failure is null || number < _failure.Value.Step)
            {
                _failure = (number, ExceptionDispatchInfo.Capture(exception));
            }

            Leave(_count - _next);
            _next = _count;
        }
    }

    private void Leave(int steps)
    {
        lock (_gate)
        {
            _left -= steps;
            if (_left == 0)
            {
                Monitor.PulseAll(_gate);
            }
        }
    }
}
