namespace Toolkit.DataProcessing;

/// <summary>A total that merges with the help of the workers that have nothing else to do.</summary>
internal interface ISharesWork
{
    /// <summary>From now on it may share work in this way.</summary>
    void Share(SharedWork work);
}
