using Innkeeper.Events;
using Innkeeper.Policy;

namespace Innkeeper.ControlPlane;

/// <summary>
/// Reports admissions that ended, whatever noticed it: the sweep, a packet, an order or a start. Many may end in the same second, so the
/// first are named and the others counted.
/// </summary>
internal sealed class AdmissionEnds(ArrivalNotices notices, EventLog events)
{
    /// <summary>Between two calls of <see cref="Sweep"/>.</summary>
    private const int MostNamed = 5;

    private int _named;
    private int _more;

    /// <summary>A record is about to change.</summary>
    /// <param name="before">Null: the device is new.</param>
    public void Note(DeviceRecord? before, DeviceRecord after)
    {
        if (before is not { Admission.State: AdmissionState.Admitted } || after.Admission is not { State: AdmissionState.Held, Origin: DecisionSource.Time })
        {
            return;
        }

        notices.End(after.Mac);
        if (_named < MostNamed)
        {
            _named++;
            events.Add(new AdmissionEnded(after.Mac, after.Name, before.Admission.By, after.Admission.Reason == AdmissionPolicy.Expired ? "" : after.Admission.Reason));
        }
        else
        {
            _more++;
        }
    }

    public void Sweep()
    {
        if (_more > 0)
        {
            events.Add(new AdmissionsEnded(_more));
        }

        (_named, _more) = (0, 0);
    }
}
