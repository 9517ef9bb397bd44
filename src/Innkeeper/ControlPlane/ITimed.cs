namespace Innkeeper.ControlPlane;

/// <summary>Does something when it is due. The control loop's thread only.</summary>
internal interface ITimed
{
    /// <summary>When <see cref="Tick"/> has something to do next; <see cref="TimeSpan.MaxValue"/>: nothing is due.</summary>
    TimeSpan NextDue(TimeSpan now);

    /// <summary>Does what is due. Called at least once a second, even when nothing is due.</summary>
    void Tick(TimeSpan now);
}
