using System.Diagnostics;
using Innkeeper.Arp;
using Innkeeper.Events;

namespace Innkeeper.ControlPlane;

internal static class ArpVerdicts
{
    /// <summary>Each verdict is counted under a name of its own.</summary>
    public static Counter ToCounter(this ArpVerdict verdict) => verdict switch
    {
        ArpVerdict.Answer => Counter.ArpAnswered,
        ArpVerdict.AskFirst => Counter.ArpAskedFirst,
        ArpVerdict.StillAsking => Counter.ArpStillAsking,
        ArpVerdict.NotARequest => Counter.ArpNotARequest,
        ArpVerdict.SenderNotFrameSource => Counter.ArpSenderNotFrameSource,
        ArpVerdict.Probe => Counter.ArpProbe,
        ArpVerdict.Announcement => Counter.ArpAnnouncement,
        ArpVerdict.OwnAddress => Counter.ArpOwnAddress,
        ArpVerdict.UnicastToOther => Counter.ArpUnicastToOther,
        ArpVerdict.UplinkNetwork => Counter.ArpUplinkNetwork,
        ArpVerdict.AccessNetwork => Counter.ArpAccessNetwork,
        ArpVerdict.LiveOwner => Counter.ArpLiveOwner,
        ArpVerdict.BogusAddress => Counter.ArpBogusAddress,
        ArpVerdict.RegularHost => Counter.ArpRegularHost,
        ArpVerdict.Passive => Counter.ArpPassive,
        ArpVerdict.Impostor => Counter.ArpImpostor,
        ArpVerdict.QuestionLimit => Counter.ArpQuestionLimit,
        _ => throw new UnreachableException(),
    };
}
